"""What the box consists of: each program's command, port and environment."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.local import cloud
from infra.local.child import Program
from infra.local.identity import Identity
from infra.local.surroundings import own_environment

TABLES = {key: f"switchroom-local-{key}" for key in ("switch", "register", "directory")}
BUCKET = "switchroom-local-recordings"
QUEUES = {
    key: f"switchroom-local-{key}"
    for key in ("jobs", "recordings", "repair", "pages", "failed_saves")
}
EXCHANGE, PRODUCT, CLOUD = STOPPING = ("the exchange", "the product", "the local AWS")

_RAW = {"echoCancellation": False, "noiseSuppression": False, "autoGainControl": False}


@dataclass(frozen=True, slots=True)
class Box:
    """Ports, folders and the account of one box. `root` is the repository, `var` what is kept.

    `raw_microphone` asks browsers for sound as it is, so that a test's tone is not taken for noise.
    """

    root: Path
    var: Path
    identity: Identity
    plan: Path
    product_port: int = 8000
    exchange_port: int = 8100
    cloud_port: int = 4566
    raw_microphone: bool = False

    @property
    def product_url(self) -> str:
        return f"http://localhost:{self.product_port}"

    @property
    def exchange_url(self) -> str:
        return f"http://localhost:{self.exchange_port}"

    @property
    def names(self) -> Path:
        """What the inspector calls people and queues: the product tells, once it has started."""
        return self.var / "names.json"

    @property
    def cloud_url(self) -> str:
        return f"http://localhost:{self.cloud_port}"

    def cloud(self) -> Program:
        return Program(
            name=CLOUD,
            port=self.cloud_port,
            command=(sys.executable, "-m", "ministack"),
            environment={
                **self._own(),
                # The key whose signed links it believes.
                "AWS_ACCESS_KEY_ID": cloud.ACCESS_KEY,
                "AWS_SECRET_ACCESS_KEY": cloud.SECRET_KEY,
                "GATEWAY_PORT": str(self.cloud_port),
                "BIND_HOST": "127.0.0.1",
                "SERVICES": "dynamodb,dynamodbstreams,s3,sqs",
                "PERSIST_STATE": "1",
                "STATE_DIR": str(self.var / "cloud"),
                "S3_PERSIST": "1",
                "S3_DATA_DIR": str(self.var / "cloud" / "s3"),
                "IOT_MTLS_ENABLED": "0",
                "SFTP_ENABLED": "0",
                "LOG_LEVEL": "WARNING",
            },
            health_url=f"{self.cloud_url}/_ministack/health",
            stop_seconds=8,
            folder=self.root,
        )

    def exchange(self) -> Program:
        me = self.identity
        return Program(
            name=EXCHANGE,
            port=self.exchange_port,
            command=(sys.executable, "-m", "infra.local.exchange"),
            environment={
                **self._own(),
                "EXCHANGE_PORT": str(self.exchange_port),
                "EXCHANGE_DATA": str(self.var / "exchange"),
                "EXCHANGE_ACCOUNT_SID": me.account_sid,
                "EXCHANGE_AUTH_TOKEN": me.auth_token,
                "EXCHANGE_API_KEY_SID": me.key_sid,
                "EXCHANGE_API_KEY_SECRET": me.key_secret,
                "EXCHANGE_NAMES": str(self.names),
                "EXCHANGE_CALLS_TO_TRY": str(self.plan.parent / "demo" / "calls-to-try.json"),
                "EXCHANGE_TELEPHONES": str(self.plan.parent / "demo" / "telephones.json"),
            },
            health_url=f"{self.exchange_url}/healthz",
            stop_seconds=5,
            folder=self.root,
        )

    def product(self, application_sid: str, queue_urls: Mapping[str, str]) -> Program:
        return Program(
            name=PRODUCT,
            port=self.product_port,
            command=(
                *(sys.executable, "-m", "gunicorn", "app.entrypoints.local:create()"),
                *("--bind", f"127.0.0.1:{self.product_port}"),
                *("--worker-class", "gthread", "--workers", "1", "--threads", "64"),
                *("--graceful-timeout", "3", "--keep-alive", "75", "--no-control-socket"),
            ),
            environment=self.product_environment(application_sid, queue_urls),
            health_url=f"{self.product_url}/health",
            stop_seconds=6,
            folder=self.root,
        )

    def product_environment(
        self, application_sid: str, queue_urls: Mapping[str, str]
    ) -> Mapping[str, str]:
        """The product's whole configuration: the same variables as on Lambda, other values."""
        me = self.identity
        return {
            **self._own(),
            "AWS_ENDPOINT_URL": self.cloud_url,
            "AWS_REGION": cloud.REGION,
            "AWS_DEFAULT_REGION": cloud.REGION,
            "AWS_ACCESS_KEY_ID": cloud.ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": cloud.SECRET_KEY,
            "SWITCHROOM_STAGE": "local",
            "SWITCHROOM_PUBLIC_URL": self.product_url,
            "SWITCHROOM_PLAN_FILE": str(self.plan),
            "SWITCHROOM_SWITCH_TABLE": TABLES["switch"],
            "SWITCHROOM_REGISTER_TABLE": TABLES["register"],
            "SWITCHROOM_DIRECTORY_TABLE": TABLES["directory"],
            "SWITCHROOM_RECORDINGS_BUCKET": BUCKET,
            **{f"SWITCHROOM_{key.upper()}_QUEUE_URL": url for key, url in queue_urls.items()},
            "SWITCHROOM_SESSION_SECRET": me.session_secret,
            "SWITCHROOM_VOICE_SDK_OPTIONS": json.dumps(
                {"chunderw": f"localhost:{self.exchange_port}", "publishEvents": False}
            ),
            "SWITCHROOM_AUDIO_CONSTRAINTS": json.dumps(_RAW if self.raw_microphone else {}),
            "SWITCHROOM_VOICE_SDK_SCRIPTS": f"{self.exchange_url}/sdk/shim.js",
            "SWITCHROOM_CONNECT_ORIGINS": f"ws://localhost:{self.exchange_port}",
            "TWILIO_ACCOUNT_SID": me.account_sid,
            "TWILIO_AUTH_TOKEN": me.auth_token,
            "TWILIO_API_KEY_SID": me.key_sid,
            "TWILIO_API_KEY_SECRET": me.key_secret,
            "TWILIO_APPLICATION_SID": application_sid,
            "TWILIO_API_URL": self.exchange_url,
            "POWERTOOLS_SERVICE_NAME": "switchroom",
            "POWERTOOLS_METRICS_NAMESPACE": "Switchroom",
        }

    def _own(self) -> dict[str, str]:
        """What each program has besides its own configuration: nothing of the terminal's."""
        return own_environment(os.environ, self.var / "tmp")
