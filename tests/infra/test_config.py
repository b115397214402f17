"""Every error of the configuration says the variable and what to write."""

from __future__ import annotations

import pytest

from app.config import Misconfigured, read

GOOD = {
    "AWS_REGION": "eu-central-1",
    "SWITCHROOM_DIRECTORY_TABLE": "d",
    "SWITCHROOM_JOBS_QUEUE_URL": "http://localhost:4566/0/jobs",
    "SWITCHROOM_RECORDINGS_QUEUE_URL": "http://localhost:4566/0/recordings",
    "SWITCHROOM_REPAIR_QUEUE_URL": "http://localhost:4566/0/repair",
    "SWITCHROOM_PAGES_QUEUE_URL": "http://localhost:4566/0/pages",
    "SWITCHROOM_FAILED_SAVES_QUEUE_URL": "http://localhost:4566/0/failed-saves",
    "SWITCHROOM_PUBLIC_URL": "https://pbx.example/",
    "SWITCHROOM_RECORDINGS_BUCKET": "b",
    "SWITCHROOM_REGISTER_TABLE": "r",
    "SWITCHROOM_SESSION_SECRET": "s" * 32,
    "SWITCHROOM_STAGE": "dev",
    "SWITCHROOM_SWITCH_TABLE": "s",
    "TWILIO_ACCOUNT_SID": "AC1",
    "TWILIO_API_KEY_SECRET": "ssm:/switchroom/dev/key",
    "TWILIO_API_KEY_SID": "SK1",
    "TWILIO_APPLICATION_SID": "AP1",
    "TWILIO_AUTH_TOKEN": "token",
}
PARAMETERS = {"/switchroom/dev/key": "from the parameter store"}


def test_the_required_variables_are_enough() -> None:
    config = read(GOOD, PARAMETERS.__getitem__)

    assert config.public_url == "https://pbx.example"
    assert config.secure
    assert config.store.endpoint_url is None
    assert config.browser.sdk_options == {}
    assert config.forget_recordings


def test_a_secret_may_live_in_the_parameter_store() -> None:
    config = read(GOOD, PARAMETERS.__getitem__)

    assert config.carrier.key_secret == "from the parameter store"
    assert config.carrier.auth_token == "token"


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_missing_variable_is_named(name: str) -> None:
    with pytest.raises(Misconfigured, match=rf"^{name} is not set: write .+\.$"):
        read(GOOD | {name: " "}, PARAMETERS.__getitem__)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("SWITCHROOM_PUBLIC_URL", "pbx.example"),
        ("SWITCHROOM_PUBLIC_URL", "https://pbx.example/path"),
        ("SWITCHROOM_FALLBACK_URL", "bucket.example"),
        ("SWITCHROOM_FALLBACK_URL", "https://bucket.example/?a=b"),
        ("SWITCHROOM_SESSION_SECRET", "short"),
        ("SWITCHROOM_VOICE_SDK_OPTIONS", "[1]"),
        ("SWITCHROOM_VOICE_SDK_OPTIONS", "{"),
        ("SWITCHROOM_FORGET_RECORDINGS", "maybe"),
        ("TWILIO_ACCOUNT_SID", "SK1"),
        ("TWILIO_API_KEY_SID", "AC1"),
        ("TWILIO_APPLICATION_SID", "AC1"),
    ],
)
def test_a_wrong_variable_is_named_with_what_to_write(name: str, wrong: str) -> None:
    with pytest.raises(Misconfigured, match=rf"^{name} is .+: write .+\.$"):
        read(GOOD | {name: wrong}, PARAMETERS.__getitem__)


@pytest.mark.parametrize(
    ("written", "means"), [("", None), ("https://bucket.example/x/", "https://bucket.example/x")]
)
def test_the_fallback_documents_may_have_another_address(written: str, means: str | None) -> None:
    assert (
        read(GOOD | {"SWITCHROOM_FALLBACK_URL": written}, PARAMETERS.__getitem__).fallback_url
        == means
    )


def test_the_text_of_a_config_holds_no_secret() -> None:
    config = read(GOOD, PARAMETERS.__getitem__)

    text = repr(config)

    assert not [s for s in ("s" * 32, "from the parameter", "'token'") if s in text]


def test_lists_and_objects_are_read() -> None:
    config = read(
        GOOD
        | {
            "SWITCHROOM_VOICE_SDK_SCRIPTS": "http://localhost:8100/a.js http://localhost:8100/b.js",
            "SWITCHROOM_VOICE_SDK_OPTIONS": '{"chunderw": "localhost:8100"}',
            "SWITCHROOM_FORGET_RECORDINGS": "no",
        },
        PARAMETERS.__getitem__,
    )

    assert len(config.browser.script_urls) == 2
    assert config.browser.sdk_options["chunderw"] == "localhost:8100"
    assert not config.forget_recordings
