"""Activities that take time: a clip, a pause, a sound that is still to be fetched."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urldefrag, urlsplit

from infra.local.exchange.context import Context
from infra.local.exchange.interfaces import (
    ENDLESS_LOOPS,
    Clip,
    Heard,
    Playing,
    Timer,
    Tone,
    Unplayable,
)
from infra.local.exchange.leg import Leg
from infra.local.exchange.twiml.activity import StopReason
from infra.local.exchange.twiml.document import content_type
from infra.local.exchange.webhook import Delivered, Result
from infra.local.exchange.wire import Endpoint

MAX_AGE = re.compile(r"max-age=(\d+)")


class PlayClip:
    """Plays `loops` times, then is done."""

    def __init__(
        self, context: Context, leg: Leg, clip: Clip, loops: int, done: Callable[[], None]
    ) -> None:
        self._context = context
        self._leg = leg
        self._clip = clip
        self._loops = loops
        self._done = done
        self._timer: Timer | None = None
        self._playing: Playing | None = None

    def start(self) -> None:
        self._playing = Playing(self._clip, self._context.now(), self._loops)
        seconds = self._clip.seconds * (self._loops or ENDLESS_LOOPS)
        self._context.caption(self._leg.sid, self._clip)
        self._timer = self._context.call_later(seconds, self._over)
        self._context.hearing_changed(self._leg.sid)

    def _over(self) -> None:
        self._playing = None
        self._done()

    def heard(self) -> Heard:
        return self._playing

    def press(self, digit: str) -> None:
        """A key changes nothing here."""

    def stop(self, reason: StopReason) -> None:
        self._playing = None
        if self._timer is not None:
            self._timer.cancel()


class Silence:
    """`<Pause>`."""

    def __init__(self, context: Context, seconds: float, done: Callable[[], None]) -> None:
        self._context = context
        self._seconds = seconds
        self._done = done
        self._timer: Timer | None = None

    def start(self) -> None:
        self._timer = self._context.call_later(self._seconds, self._done)

    def heard(self) -> Heard:
        return None

    def press(self, digit: str) -> None:
        """A key changes nothing here."""

    def stop(self, reason: StopReason) -> None:
        if self._timer is not None:
            self._timer.cancel()


class PlayUrl:
    """Fetches a sound (unsigned, no parameters: B2) and plays it; failing that, the next verb.

    A recording of the account itself is at hand as soon as it ends, as `<Record>`'s page shows.
    """

    def __init__(
        self, context: Context, leg: Leg, url: str, loops: int, done: Callable[[], None]
    ) -> None:
        self._context = context
        self._leg = leg
        self._url = url
        self._file = urldefrag(url).url  # its fragment says how to ask for it (A2)
        self._loops = loops
        self._done = done
        self._clip: PlayClip | None = None
        self._stopped = False

    def start(self) -> None:
        recorded = self._context.recorded.get(urlsplit(self._url).path.removesuffix(".wav"))
        if recorded is not None:
            self._play(self._context.sound.media(self._file, "audio/x-wav", recorded))
            return
        kept = self._context.clips.get(self._url)
        if kept is not None and kept[0] > self._context.now():
            self._play(kept[1])
        else:
            endpoint = Endpoint(self._url, "GET")
            self._context.webhooks.send(endpoint, (), self._leg.sid, "media", self._received)

    def _received(self, result: Result) -> None:
        if self._stopped:
            return
        match result:
            case Delivered(answer=answer):
                try:
                    clip = self._context.sound.media(self._file, content_type(answer), answer.body)
                except Unplayable as error:
                    self._context.warn(13420, f"{self._url}: {error}", self._leg.sid)
                    self._done()
                    return
                self._keep(clip, answer.headers.get("cache-control", ""))
                self._play(clip)
            case _:
                self._done()  # the failure is in the journal already

    def _keep(self, clip: Clip, cache_control: str) -> None:
        age = MAX_AGE.search(cache_control)
        if age is not None:
            until = self._context.now() + timedelta(seconds=int(age[1]))
            self._context.clips[self._url] = (until, clip)

    def _play(self, clip: Clip) -> None:
        self._clip = PlayClip(self._context, self._leg, clip, self._loops, self._done)
        self._clip.start()

    def heard(self) -> Heard:
        return None if self._clip is None else self._clip.heard()

    def press(self, digit: str) -> None:
        """A key changes nothing here."""

    def stop(self, reason: StopReason) -> None:
        self._stopped = True
        if self._clip is not None:
            self._clip.stop(reason)


def carrier_music(context: Context, leg: Leg) -> PlayClip:
    """The carrier's own music, not started yet; it lasts until it is stopped."""
    return PlayClip(context, leg, context.sound.tone(Tone.MUSIC), ENDLESS_LOOPS, lambda: None)
