"""Prompts and music by content hash, beside the recordings under `sounds/`."""

from typing import Any

from botocore.exceptions import ClientError

from app.adapters.aws import answering, code_of


class S3Sounds:
    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, sha: str, body: bytes, content_type: str) -> None:
        with answering():
            self._client.put_object(
                Bucket=self._bucket,
                Key=_key(sha),
                Body=body,
                ContentType=content_type,
                ServerSideEncryption="AES256",
            )

    def get(self, sha: str) -> tuple[str, bytes] | None:
        try:
            with answering():
                found = self._client.get_object(Bucket=self._bucket, Key=_key(sha))
                return found["ContentType"], found["Body"].read()
        except ClientError as error:
            if code_of(error) == "NoSuchKey":
                return None
            raise


def _key(sha: str) -> str:
    return f"sounds/{sha}"
