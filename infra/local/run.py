"""`make run`: the whole PBX on this machine, with no account and no internet.

Order of starting: the local AWS and the exchange, then what they must hold, then the product.
Order of stopping: the exchange (it hangs up, so that live calls end with an outcome), the product
(which finishes its jobs), the local AWS (which writes its state as it ends). All is kept in var/.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from infra.local import cloud
from infra.local.box import BUCKET, QUEUES, STOPPING, TABLES, Box
from infra.local.child import CannotStart, Child, Program, require_free
from infra.local.identity import Identity
from infra.local.surroundings import open_streams, say, scratch, settle

ROOT = Path(__file__).parents[2]
READY_SECONDS = 30
WATCH_SECONDS = 0.2
AFRESH = (
    "What var/ keeps of live calls and agents is of another version: it begins afresh, and the "
    "register stays."
)
NO_APPLICATION_YET = "AP" + "0" * 32


@dataclass
class Run:
    """What is running now, in the order of starting."""

    box: Box
    children: list[Child] = field(default_factory=list)

    def launch(self, program: Program) -> Child:
        child = Child(program, self.box.var / "log" / f"{program.name.replace(' ', '-')}.log")
        self.children.append(child)
        return child

    def start(self) -> dict[str, Any]:
        """Start everything; answers what the company's file says. Raises CannotStart."""
        for child in [self.launch(self.box.cloud()), self.launch(self.box.exchange())]:
            child.wait_until_ready(READY_SECONDS)
        queue_urls = cloud.make(self.box.cloud_url, tables=TABLES, bucket=BUCKET, queues=QUEUES)
        company = self._prepare(queue_urls)
        names = json.dumps(company["names"], ensure_ascii=False)
        self.box.names.write_text(names, encoding="utf-8")
        self.drop_other_schema(str(company["schema"]), queue_urls)
        product = self.launch(self.box.product(company["application_sid"], queue_urls))
        product.wait_until_ready(READY_SECONDS)
        return company

    def stop(self) -> None:
        """The exchange first: as it hangs up, the product hears of each call's end."""
        for child in sorted(self.children, key=lambda child: STOPPING.index(child.program.name)):
            child.stop()

    def watch(self) -> NoReturn:
        """Until Ctrl-C. Raises CannotStart when a program ends by itself."""
        while True:
            if fallen := next((child for child in self.children if not child.running), None):
                raise CannotStart(f"{fallen.program.name} stopped by itself.{fallen.last_words()}")
            time.sleep(WATCH_SECONDS)

    def drop_other_schema(self, schema: str, queue_urls: Mapping[str, str]) -> None:
        """Live state of another schema cannot be read: it goes; register and directory stay."""
        kept = self.box.var / "schema"
        if kept.exists() and kept.read_text(encoding="utf-8") == schema:
            return
        if cloud.begin_afresh(self.box.cloud_url, TABLES["switch"], queue_urls.values()):
            say(AFRESH)
        kept.write_text(schema, encoding="utf-8")

    def _prepare(self, queue_urls: Mapping[str, str]) -> dict[str, Any]:
        """Have the product check and publish the company's file and rent its numbers."""
        asked = subprocess.run(
            [sys.executable, "-m", "app.entrypoints.local"],
            env=dict(self.box.product_environment(NO_APPLICATION_YET, queue_urls)),
            cwd=self.box.root,
            capture_output=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            check=False,
        )
        if asked.returncode:
            raise CannotStart(asked.stderr.strip() or "The product does not start.")
        company: dict[str, Any] = json.loads(asked.stdout)
        return company


@contextlib.contextmanager
def only_one(var: Path, product_url: str) -> Iterator[None]:
    """Hold var/run.lock, which ends with this process. Raises CannotStart when another has it."""
    with (var / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            raise CannotStart(f"Switchroom runs already: open {lock.read()}.") from None
        lock.truncate(0)
        lock.write(product_url)
        lock.flush()
        yield


def main(arguments: list[str] | None = None) -> int:
    options = _options().parse_args(arguments)
    var: Path = options.var.absolute()
    try:
        scratch(var)
        box = Box(
            root=ROOT,
            var=var,
            identity=Identity.of(var),
            plan=options.plan.absolute(),
            product_port=options.product_port,
            exchange_port=options.exchange_port,
            cloud_port=options.cloud_port,
            raw_microphone=options.raw_microphone,
        )
        with only_one(var, box.product_url):
            return _run(box)
    except CannotStart as sentence:
        say(str(sentence), wrong=True)
        return 1


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--var", type=Path, default=ROOT / "var", help="what is kept")
    parser.add_argument("--plan", type=Path, default=ROOT / "switchroom.yaml", help="the company")
    parser.add_argument("--product-port", type=_port, default=8000)
    parser.add_argument("--exchange-port", type=_port, default=8100)
    parser.add_argument("--cloud-port", type=_port, default=4566)
    parser.add_argument("--raw-microphone", action="store_true", help="for tests with tones")
    return parser


def _port(written: str) -> int:
    if not written.isdecimal() or not 1 <= int(written) <= 65535:
        raise argparse.ArgumentTypeError(f"{written} is no port: write a number from 1 to 65535")
    return int(written)


def _run(box: Box) -> int:
    programs = (box.product("", {}), box.exchange(), box.cloud())
    if len({program.port for program in programs}) < len(programs):
        raise CannotStart("Two programs have the same port: give each its own.")
    for program in programs:
        require_free(program)
    run = Run(box)
    _on_stop_signals(_interrupt)
    began = time.monotonic()
    try:
        company = run.start()
        _greet(box, company, time.monotonic() - began)
        run.watch()
    except KeyboardInterrupt:
        say("\nEnding live calls and stopping ...")
    finally:
        _on_stop_signals(signal.SIG_IGN)
        run.stop()
    say("Stopped. Everything is kept in var/ for the next start.")
    return 0


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _on_stop_signals(action: Callable[[int, object], None] | signal.Handlers) -> None:
    """Set by hand, because a shell starts what it puts in the background with Ctrl-C ignored.

    A terminal that is closed stops the box, too, unless it was started to outlive it.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, action)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # as nohup sets it
        signal.signal(signal.SIGHUP, action)


def _greet(box: Box, company: dict[str, Any], seconds: float) -> None:
    lines = [
        f"Switchroom is ready ({seconds:.1f} s).\n",
        f"  Agents     {box.product_url}",
        f"  Telephone  {box.exchange_url}/street",
        f"  Inspector  {box.exchange_url}/inspector\n",
        *(f"  {number['e164']:<14} {number['label']}" for number in company["numbers"]),
        "",
        *(f"  {one['email']:<32} {one['name']}, {one['role']}" for one in company["people"]),
        *(f"\n{remark}" for remark in company["remarks"]),
    ]
    if company["password"]:
        lines.append(f"\nEverybody's password is {company['password']}.")
    say("\n".join([*lines, "Ctrl-C stops it."]))


def _start() -> int:
    """As a program: apart from whatever the terminal has set."""
    open_streams()
    try:
        settle(_options().parse_args().var.absolute())
    except CannotStart as sentence:
        say(str(sentence), wrong=True)
        return 1
    return main()


if __name__ == "__main__":
    sys.exit(_start())
