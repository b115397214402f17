"""CPU of a whole call of four webhooks, by process, against a signed stateless Flask.

The webhooks are served by gunicorn over HTTP, the state is in the local AWS, and the worker gets
the stream's records as Lambda brings them: each process's own time is counted, the local AWS's is
not. `python -m tests.bench.calls` prints the figures and their ratio to the same four webhooks at a
Flask application that checks the signature and keeps nothing, served in the same way in the same
run; its source is shown. Rounds alternate, and the best of each is compared.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import inspect
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from app.adapters.dynamodb import DynamoDirectory, tables
from app.adapters.memory import MemoryClock
from app.ports import QUEUES
from tests.adapters.whole_calls import ShardReader
from tests.bench import signed
from tests.bench.product import form_of
from tests.stories.company import MAIN, PLAN
from tests.support import ministack
from tests.support.ports import free_port

ROUNDS = 6
CALLS = 25
LIMIT = 6.0
ROOT = Path(__file__).parents[2]
WAITING = {"QueueSid": "QU" + "0" * 32, "QueuePosition": "1", "QueueTime": "0"}
READY_SECONDS = 30.0


@dataclass(frozen=True)
class Spent:
    """Milliseconds of CPU of one call."""

    voice: float
    worker: float
    flask: float

    @property
    def ratio(self) -> float:
        return (self.voice + self.worker) / self.flask


class Served:
    """A WSGI application behind gunicorn, asked over one kept connection."""

    def __init__(self, application: str, environment: dict[str, str]) -> None:
        port = free_port()
        self._child = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"),
                *("--worker-class", "gthread", "--workers", "1", "--threads", "8"),
                *("--keep-alive", "75", "--log-level", "warning", "--no-control-socket"),
            ],
            cwd=ROOT,
            env=environment,
        )
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + READY_SECONDS
        while True:
            try:
                self.cpu()
            except OSError:
                self._connection.close()
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                return

    def cpu(self) -> float:
        """Seconds so far."""
        self._connection.request("GET", "/cpu")
        return float(self._connection.getresponse().read())

    def post(self, path: str, form: dict[str, str]) -> None:
        text = f"{signed.PUBLIC}{path}" + "".join(f"{name}{form[name]}" for name in sorted(form))
        digest = hmac.new(signed.TOKEN.encode(), text.encode(), hashlib.sha1).digest()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "X-Twilio-Signature": base64.b64encode(digest).decode(),
        }
        self._connection.request("POST", path, urlencode(form), headers)
        answer = self._connection.getresponse()
        answer.read()
        if answer.status not in (200, 204):
            raise RuntimeError(f"{path} was answered {answer.status}")

    def close(self) -> None:
        self._connection.close()
        self._child.terminate()
        self._child.wait()


class Worker:
    def __init__(self, environment: dict[str, str]) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.served"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.cpu = 0.0  # seconds so far

    def invoke(self, records: list[dict[str, Any]]) -> None:
        if self._child.stdin is None or self._child.stdout is None:
            raise RuntimeError("the worker has no pipes")
        self._child.stdin.write(json.dumps({"Records": records}, default=str) + "\n")
        self._child.stdin.flush()
        answer, self.cpu = json.loads(self._child.stdout.readline())
        if answer != {"batchItemFailures": []}:
            raise RuntimeError(f"the worker answered {answer}")

    def close(self) -> None:
        self._child.communicate()


class Bench:
    def __init__(self, voice: Served, flask: Served, worker: Worker, shard: ShardReader) -> None:
        self._voice, self._flask, self._worker, self._shard = voice, flask, worker, shard
        self._numbers = count(1)

    def call(self) -> None:
        for path, form in self._webhooks():
            self._voice.post(path, form)
            if records := self._shard.take():
                self._worker.invoke(records)

    def bare_call(self) -> None:
        for path, form in self._webhooks():
            self._flask.post(path, form)

    def _webhooks(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Arrives, presses a key into a queue, waits, hangs up."""
        sid = f"CA{next(self._numbers):032x}"
        form, leg = form_of(sid, MAIN), f"/voice/calls/{sid[2:]}/1"
        yield "/voice/inbound", form
        yield f"{leg}/pressed?q=1", form | {"Digits": "1", "CallStatus": "in-progress"}
        yield f"{leg}/wait", form | WAITING | {"CallStatus": "in-progress"}
        yield "/voice/status", form | {"CallStatus": "completed"}

    def round(self) -> Spent:
        begun = self._voice.cpu(), self._worker.cpu
        for _ in range(CALLS):
            self.call()
        voice, worker = self._voice.cpu() - begun[0], self._worker.cpu - begun[1]
        begun_flask = self._flask.cpu()
        for _ in range(CALLS):
            self.bare_call()
        flask = self._flask.cpu() - begun_flask
        return Spent(*(seconds / CALLS * 1000 for seconds in (voice, worker, flask)))


