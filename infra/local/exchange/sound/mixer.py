"""A tick every 20 ms makes the sound of every leg.

The tick asks the exchange what each leg hears now and hands the leg one PCMU frame. What is passed
on unchanged is never decoded: silence, clips (coded once) and a single voice pass as bytes. A leg
never hears itself, because `Voices` lists the others only (mix-minus).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol, assert_never

from infra.local.exchange.interfaces import (
    ENDLESS_LOOPS,
    Heard,
    PassedOn,
    Playing,
    Ringback,
    Said,
    Voices,
)
from infra.local.exchange.sound.library import Library, Sample
from infra.local.exchange.sound.pcmu import FRAME_SECONDS, SILENCE, Samples, decode, encode, mix
from infra.local.exchange.sound.recorder import Recorder

_log = logging.getLogger(__name__)
_MAX_DRIFT_FRAMES = 10
_MAX_LATE_SECONDS = 0.2


class AudioEndpoint(Protocol):
    """The sound of one leg's telephone, frame by frame."""

    def take(self) -> bytes | None:
        """The next frame that the person said; None when none came."""

    def give(self, payload: bytes) -> None:
        """The next frame that the person hears."""


class Playhead:
    """Where one leg is in a clip: counted by ticks, because the clock's jitter would be heard."""

    def __init__(self) -> None:
        self._playing: Playing | None = None
        self._frame = 0

    def payload(self, playing: Playing, sample: Sample, now: datetime) -> bytes | None:
        """The next frame; None before the beginning and after the last loop."""
        due = int((now - playing.started_at).total_seconds() / FRAME_SECONDS)
        if playing != self._playing or abs(due - self._frame) > _MAX_DRIFT_FRAMES:
            self._playing, self._frame = playing, max(due, 0)
        frame, self._frame = self._frame, self._frame + 1
        loops = playing.loops or ENDLESS_LOOPS
        if frame >= loops * sample.frames:
            return None
        return sample.payload(frame % sample.frames)


class Mixer:
    def __init__(
        self,
        hears: Callable[[str], Heard],
        says: Callable[[], Mapping[str, Said]],
        now: Callable[[], datetime],
        library: Library,
        recorder: Recorder,
    ) -> None:
        self._hears = hears
        self._says = says
        self._now = now
        self._library = library
        self._recorder = recorder
        self._endpoints: dict[str, AudioEndpoint] = {}
        self._heads: dict[str, Playhead] = {}  # of what each leg with a connection hears
        self._other_heads: dict[str, Playhead] = {}  # the same, of legs without one
        self._sayings: dict[str, Playhead] = {}  # of what each far end without a connection says
        self._heard: dict[str, bytes] = {}  # in the last tick
        self._ticks = 0

    def attach(self, leg: str, endpoint: AudioEndpoint) -> None:
        self._endpoints[leg] = endpoint
        self._heads[leg] = Playhead()

    def detach(self, leg: str) -> None:
        self._endpoints.pop(leg, None)
        self._heads.pop(leg, None)

    def tick(self) -> None:
        self._ticks += 1
        now = self._now()
        said = {leg: endpoint.take() for leg, endpoint in self._endpoints.items()}
        says = self._says()
        said |= self._said_by_themselves(says, now)
        heard: dict[str, bytes] = {}
        for leg, endpoint in self._endpoints.items():
            heard[leg] = payload = self._frame_for(leg, said, now)
            endpoint.give(payload)
        for leg in self._heard_by_nobody(says, heard):
            heard[leg] = self._frame_for(leg, said, now)
        self._heard = heard
        for tap in self._recorder.taps:
            in_talk = tap.conference is None or isinstance(self._hears(tap.leg), Voices)
            self._recorder.add(
                tap.recording,
                said.get(tap.leg) or SILENCE,
                heard[tap.leg] if in_talk else SILENCE,
            )

    def _said_by_themselves(
        self, says: Mapping[str, Said], now: datetime
    ) -> dict[str, bytes | None]:
        self._sayings = {leg: self._sayings.get(leg, Playhead()) for leg in says}
        return {leg: self._saying(leg, one, now) for leg, one in says.items()}

    def _saying(self, leg: str, said: Said, now: datetime) -> bytes | None:
        """What is passed on is a tick old: two legs may pass on to each other."""
        match said:
            case PassedOn(leg=other):
                return self._heard.get(other)
            case Playing(clip=clip):
                return self._sayings[leg].payload(said, self._library.sample(clip.key), now)
            case _:
                assert_never(said)

    def _heard_by_nobody(self, says: Mapping[str, Said], heard: Mapping[str, bytes]) -> set[str]:
        """Legs without a connection whose sound is needed: recorded, or passed on."""
        wanted = {tap.leg for tap in self._recorder.taps}
        wanted |= {one.leg for one in says.values() if isinstance(one, PassedOn)}
        wanted -= heard.keys()
        self._other_heads = {leg: self._other_heads.get(leg, Playhead()) for leg in wanted}
        return wanted

    async def run(self) -> None:
        """Tick until cancelled. A short stall is caught up, a long one is skipped."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due += FRAME_SECONDS
            late = loop.time() - due
            if late > _MAX_LATE_SECONDS:
                due += late
            elif late < 0:
                await asyncio.sleep(-late)
            else:
                await asyncio.sleep(0)  # behind: let the others run before catching up
            self.tick()

    def _frame_for(self, leg: str, said: dict[str, bytes | None], now: datetime) -> bytes:
        try:
            return self._render(leg, self._hears(leg), said, now)
        except Exception:  # noqa: BLE001 - a defect in one leg must not silence all the others
            _log.exception("what %s hears cannot be made", leg)
            return SILENCE

    def _render(
        self, leg: str, heard: Heard, said: dict[str, bytes | None], now: datetime
    ) -> bytes:
        match heard:
            case None:
                return SILENCE
            case Ringback():
                return self._ringback()
            case Playing():
                return self._played(leg, heard, now) or SILENCE
            case Voices():
                return self._voices(leg, heard, said, now)
            case _:
                assert_never(heard)

    def _ringback(self) -> bytes:
        tone = self._library.ringback
        return tone.payload(self._ticks % tone.frames)

    def _played(self, leg: str, playing: Playing, now: datetime) -> bytes | None:
        sample = self._library.sample(playing.clip.key)
        head = self._heads.get(leg) or self._other_heads[leg]
        return head.payload(playing, sample, now)

    def _voices(
        self, leg: str, voices: Voices, said: dict[str, bytes | None], now: datetime
    ) -> bytes:
        parts = [frame for other in voices.legs if (frame := said.get(other))]
        if voices.announcement and (frame := self._played(leg, voices.announcement, now)):
            parts.append(frame)
        if voices.ringback:
            parts.append(self._ringback())
        if len(parts) < 2:
            return parts[0] if parts else SILENCE
        decoded: list[Samples] = [decode(part) for part in parts]
        return encode(mix(decoded))
