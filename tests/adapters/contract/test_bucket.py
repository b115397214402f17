"""The promises of Recordings and Sounds, in memory, on ministack and on moto."""

from __future__ import annotations

import base64
import hashlib
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from moto import mock_aws

from app.adapters import aws
from app.adapters.memory import MemoryRecordings, MemorySounds
from app.adapters.s3 import S3Recordings, S3Sounds
from app.ports import Recordings, Sounds, Unavailable

if TYPE_CHECKING:
    from tests.support.ministack import Cloud

WAV = b"RIFF\x2c\x00\x00\x00WAVE" + bytes(range(256)) * 8
SHA = hashlib.sha256(WAV).hexdigest()
KEY = "recordings/c1/RE1.wav"


@dataclass
class Bucket:
    recordings: Recordings
    sounds: Sounds


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
def bucket(request: pytest.FixtureRequest) -> Bucket:
    if request.param == "memory":
        return Bucket(MemoryRecordings(), MemorySounds())
    client, name = request.getfixturevalue(request.param)
    return Bucket(S3Recordings(client, name), S3Sounds(client, name))


def test_a_sound_is_got_as_it_was_put(bucket: Bucket) -> None:
    bucket.sounds.put(SHA, WAV, "audio/wav")

    assert bucket.sounds.get(SHA) == ("audio/wav", WAV)


def test_an_unknown_sound_is_none(bucket: Bucket) -> None:
    assert bucket.sounds.get("0" * 64) is None


def test_putting_a_recording_twice_is_putting_it_once(bucket: Bucket) -> None:
    for _ in range(2):
        bucket.recordings.put(KEY, WAV, "audio/wav", SHA)

    assert KEY in bucket.recordings.link(KEY, 60)


@pytest.mark.parametrize("store", ["memory", "ministack_s3"])  # moto 5.2 checks no checksums
def test_a_recording_that_is_not_what_its_checksum_says_is_refused(
    request: pytest.FixtureRequest, store: str
) -> None:  # F45
    recordings: Recordings = (
        MemoryRecordings() if store == "memory" else S3Recordings(*request.getfixturevalue(store))
    )

    with pytest.raises(ValueError, match="checksum"):
        recordings.put(KEY, WAV[:-1], "audio/wav", SHA)


def test_a_link_opens_the_recording_for_so_long(ministack_s3: tuple[Any, str]) -> None:  # F50
    recordings = S3Recordings(*ministack_s3)
    recordings.put(KEY, WAV, "audio/wav", SHA)

    link = recordings.link(KEY, 90)

    with urllib.request.urlopen(link, timeout=10) as answer:
        assert (answer.read(), answer.headers["Content-Type"]) == (WAV, "audio/wav")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(link.replace("RE1", "RE2"), timeout=10)
    asked = parse_qs(urlsplit(link).query)
    assert (asked["X-Amz-Expires"], asked["X-Amz-SignedHeaders"]) == (["90"], ["host"])


def test_a_recording_lies_encrypted_with_its_checksum(ministack_s3: tuple[Any, str]) -> None:
    client, name = ministack_s3

    S3Recordings(client, name).put(KEY, WAV, "audio/wav", SHA)

    lies = client.head_object(Bucket=name, Key=KEY, ChecksumMode="ENABLED")
    assert lies["ServerSideEncryption"] == "AES256"
    assert lies["ContentType"] == "audio/wav"
    assert base64.b64decode(lies["ChecksumSHA256"]).hex() == SHA


@pytest.mark.usefixtures("_credentials")
def test_a_bucket_that_does_not_answer_is_unavailable() -> None:
    client = aws.client("s3", aws.AwsEndpoint("eu-central-1", "http://127.0.0.1:9"))

    with pytest.raises(Unavailable):
        S3Recordings(client, "calls").put(KEY, WAV, "audio/wav", SHA)
    with pytest.raises(Unavailable):
        S3Sounds(client, "calls").get(SHA)
