"""`python -m app.entrypoints.command`: what people run against a company's records.

`replay CALL` folds a call's saves again; it reads the same environment as every function.
`redrive` lets the saves that were put aside go through the steps of the stream again.
`unreadable` lists what could not be read, `unreadable ITEM` shows what stands there.
`documents FOLDER` writes the files of the static host (`SWITCHROOM_FALLBACK_URL`): hold music,
and what callers hear when all of ours is down. It reads nothing but the company's file.

Ends with 0 when all is well, 1 when what was asked for shows a difference, 2 when it cannot be
answered.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from app.adapters import aws
from app.adapters.plan import PlanError, read_company
from app.adapters.twilio.documents import static_documents
from app.adapters.twilio.urls import sound_file
from app.bootstrap.deployment import (
    build_deployment,
    build_worker,
    parameter_store,
    read_stores,
    read_unreadable,
)
from app.config import Config, Misconfigured, read
from app.domain.nodes.base import WaitPoint
from app.entrypoints.saves import Saves, redrive
from app.ports import Directory, Register, UnreadableItems
from app.service.replay import NotReplayable, replay
from app.web import uncounted

PLAN_FILE = Path("switchroom.yaml")
Say = Callable[[str], object]


def main(arguments: Sequence[str], say: Say = print) -> int:
    parser = argparse.ArgumentParser(prog="switchroom")
    commands = parser.add_subparsers(dest="command", required=True)
    replayed = commands.add_parser(
        "replay", help="fold a call's news to the states that were saved"
    )
    replayed.add_argument("call", help="the call's id")
    commands.add_parser("redrive", help="follow the saves that the stream's worker put aside")
    copied = commands.add_parser("documents", help="write the files of the static host")
    copied.add_argument("folder", type=Path)
    copied.add_argument("--plan", type=Path, default=PLAN_FILE, help="the company's file")
    listed = commands.add_parser("unreadable", help="what could not be read, and is kept")
    listed.add_argument("item", nargs="?", help="of the list: show what stands there")
    options = parser.parse_args(arguments)
    if options.command == "documents":
        return write_documents(options.folder, options.plan, say)
    region = os.environ.get("AWS_REGION")
    try:
        config = read(os.environ, parameter_store(region))
    except Misconfigured as wrong:
        say(str(wrong))
        return 2
    if options.command == "unreadable":
        return show_unreadable(read_unreadable(config), options.item, say)
    if options.command == "redrive":
        return redrive_saves(config, say)
    register, directory = read_stores(config)
    return replay_call(register, directory, options.call, say)


def write_documents(folder: Path, plan_file: Path, say: Say) -> int:
    """To be served from there as text/xml and audio/wav, by GET and over HTTPS (M3, R4).

    A sound has its content's hash as name, so files of earlier plans may stay beside these.
    """
    try:
        company = read_company(plan_file)
    except PlanError as wrong:
        say(str(wrong))
        return 2
    places = (node for node in company.plan.nodes.values() if isinstance(node, WaitPoint))
    music = {place.music for place in places if place.music}
    files = {name: text.encode() for name, text in static_documents(music).items()}
    files |= {sound_file(sound): company.sounds[sound].body for sound in music}
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in files.items():
        (folder / name).write_bytes(body)
        say(str(folder / name))
    return 0


def redrive_saves(config: Config, say: Say) -> int:
    todo = build_worker(build_deployment(config).services)
    saves = Saves(todo.services.save_steps, todo.failed_records, uncounted)
    store = config.store
    streams = aws.client("dynamodbstreams", aws.AwsEndpoint(store.region, store.endpoint_url))
    return redrive(saves, todo.failed_records, streams, say)


def show_unreadable(kept: UnreadableItems, item: str | None, say: Say) -> int:
    """All of them, or one with its text: as it was when it was met the last time."""
    found = [one for one in kept.all() if item in (None, one.item)]
    for one in found:
        say(
            f"{one.kind} {one.item}: {one.reason} "
            f"({one.times} times, {one.first_at:%Y-%m-%d %H:%M:%S} to {one.last_at:%H:%M:%S})"
        )
        if item is not None:
            say(one.stored)
    if not found:
        say("Nothing is unreadable." if item is None else f"No {item} is listed.")
        return 0 if item is None else 2
    return 1


def replay_call(register: Register, directory: Directory, call_id: str, say: Say) -> int:
    """Rev by rev: the time, the event, the state, and whether it is the one that was saved."""
    whole = register.get(call_id)
    if whole is None:
        say(f"The register knows no call {call_id}.")
        return 2
    if not whole.timeline:
        say(f"No save of call {call_id} is known: its message was taken while we were down.")
        return 2
    different = 0
    try:
        for step in replay(whole, directory.plan(whole.head.plan)):
            entry = step.entry
            event, state = type(entry.event).__name__, type(step.call.state).__name__
            verdict = "same" if step.same else f"DIFFERENT: {entry.state} was saved"
            say(f"{entry.rev:4} {entry.at:%H:%M:%S.%f} {event:<18} {state:<16} {verdict}")
            different += not step.same
    except NotReplayable as missing:
        say(f"It cannot be replayed: {missing}.")
        return 2
    say(f"{len(whole.timeline)} saves, {different} different.")
    return int(different > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
