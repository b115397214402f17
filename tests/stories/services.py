"""The configuration of the product under a story."""

from __future__ import annotations

from app.config import Config, read
from infra.local.exchange.virtual import TEST_ACCOUNT


def settings(public_url: str, **more: str) -> Config:
    """`more`: variables that this story sets otherwise."""
    environment = {
        "SWITCHROOM_STAGE": "story",
        "SWITCHROOM_PUBLIC_URL": public_url,
        "SWITCHROOM_SESSION_SECRET": "s" * 32,
        "TWILIO_ACCOUNT_SID": TEST_ACCOUNT.sid,
        "TWILIO_AUTH_TOKEN": TEST_ACCOUNT.auth_token,
        "TWILIO_API_KEY_SID": TEST_ACCOUNT.key_sid,
        "TWILIO_API_KEY_SECRET": TEST_ACCOUNT.key_secret,
        "TWILIO_APPLICATION_SID": "AP" + "e" * 32,
        "AWS_REGION": "eu-central-1",
        "SWITCHROOM_SWITCH_TABLE": "switch",
        "SWITCHROOM_REGISTER_TABLE": "register",
        "SWITCHROOM_DIRECTORY_TABLE": "directory",
        "SWITCHROOM_RECORDINGS_BUCKET": "recordings",
        "SWITCHROOM_JOBS_QUEUE_URL": "http://127.0.0.1/jobs",
        "SWITCHROOM_RECORDINGS_QUEUE_URL": "http://127.0.0.1/recordings",
        "SWITCHROOM_REPAIR_QUEUE_URL": "http://127.0.0.1/repair",
        "SWITCHROOM_PAGES_QUEUE_URL": "http://127.0.0.1/pages",
        "SWITCHROOM_FAILED_SAVES_QUEUE_URL": "http://127.0.0.1/failed-saves",
    }
    return read(environment | more, lambda name: name)
