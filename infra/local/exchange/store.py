"""What the exchange keeps between starts: numbers, applications, queues, finished recordings.

`state.json` is replaced as a whole, atomically, at each change; a recording's sound is a WAV file
beside it. Calls are not kept: they end with the exchange.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from infra.local.exchange.exchange import Exchange
from infra.local.exchange.inventory import Voice
from infra.local.exchange.journal import Entry, RecordingChanged, RestCalled
from infra.local.exchange.queues import Queue
from infra.local.exchange.recording import Recording, RecordingState

_KEPT_RESOURCES = ("IncomingPhoneNumbers", "Applications", "Queues")
_SETTLED = frozenset({RecordingState.COMPLETED, RecordingState.ABSENT})


class Unreadable(Exception):
    """The kept state cannot be used; the message says what to do."""


class Store:
    def __init__(self, folder: Path, exchange: Exchange) -> None:
        self._folder = folder
        self._exchange = exchange
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self) -> None:
        """Save whenever something that is kept has changed, from now on."""
        self._exchange.observe(self._noticed)

    def load(self) -> None:
        """Raises Unreadable."""
        file = self._folder / "state.json"
        if not file.exists():
            return
        try:
            state = json.loads(file.read_text(encoding="utf-8"))
            self._restore(state)
        except (ValueError, KeyError, TypeError) as error:
            raise Unreadable(
                f"{file} cannot be read ({error}): move it away to begin with nothing."
            ) from error

    def save(self) -> None:
        context = self._exchange.context
        state = {
            "numbers": [asdict(one) for one in context.inventory.numbers.values()],
            "applications": [asdict(one) for one in context.inventory.applications.values()],
            "queues": [
                {
                    "sid": queue.sid,
                    "name": queue.name,
                    "max_size": queue.max_size,
                    "created_at": queue.created_at,
                }
                for queue in self._exchange.queues.queues.values()
            ],
            "recordings": [
                _recording(one)
                for one in self._exchange.recordings.recordings.values()
                if one.state in _SETTLED
            ],
        }
        draft = self._folder / "state.json.new"
        draft.write_text(json.dumps(state, default=datetime.isoformat, indent=1), encoding="utf-8")
        draft.replace(self._folder / "state.json")

    def _noticed(self, entry: Entry) -> None:
        match entry.news:
            case RestCalled(method="POST" | "DELETE", path=path, status=status) if (
                status < 300 and _is_kept(path)
            ):
                self.save()
            case RecordingChanged(recording=sid, status="completed" | "absent" | "deleted"):
                self._keep_sound(sid)
                self.save()
            case _:
                return

    def _keep_sound(self, sid: str) -> None:
        recording = self._exchange.recordings.recordings.get(sid)
        file = self._folder / f"{sid}.wav"
        if recording is not None and recording.state is RecordingState.COMPLETED:
            file.write_bytes(recording.media)
        else:
            file.unlink(missing_ok=True)

    def _restore(self, state: dict[str, Any]) -> None:
        context = self._exchange.context
        for kept in state["numbers"]:
            context.inventory.numbers[kept["sid"]] = _voice(kept)
        for kept in state["applications"]:
            context.inventory.applications[kept["sid"]] = _voice(kept)
        for kept in state["queues"]:
            made = datetime.fromisoformat(kept["created_at"])
            self._exchange.queues.queues[kept["sid"]] = Queue(
                kept["sid"], kept["name"], kept["max_size"], made, made
            )
        for kept in state["recordings"]:
            self._exchange.recordings.recordings[kept["sid"]] = self._recording(kept)

    def _recording(self, kept: dict[str, Any]) -> Recording:
        started = datetime.fromisoformat(kept["started_at"])
        recording = Recording(
            sid=kept["sid"],
            source=kept["source"],
            channels=kept["channels"],
            track=kept["track"],
            started_at=started,
            updated_at=started,
            callback=None,
            call_sid=kept["call_sid"],
            conference_sid=kept["conference_sid"],
        )
        recording.stop(started + timedelta(seconds=kept["duration_seconds"]))
        file = self._folder / f"{recording.sid}.wav"
        media = file.read_bytes() if file.exists() else b""
        recording.finish(media, datetime.fromisoformat(kept["updated_at"]))
        return recording


def _is_kept(path: str) -> bool:
    return any(f"/{resource}" in path for resource in _KEPT_RESOURCES)


def _voice(kept: dict[str, Any]) -> Voice:
    times = {name: datetime.fromisoformat(kept[name]) for name in ("created_at", "updated_at")}
    return Voice(**{**kept, **times})


def _recording(recording: Recording) -> dict[str, Any]:
    return {
        "sid": recording.sid,
        "source": recording.source,
        "channels": recording.channels,
        "track": recording.track,
        "started_at": recording.started_at,
        "updated_at": recording.updated_at,
        "call_sid": recording.call_sid,
        "conference_sid": recording.conference_sid,
        "duration_seconds": recording.duration_seconds,
    }
