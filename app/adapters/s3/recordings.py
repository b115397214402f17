"""The private bucket: written in parts with checksums and encrypted, read by short signed links.

A recording of hours has hundreds of megabytes, so it passes through in parts. S3 refuses an object
and a part that are not what their checksum says (BadDigest); of many parts it is asked for the
checksum of the whole afterwards.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from typing import Any

from botocore.exceptions import ClientError

from app.adapters.aws import answering, code_of
from app.ports import NotStored, Unavailable

PART_BYTES = 8 * 1024 * 1024  # S3 takes no part under 5 MB but the last, and 10,000 at most
_WRONG_BODY = ("BadDigest", "InvalidRequest", "XAmzContentSHA256Mismatch")


class S3Recordings:
    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, key: str, chunks: Iterable[bytes], content_type: str) -> str:
        how = {"ContentType": content_type, "ServerSideEncryption": "AES256"}
        whole = hashlib.sha256()
        parts = _parts(chunks, whole)
        first = next(parts, b"")
        if len(first) < PART_BYTES:
            checksum = _base64(whole.digest())
            self._ask("put_object", key, Body=first, ChecksumSHA256=checksum, **how)
        else:
            checksum = self._put_in_parts(key, chain((first,), parts), how)
            stored = self._ask("head_object", key, ChecksumMode="ENABLED")
            if stored.get("ChecksumSHA256") != checksum:
                raise NotStored(f"{key} is not what was sent")
        return whole.hexdigest()

    def link(self, key: str, seconds: int) -> str:
        """Signed without a request to S3: the recording may not exist."""
        link: str = self._client.generate_presigned_url(
            "get_object", Params={"Bucket": self._bucket, "Key": key}, ExpiresIn=seconds
        )
        return link

    def _put_in_parts(self, key: str, parts: Iterable[bytes], how: dict[str, str]) -> str:
        """The checksum that S3 has of the whole: of the parts' checksums, and their number."""
        begun = self._ask("create_multipart_upload", key, ChecksumAlgorithm="SHA256", **how)
        upload, digests, sent = begun["UploadId"], b"", []
        try:
            for number, part in enumerate(parts, start=1):
                digest = hashlib.sha256(part).digest()
                digests += digest
                named = {"PartNumber": number, "ChecksumSHA256": _base64(digest)}
                done = self._ask("upload_part", key, UploadId=upload, Body=part, **named)
                sent.append({**named, "ETag": done["ETag"]})
            self._ask(
                "complete_multipart_upload", key, UploadId=upload, MultipartUpload={"Parts": sent}
            )
        except BaseException:
            # The bucket's own rule removes what cannot be removed now.
            with suppress(Unavailable, ClientError):
                self._ask("abort_multipart_upload", key, UploadId=upload)
            raise
        return f"{_base64(hashlib.sha256(digests).digest())}-{len(sent)}"

    def _ask(self, operation: str, key: str, **named: Any) -> dict[str, Any]:
        with answering(), _refusing(key):
            answer: dict[str, Any] = getattr(self._client, operation)(
                Bucket=self._bucket, Key=key, **named
            )
            return answer


@contextmanager
def _refusing(key: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if code_of(error) in _WRONG_BODY:
            raise NotStored(f"{key} is not what its checksum says") from error
        raise


def _parts(chunks: Iterable[bytes], whole: "hashlib._Hash") -> Iterator[bytes]:
    """Of `PART_BYTES` each, the last one shorter; `whole` has taken in what was yielded."""
    part = bytearray()
    for chunk in chunks:
        whole.update(chunk)
        part += chunk
        while len(part) >= PART_BYTES:
            yield bytes(part[:PART_BYTES])
            del part[:PART_BYTES]
    if part:
        yield bytes(part)


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()
