"""The product's whole configuration: one frozen value, made from a mapping that is handed in.

Nothing is read at import. A secret's variable holds the secret itself or `ssm:NAME`, the name of
a parameter to read at run time through the reader that is handed in.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from app.ports import QUEUES, QueueName

ReadParameter = Callable[[str], str]


class Misconfigured(Exception):
    """Says which variable is wrong and what to write there."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """The account at the carrier. `api_url` None: the carrier's own."""

    account_sid: str
    auth_token: str = field(repr=False)
    key_sid: str
    key_secret: str = field(repr=False)
    application_sid: str
    api_url: str | None


@dataclass(frozen=True, slots=True)
class Store:
    """Where state is kept. `endpoint_url` None: AWS itself."""

    region: str
    endpoint_url: str | None
    switch_table: str
    register_table: str
    directory_table: str
    recordings_bucket: str
    queue_urls: Mapping[QueueName, str]
    failed_saves_queue_url: str


@dataclass(frozen=True, slots=True)
class Browser:
    """Settings of an agent's page for the Voice SDK, pushes and audio."""

    sdk_options: Mapping[str, object]
    script_urls: tuple[str, ...]
    connect_origins: tuple[str, ...]
    audio_constraints: Mapping[str, object]
    push_url: str | None  # None: this host's own /push


@dataclass(frozen=True, slots=True)
class Config:
    """`public_url` is configured at the carrier; signatures are checked against it."""

    stage: str
    public_url: str
    session_secret: str = field(repr=False)
    carrier: Carrier
    store: Store
    browser: Browser
    plan_file: Path | None  # the company's file, where the entry point publishes it
    push_endpoint_url: str | None  # where pushes are posted; None: there is no gateway
    fallback_url: str | None  # a static host: its documents answer when our webhooks are down
    forget_recordings: bool  # delete at the carrier once stored and checked

    @property
    def is_local(self) -> bool:
        """Nobody but this machine reaches it: the local box. No carrier could."""
        host = urlsplit(self.public_url).hostname or ""
        return host in ("localhost", "127.0.0.1", "::1")

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https:")


def read(environment: Mapping[str, str], parameter: ReadParameter) -> Config:
    """Raises Misconfigured at the first variable that is missing or wrong."""
    reader = _Reader(environment, parameter)
    return Config(
        stage=reader.text("SWITCHROOM_STAGE", "the name of this environment, such as dev"),
        public_url=reader.origin("SWITCHROOM_PUBLIC_URL"),
        session_secret=_long_enough(reader.secret("SWITCHROOM_SESSION_SECRET")),
        carrier=Carrier(
            account_sid=reader.sid("TWILIO_ACCOUNT_SID", "AC"),
            auth_token=reader.secret("TWILIO_AUTH_TOKEN"),
            key_sid=reader.sid("TWILIO_API_KEY_SID", "SK"),
            key_secret=reader.secret("TWILIO_API_KEY_SECRET"),
            application_sid=reader.sid("TWILIO_APPLICATION_SID", "AP"),
            api_url=reader.optional("TWILIO_API_URL"),
        ),
        store=Store(
            region=reader.text("AWS_REGION", "an AWS region, such as eu-central-1"),
            endpoint_url=reader.optional("AWS_ENDPOINT_URL"),
            switch_table=reader.text("SWITCHROOM_SWITCH_TABLE", "a table's name"),
            register_table=reader.text("SWITCHROOM_REGISTER_TABLE", "a table's name"),
            directory_table=reader.text("SWITCHROOM_DIRECTORY_TABLE", "a table's name"),
            recordings_bucket=reader.text("SWITCHROOM_RECORDINGS_BUCKET", "a bucket's name"),
            queue_urls={
                name: reader.text(f"SWITCHROOM_{name.upper()}_QUEUE_URL", "the URL of an SQS queue")
                for name in QUEUES
            },
            failed_saves_queue_url=reader.text(
                "SWITCHROOM_FAILED_SAVES_QUEUE_URL", "the URL of an SQS queue"
            ),
        ),
        browser=Browser(
            sdk_options=reader.json_object("SWITCHROOM_VOICE_SDK_OPTIONS"),
            script_urls=reader.words("SWITCHROOM_VOICE_SDK_SCRIPTS"),
            connect_origins=reader.words("SWITCHROOM_CONNECT_ORIGINS"),
            audio_constraints=reader.json_object("SWITCHROOM_AUDIO_CONSTRAINTS"),
            push_url=reader.optional("SWITCHROOM_PUSH_URL"),
        ),
        plan_file=reader.path("SWITCHROOM_PLAN_FILE"),
        push_endpoint_url=reader.optional("SWITCHROOM_PUSH_ENDPOINT_URL"),
        fallback_url=reader.address("SWITCHROOM_FALLBACK_URL"),
        forget_recordings=reader.yes("SWITCHROOM_FORGET_RECORDINGS", default=True),
    )


class _Reader:
    def __init__(self, environment: Mapping[str, str], parameter: ReadParameter) -> None:
        self._environment = environment
        self._parameter = parameter

    def optional(self, name: str) -> str | None:
        return self._environment.get(name, "").strip() or None

    def text(self, name: str, what: str) -> str:
        found = self.optional(name)
        if found is None:
            raise Misconfigured(f"{name} is not set: write {what}.")
        return found

    def secret(self, name: str) -> str:
        found = self.text(name, "the secret, or ssm: and the name of the parameter that holds it")
        return self._parameter(found.removeprefix("ssm:")) if found.startswith("ssm:") else found

    def sid(self, name: str, prefix: str) -> str:
        found = self.secret(name)
        if not found.startswith(prefix):
            raise Misconfigured(
                f"{name} is not an id of that kind: write one that begins with {prefix}."
            )
        return found

    def origin(self, name: str) -> str:
        found = self.text(name, "the address that the carrier reaches, such as https://pbx.example")
        parts = urlsplit(found)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
            raise Misconfigured(
                f"{name} is {found!r}: write scheme and host only, such as https://pbx.example."
            )
        return found.rstrip("/")

    def address(self, name: str) -> str | None:
        found = self.optional(name)
        parts = urlsplit(found or "https://none")
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
            raise Misconfigured(
                f"{name} is {found!r}: write an address, such as https://bucket.example/voice."
            )
        return found.rstrip("/") if found else None

    def words(self, name: str) -> tuple[str, ...]:
        return tuple((self.optional(name) or "").split())

    def json_object(self, name: str) -> Mapping[str, object]:
        try:
            found: object = json.loads(self.optional(name) or "{}")
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise Misconfigured(
                f'{name} is not a JSON object: write one, such as {{"edge": "ie"}}.'
            )
        return found

    def path(self, name: str) -> Path | None:
        found = self.optional(name)
        return Path(found) if found else None

    def yes(self, name: str, *, default: bool) -> bool:
        match self.optional(name):
            case None:
                return default
            case "yes":
                return True
            case "no":
                return False
            case found:
                raise Misconfigured(f"{name} is {found!r}: write yes or no.")


def _long_enough(secret: str) -> str:
    if len(secret) < 32:
        raise Misconfigured(
            "SWITCHROOM_SESSION_SECRET is shorter than 32 characters: write a long random one."
        )
    return secret
