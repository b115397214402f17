"""How long a wait document lasts: it is the clock of the caller who hears it (D5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.domain import speech
from app.domain.call import Call
from app.domain.dialplan import Plan
from app.domain.replies import KeepWaiting, Prompt
from app.domain.states import Offered, QueuePosition, Waiting
from app.domain.view import (
    COMFORT_EVERY,
    DOCUMENT_SECONDS,
    MUSIC_TELLS,
    PIECE_SECONDS,
    view_while_waiting,
)
from tests.domain.world import NOW, PLAN, WITH_A_PHONE, start

TEXTS = st.text(st.sampled_from("abc dę. ,7"), min_size=1, max_size=1500).map(Prompt)
SOUNDS = st.integers(0, 200).map(lambda seconds: Prompt("", "a" * 64, seconds))
PROMPTS = st.one_of(TEXTS, SOUNDS)


def spoken_seconds(prompt: Prompt, piece: int) -> float:
    """As a voice in no hurry speaks it; a digit takes as long as a word.

    Nobody knows how long a sound without a length lasts: here as long as the product takes it to.
    """
    if prompt.audio and not prompt.seconds:
        return PIECE_SECONDS
    if prompt.audio:
        return min(max(prompt.seconds - piece * PIECE_SECONDS, 0), PIECE_SECONDS)
    return sum(0.45 if letter.isdigit() else 0.07 for letter in prompt.text)


def seconds_of(reply: KeepWaiting) -> float:
    said = spoken_seconds(reply.comfort, reply.piece) if reply.comfort else 0
    return said + reply.seconds


def waiting(seconds: int) -> Call:
    """A caller who waits at most so long."""
    position = QueuePosition("sales", NOW, NOW + timedelta(seconds=seconds))
    return replace(start(WITH_A_PHONE).call, state=Waiting(position))


def with_music(comfort: Prompt) -> Plan:
    sales = replace(PLAN.wait_point("sales"), comfort=comfort, music="b" * 64)
    return replace(PLAN, nodes={**PLAN.nodes, "sales": sales})


def heard(call: Call, comfort: Prompt, until: datetime) -> Iterator[tuple[datetime, KeepWaiting]]:
    """Each wait document and when it is asked for, as its own address says, until then."""
    plan = with_music(comfort)
    now, comforted, begun, piece = NOW, None, None, 0
    while now < until:
        reply = view_while_waiting(plan, call, now, comforted, begun, piece)
        assert isinstance(reply, KeepWaiting)
        yield now, reply
        comforted, begun, piece = reply.comforted, reply.begun, reply.next_piece
        now += timedelta(seconds=seconds_of(reply))


@settings(deadline=None)  # a busy machine
@given(PROMPTS, st.integers(10, 7200))
@example(Prompt("", "a" * 64, 0), 210)  # the sound ends with the longest wait, without music
def test_each_wait_document_ends_within_20_seconds_and_takes_time(
    comfort: Prompt, most_seconds: int
) -> None:
    call = waiting(most_seconds)

    for _, reply in heard(call, comfort, NOW + timedelta(seconds=min(most_seconds, 200))):
        assert 0 < seconds_of(reply) <= DOCUMENT_SECONDS
        assert reply.comfort or reply.seconds


@settings(deadline=None)  # a busy machine
@given(PROMPTS, st.integers(10, 180))
def test_who_waits_asks_again_within_a_second_of_the_longest_wait(
    comfort: Prompt, most_seconds: int
) -> None:
    end = NOW + timedelta(seconds=most_seconds)

    *_, (asked, last) = heard(waiting(most_seconds), comfort, end)

    over = asked + timedelta(seconds=seconds_of(last)) - end
    assert timedelta(0) <= over < timedelta(seconds=1)


@settings(deadline=None)  # a busy machine
@given(PROMPTS)
def test_long_words_are_said_whole_and_in_order_before_the_music(comfort: Prompt) -> None:
    documents = [
        reply for _, reply in heard(waiting(7200), comfort, NOW + COMFORT_EVERY) if reply.comfort
    ]

    said = [reply.comfort for reply in documents if reply.comfort]
    if comfort.audio:
        wanted = range(max(-(-comfort.seconds // PIECE_SECONDS), 1))
        assert [reply.piece for reply in documents] == list(wanted)[: len(documents)]
    else:
        assert "".join("".join(p.text for p in said).split()).startswith(
            "".join(comfort.text.split())[:300]
        )
    assert all(reply.seconds == 0 for reply in documents[:-1])


def test_words_come_again_after_a_minute() -> None:
    words = Prompt("Please hold the line.")
    said = [at for at, r in heard(waiting(7200), words, NOW + timedelta(minutes=5)) if r.comfort]

    gaps = [(b - a).total_seconds() for a, b in pairwise(said)]

    assert len(said) >= 4
    assert all(60 <= gap < 60 + DOCUMENT_SECONDS for gap in gaps)


def test_words_that_would_end_after_the_next_change_are_said_when_there_is_time() -> None:
    words = Prompt("Please hold the line, somebody will be with you in a moment.")
    position = QueuePosition("sales", NOW, NOW + timedelta(seconds=600))
    offered = Offered(position, "2", "anna", NOW + timedelta(seconds=3), known=True)
    call = replace(waiting(600), state=offered)

    _, reply = next(heard(call, words, NOW + timedelta(seconds=1)))

    assert (reply.comfort, reply.comforted, reply.seconds) == (None, None, 3)
    assert reply.begun is None  # so short a piece of music does not tell whether it can be played


def test_a_document_with_enough_music_says_when_it_began() -> None:
    _, reply = next(heard(waiting(600), Prompt("Please hold."), NOW + timedelta(seconds=1)))

    assert reply.begun == NOW
    assert timedelta(seconds=reply.seconds) >= MUSIC_TELLS


@pytest.mark.parametrize(("seconds", "is_played"), [(0, False), (5, True), (15, True)])
@pytest.mark.parametrize("skew_seconds", [-2, 0, 2])
def test_music_goes_on_unless_it_was_over_at_once_whatever_clocks_say(
    seconds: int, is_played: bool, skew_seconds: int
) -> None:
    """Two functions answered, and their clocks differ by 2 s; the address has whole seconds."""
    begun = (NOW + timedelta(seconds=0.9)).replace(microsecond=0)
    asked_again = NOW + timedelta(seconds=0.9 + seconds + skew_seconds)
    plan = with_music(Prompt("Please hold."))

    reply = view_while_waiting(plan, waiting(600), asked_again, NOW, begun)

    assert isinstance(reply, KeepWaiting)
    assert (reply.music is not None) == is_played


@pytest.mark.parametrize("text", ["", " ", "x" * 5000, "1" * 5000, "a. " * 900, "Ü" * 200 + "."])
def test_no_piece_of_a_text_is_estimated_longer_than_it_may_be(text: str) -> None:
    pieces = speech.pieces(Prompt(text), PIECE_SECONDS)

    assert all(0 < piece.seconds <= PIECE_SECONDS for piece in pieces)
    assert [piece.number for piece in pieces] == list(range(len(pieces)))


def test_sentences_are_kept_whole_where_they_are_short_enough() -> None:
    first, second = "The first sentence. " * 8, "And here is quite another one."

    pieces = [piece.prompt.text for piece in speech.pieces(Prompt(first + second), PIECE_SECONDS)]

    assert len(pieces) == 2
    assert pieces[0].endswith("The first sentence.")
    assert pieces[1].endswith("another one.")


@pytest.mark.parametrize(("early_seconds", "is_said"), [(1, False), (0, True)])
def test_the_words_are_due_again_at_their_instant_and_not_before(
    early_seconds: int, is_said: bool
) -> None:
    now = NOW + COMFORT_EVERY - timedelta(seconds=early_seconds)

    reply = view_while_waiting(with_music(Prompt("Please wait.")), waiting(7200), now, NOW)

    assert isinstance(reply, KeepWaiting)
    assert (reply.comfort is not None) == is_said


def test_after_each_piece_comes_the_next_and_after_the_last_one_none() -> None:
    words = Prompt("", "a" * 64, PIECE_SECONDS + 1)

    first = view_while_waiting(with_music(words), waiting(7200), NOW)
    assert isinstance(first, KeepWaiting)
    last = view_while_waiting(
        with_music(words), waiting(7200), NOW, first.comforted, first.begun, first.next_piece
    )

    assert isinstance(last, KeepWaiting)
    assert (first.piece, first.next_piece) == (0, 1)
    assert (last.piece, last.next_piece) == (1, 0)
