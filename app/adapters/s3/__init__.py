"""Recordings and sounds in S3."""

from app.adapters.s3.recordings import S3Recordings
from app.adapters.s3.sounds import S3Sounds

__all__ = ["S3Recordings", "S3Sounds"]
