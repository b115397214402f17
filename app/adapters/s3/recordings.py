"""The private bucket: written with a checksum and encrypted, read by short signed links."""

import base64
from typing import Any

from botocore.exceptions import ClientError

from app.adapters.aws import answering, code_of

_WRONG_BODY = ("BadDigest", "InvalidRequest", "XAmzContentSHA256Mismatch")


class S3Recordings:
    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, key: str, body: bytes, content_type: str, sha256: str) -> None:
        """Raises ValueError if the stored body does not match the checksum."""
        checksum = base64.b64encode(bytes.fromhex(sha256)).decode()
        try:
            with answering():
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=key,
                    Body=body,
                    ContentType=content_type,
                    ServerSideEncryption="AES256",
                    ChecksumSHA256=checksum,
                )
        except ClientError as error:
            if code_of(error) in _WRONG_BODY:
                raise ValueError(f"{key} is not what its checksum says") from error
            raise

    def link(self, key: str, seconds: int) -> str:
        """Signed without a request to S3: the recording may not exist."""
        link: str = self._client.generate_presigned_url(
            "get_object", Params={"Bucket": self._bucket, "Key": key}, ExpiresIn=seconds
        )
        return link