@contextmanager
def bench_on(cloud: ministack.Cloud) -> Iterator[Bench]:
    switch, directory = cloud.table(tables.SWITCH), cloud.table(tables.DIRECTORY)
    DynamoDirectory(directory, cloud.endpoint, MemoryClock()).publish(PLAN, previous=None)
    environment = {
        **{key: word for key, word in os.environ.items() if not key.startswith("AWS_")},
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": ministack.REGION,
        "AWS_ENDPOINT_URL": cloud.url,
        "SWITCHROOM_STAGE": "bench",
        "SWITCHROOM_PUBLIC_URL": signed.PUBLIC,
        "SWITCHROOM_SESSION_SECRET": "s" * 32,
        "SWITCHROOM_SWITCH_TABLE": switch,
        "SWITCHROOM_REGISTER_TABLE": cloud.table(tables.REGISTER),
        "SWITCHROOM_DIRECTORY_TABLE": directory,
        "SWITCHROOM_RECORDINGS_BUCKET": cloud.bucket(),
        "SWITCHROOM_FAILED_SAVES_QUEUE_URL": cloud.queue(),
        **{f"SWITCHROOM_{name.upper()}_QUEUE_URL": cloud.queue() for name in QUEUES},
        "TWILIO_ACCOUNT_SID": "AC" + "a" * 32,
        "TWILIO_AUTH_TOKEN": signed.TOKEN,
        "TWILIO_API_KEY_SID": "SK" + "c" * 32,
        "TWILIO_API_KEY_SECRET": "d" * 32,
        "TWILIO_APPLICATION_SID": "AP" + "e" * 32,
        "POWERTOOLS_METRICS_NAMESPACE": "Switchroom",
        "POWERTOOLS_SERVICE_NAME": "switchroom",
    }
    with ExitStack() as stack:
        voice = Served("tests.bench.served:create()", environment)
        stack.callback(voice.close)
        flask = Served("tests.bench.signed:create()", environment)
        stack.callback(flask.close)
        worker = Worker(environment)
        stack.callback(worker.close)
        yield Bench(voice, flask, worker, ShardReader(cloud, switch))


def measure(rounds: int = ROUNDS) -> Spent:
    os.environ |= {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
    with (
        tempfile.TemporaryDirectory() as folder,
        ministack.running(Path(folder)) as cloud,
        bench_on(cloud) as bench,
    ):
        bench.round()  # warm
        taken = [bench.round() for _ in range(rounds)]
    return Spent(
        min(spent.voice for spent in taken),
        min(spent.worker for spent in taken),
        min(spent.flask for spent in taken),
    )


def main() -> int:
    print("CPU of a call of four webhooks, all of the product's processes ÷ this application\n")
    print(inspect.getsource(signed))
    spent = measure()
    print(f"the webhooks {spent.voice:6.1f} ms, the worker {spent.worker:6.1f} ms")
    print(f"together     {spent.voice + spent.worker:6.1f} ms ÷ {spent.flask:.1f} ms = ", end="")
    print(f"{spent.ratio:.2f}; the limit is {LIMIT:.0f}")
    return 0 if spent.ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
