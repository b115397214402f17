"""What anybody may fetch, and the pieces of music between two wait requests."""

import io
import struct
import wave
from urllib.parse import quote
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.twilio.excerpt import excerpt
from tests.adapters.twilio.webhook_company import BASE, WebhookCompany

SHA = "a" * 64


def _wav(seconds: float, rate: int = 8000) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(struct.pack(f"<{int(seconds * rate)}h", *_ramp(int(seconds * rate))))
    return file.getvalue()


def _ramp(count: int) -> list[int]:
    return [n % 32768 for n in range(count)]


def _samples(sound: bytes) -> bytes:
    with wave.open(io.BytesIO(sound)) as read:
        return bytes(read.readframes(read.getnframes()))


def test_a_sound_is_served_as_it_was_uploaded_and_may_be_kept_for_ever() -> None:
    company = WebhookCompany()
    company.sounds.put(SHA, _wav(1), "audio/wav")

    answer = company.client.get(f"/media/{SHA}.wav")

    assert (answer.status_code, answer.content_type) == (200, "audio/wav")
    assert answer.data == _wav(1)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_piece_of_the_music_is_as_long_as_the_wait_document() -> None:
    company = WebhookCompany()
    company.sounds.put(SHA, _wav(40), "audio/wav")

    pieces = [_samples(company.client.get(f"/media/{SHA}/{n}-15.wav").data) for n in range(4)]
    short = _samples(company.client.get(f"/media/{SHA}/1-7.wav").data)

    assert {len(piece) for piece in pieces} == {15 * 8000 * 2}
    assert b"".join(pieces) == (_samples(_wav(40)) * 2)[: 60 * 8000 * 2]
    assert short == pieces[1][: 7 * 8000 * 2]


def test_a_long_prompt_is_served_in_pieces_that_end_with_it() -> None:
    company = WebhookCompany()
    company.sounds.put(SHA, _wav(40), "audio/wav")

    pieces = [_samples(company.client.get(f"/media/{SHA}/piece-{n}.wav").data) for n in range(3)]

    assert [len(piece) / 16000 for piece in pieces] == [15, 15, 10]
    assert b"".join(pieces) == _samples(_wav(40))


@pytest.mark.parametrize("seconds", [0, 16, 600])
def test_no_piece_of_music_is_longer_than_a_wait_document_plays(seconds: int) -> None:
    company = WebhookCompany()
    company.sounds.put(SHA, _wav(1), "audio/wav")

    assert company.client.get(f"/media/{SHA}/0-{seconds}.wav").status_code == 404


@pytest.mark.parametrize("sound", [b"", b"ID3 an mp3", b"RIFF1234WAVE", b"RIFF\0\0\0\0WAVEfmt "])
def test_what_is_no_wav_comes_back_whole(sound: bytes) -> None:
    assert excerpt(sound, 3, 15, repeats=True) == sound


def test_a_piece_keeps_the_title_of_the_whole() -> None:
    title = b"LIST" + struct.pack("<I", 18) + b"INFOINAM" + struct.pack("<I", 6) + b"Music\0"

    piece = excerpt(_wav(40) + title, 1, 15, repeats=True)

    assert piece.endswith(title)


@given(st.binary(max_size=200), st.integers(min_value=0), st.integers(0, 20), st.booleans())
def test_no_file_raises(tail: bytes, start: int, seconds: int, repeats: bool) -> None:
    excerpt(b"RIFF\0\0\0\0WAVE" + tail, start, seconds, repeats=repeats)


@pytest.mark.parametrize(
    "path", ["/media/unknown.wav", "/media/../x.wav", "/media/%00.wav", "/media/a/1-15.wav"]
)
def test_an_unknown_sound_is_not_found(path: str) -> None:
    assert WebhookCompany().client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/voice/music.xml",
        f"/voice/music.xml?sound={SHA}&moment=pl",
        "/voice/one-moment.xml?call=c&leg=1&language=de",
        "/voice/one-moment.xml?call=c&leg=1&language=%3CSay%3E",
        "/voice/music.xml?moment=xx",
        "/voice/fallback.xml?ErrorCode=11200",
        "/voice/goodbye.xml",
    ],
)
def test_static_documents_need_no_signature(path: str) -> None:
    """M15: they are fetched without one."""
    answer = WebhookCompany().client.get(path)

    assert answer.status_code == 200
    assert answer.content_type == "text/xml; charset=utf-8"
    assert fromstring(answer.data).tag == "Response"


def test_the_document_after_a_failure_redirects_to_the_leg() -> None:
    """V13."""
    document = fromstring(
        WebhookCompany().client.get("/voice/one-moment.xml?call=c1&leg=maya.1&language=de").data
    )

    assert [element.tag for element in document] == ["Say", "Pause", "Redirect"]
    assert (document[2].text or "").startswith(f"{BASE}/voice/calls/c1/maya.1?tries=1#")


@pytest.mark.parametrize(("tried", "then"), [("1", "Redirect"), ("2", "Redirect"), ("3", "Hangup")])
def test_a_document_that_fails_repeatedly_ends_in_an_apology(tried: str, then: str) -> None:
    """V13: three times "one moment", then an apology."""
    failed = quote(f"{BASE}/voice/calls/c1/1?tries={tried}", safe="")
    document = fromstring(
        WebhookCompany()
        .client.get(f"/voice/one-moment.xml?call=c1&leg=1&language=de&ErrorUrl={failed}")
        .data
    )

    assert [element.tag for element in document][-1] == then


@pytest.mark.parametrize("told", ["", "http://[?", "https://x/?tries=", "https://x/?tries=many"])
def test_a_failed_url_without_tries_counts_as_the_first_try(told: str) -> None:
    document = fromstring(
        WebhookCompany()
        .client.get(f"/voice/one-moment.xml?call=c1&leg=1&ErrorUrl={quote(told, safe='')}")
        .data
    )

    assert "?tries=1#" in (document[-1].text or "")
