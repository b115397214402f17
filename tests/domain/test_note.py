"""Laws of a note that two windows write: no line is lost, and a seen version is replaced."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.note import Draft, merge, saved

texts = st.lists(st.text("ab", max_size=3), max_size=6).map("\n".join)


@given(texts, texts)
def test_every_line_of_both_is_in_the_merged_text_or_begins_a_line_of_it(a: str, b: str) -> None:
    merged = merge(a, b).split("\n")

    assert all(any(kept.startswith(line) for kept in merged) for line in (a + "\n" + b).split("\n"))


@given(texts)
def test_a_text_merged_with_itself_or_with_nothing_is_itself(a: str) -> None:
    assert merge(a, a) == merge("", a) == merge(a, "") == a


@given(texts, texts)
def test_a_draft_over_a_seen_version_replaces_the_text(stored: str, typed: str) -> None:
    assert saved(Draft(typed, "v2", ("v1",)), stored, "v1") == (typed, "v2")


@pytest.mark.parametrize(
    ("stored", "typed", "merged"),
    [
        ("Wants a ref", "Wants a refund", "Wants a refund"),
        ("Wants a refund", "Wants a ref", "Wants a refund"),
        ("Fragile", "Monday", "Fragile\nMonday"),
        ("Fragile\nMonday", "Fragile\nTuesday", "Fragile\nMonday\nTuesday"),
        ("A\nB", "A\nNew\nB", "A\nNew\nB"),
    ],
)
def test_examples_of_merged_notes(stored: str, typed: str, merged: str) -> None:
    assert merge(stored, typed) == merged


def test_a_merged_text_has_a_version_that_the_page_has_not_seen() -> None:
    first = saved(Draft("Monday", "v1"), "Fragile", "w1")
    again = saved(Draft("Monday noon", "v2", ("v1",)), *first)

    assert first == ("Fragile\nMonday", "v1+")
    assert again == ("Fragile\nMonday noon", "v2+")
