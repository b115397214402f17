"""The promises of Recordings in memory and on ministack; of Sounds on moto, too."""

from __future__ import annotations

import base64
import hashlib
import random
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from moto import mock_aws

from app.adapters import aws
from app.adapters.memory import MemoryRecordings, MemorySounds
from app.adapters.s3 import S3Recordings, S3Sounds
from app.adapters.s3.recordings import PART_BYTES
from app.ports import NotStored, Recordings, Sounds, Unavailable

if TYPE_CHECKING:
    from tests.support.ministack import Cloud

WAV = b"RIFF\x2c\x00\x00\x00WAVE" + bytes(range(256)) * 8
SHA = hashlib.sha256(WAV).hexdigest()
KEY = "recordings/c1/RE1.wav"


@pytest.fixture
def moto_s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, str]]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="calls")
        yield s3, "calls"


@pytest.fixture
def ministack_s3(cloud: Cloud) -> tuple[Any, str]:
    return cloud.client("s3"), cloud.bucket()


@pytest.fixture(params=["memory", "ministack_s3", "moto_s3"])
def sounds(request: pytest.FixtureRequest) -> Sounds:
    if request.param == "memory":
        return MemorySounds()
    return S3Sounds(*request.getfixturevalue(request.param))


@pytest.fixture(params=["memory", "ministack_s3"])  # moto 5.2 checks no checksums
def recordings(request: pytest.FixtureRequest) -> Recordings:
    if request.param == "memory":
        return MemoryRecordings()
    return S3Recordings(*request.getfixturevalue(request.param))


def test_a_sound_is_got_as_it_was_put(sounds: Sounds) -> None:
    sounds.put(SHA, WAV, "audio/wav")

    assert sounds.get(SHA) == ("audio/wav", WAV)


def test_an_unknown_sound_is_none(sounds: Sounds) -> None:
    assert sounds.get("0" * 64) is None


def test_putting_a_recording_twice_is_putting_it_once(recordings: Recordings) -> None:
    answers = [recordings.put(KEY, (WAV,), "audio/wav") for _ in range(2)]

    assert answers == [SHA, SHA]
    assert KEY in recordings.link(KEY, 60)


@pytest.mark.parametrize("parts", [0, 1, 2, 2.5], ids=["nothing", "one", "two", "some"])
def test_a_recording_of_any_length_is_stored_and_its_checksum_is_known(
    recordings: Recordings, parts: float
) -> None:
    body = random.Random(parts).randbytes(int(parts * PART_BYTES))

    checksum = recordings.put(KEY, _chunks(body), "audio/wav")

    assert checksum == hashlib.sha256(body).hexdigest()
    assert _stored(recordings) == body


@pytest.mark.parametrize("parts", [0.5, 2.5])
def test_what_breaks_on_its_way_is_not_stored(recordings: Recordings, parts: float) -> None:
    with pytest.raises(ConnectionResetError):
        recordings.put(KEY, _broken(bytes(int(parts * PART_BYTES))), "audio/wav")

    assert _stored(recordings) is None


def test_what_breaks_on_its_way_leaves_the_recording_that_is_there(recordings: Recordings) -> None:
    recordings.put(KEY, (WAV,), "audio/wav")

    with pytest.raises(ConnectionResetError):
        recordings.put(KEY, _broken(b"x"), "audio/wav")

    assert _stored(recordings) == WAV


def _chunks(body: bytes) -> Iterator[bytes]:
    return (body[start : start + 100_000] for start in range(0, len(body), 100_000))


def _broken(body: bytes) -> Iterator[bytes]:
    yield from _chunks(body)
    raise ConnectionResetError


def _stored(recordings: Recordings) -> bytes | None:
    if isinstance(recordings, MemoryRecordings):
        kept = recordings.kept.get(KEY)
        return kept[1] if kept else None
    try:
        with urllib.request.urlopen(recordings.link(KEY, 90), timeout=10) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        error.close()
        return None


@dataclass
class Damaging:
    """An S3 client through which one byte changes on its way."""

    client: Any
    operation: str

    def __getattr__(self, name: str) -> Any:
        ask = getattr(self.client, name)
        return partial(self._damage, ask) if name == self.operation else ask

    def _damage(self, ask: Callable[..., Any], **named: Any) -> Any:
        return ask(**{**named, "Body": b"y" + named["Body"][1:]})


@pytest.mark.parametrize(("operation", "parts"), [("put_object", 0.1), ("upload_part", 1.5)])
def test_a_recording_that_changed_on_its_way_is_refused(
    ministack_s3: tuple[Any, str], operation: str, parts: float
) -> None:  # F45
    client, name = ministack_s3
    recordings = S3Recordings(Damaging(client, operation), name)

    with pytest.raises(NotStored):
        recordings.put(KEY, _chunks(bytes(int(parts * PART_BYTES))), "audio/wav")

    assert _stored(S3Recordings(client, name)) is None
    assert not client.list_multipart_uploads(Bucket=name).get("Uploads")


@dataclass
class Forgetting:
    """An S3 client whose store keeps another thing than it was given."""

    client: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def head_object(self, **named: Any) -> Any:
        return {**self.client.head_object(**named), "ChecksumSHA256": "another"}


def test_what_the_store_keeps_of_many_parts_is_verified_after_it_is_stored(
    ministack_s3: tuple[Any, str],
) -> None:
    client, name = ministack_s3
    recordings = S3Recordings(Forgetting(client), name)

    with pytest.raises(NotStored):
        recordings.put(KEY, _chunks(bytes(PART_BYTES + 1)), "audio/wav")


def test_a_link_opens_the_recording_for_so_long(ministack_s3: tuple[Any, str]) -> None:  # F50
    recordings = S3Recordings(*ministack_s3)
    recordings.put(KEY, (WAV,), "audio/wav")

    link = recordings.link(KEY, 90)

    with urllib.request.urlopen(link, timeout=10) as answer:
        assert (answer.read(), answer.headers["Content-Type"]) == (WAV, "audio/wav")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(link.replace("RE1", "RE2"), timeout=10)
    asked = parse_qs(urlsplit(link).query)
    assert (asked["X-Amz-Expires"], asked["X-Amz-SignedHeaders"]) == (["90"], ["host"])


def test_a_recording_lies_encrypted_with_its_checksum(ministack_s3: tuple[Any, str]) -> None:
    client, name = ministack_s3

    S3Recordings(client, name).put(KEY, (WAV,), "audio/wav")

    lies = client.head_object(Bucket=name, Key=KEY, ChecksumMode="ENABLED")
    assert lies["ServerSideEncryption"] == "AES256"
    assert lies["ContentType"] == "audio/wav"
    assert base64.b64decode(lies["ChecksumSHA256"]).hex() == SHA


@pytest.mark.usefixtures("_credentials")
def test_a_bucket_that_does_not_answer_is_unavailable() -> None:
    client = aws.client("s3", aws.AwsEndpoint("eu-central-1", "http://127.0.0.1:9"))

    with pytest.raises(Unavailable):
        S3Recordings(client, "calls").put(KEY, (WAV,), "audio/wav")
    with pytest.raises(Unavailable):
        S3Sounds(client, "calls").get(SHA)
