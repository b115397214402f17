"""Every address that we hand to the carrier. Each names its call and leg (W2).

What follows the `#` asks the carrier to try again (W5, contract A2): it is neither sent nor
signed, and a repeat is harmless. Static documents and media are fetched unsigned by GET (M15).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from app.domain.view import MUSIC_SECONDS

DOCUMENT_RETRIES = "#rc=2&rp=5xx,ct,rt&ct=2000&rt=4500&tt=14500"
STATUS_RETRIES = "#rc=3&rp=5xx,ct,rt&ct=2000&rt=4500"
QUEUE_NAME_LENGTH = 64  # 14205
EXCERPTS = 40  # of the music (V8); then it begins again, so that the excerpts can be cached


def music_file(sound: str | None, moment: str = "") -> str:
    """The name of `Urls.music` where only files are served."""
    return "-".join(quoted(part) for part in ("music", sound, moment) if part) + ".xml"


def sound_file(sound: str) -> str:
    return f"{quoted(sound)}.wav"


def quoted(part: str) -> str:
    return quote(part, safe="", errors="replace")


@dataclass(frozen=True, slots=True)
class Urls:
    """`base`: the configured public address. `env`: room and queue names are account-wide (M8).

    `static_host`: serves `documents.static_documents`, so that no function of ours is asked for
    them; empty: the voice function serves them. `recordings`: where the carrier's copies are.
    """

    base: str
    env: str
    static_host: str = ""
    recordings: str = ""

    # --- signed: asked by POST --------------------------------------------------------------

    def inbound(self) -> str:
        return f"{self.base}/voice/inbound{DOCUMENT_RETRIES}"

    def client(self) -> str:
        return f"{self.base}/voice/client{DOCUMENT_RETRIES}"

    def ended(self) -> str:
        return f"{self.base}/voice/status{STATUS_RETRIES}"

    def leg(self, call: str, leg: str, tries: int = 0, refresh: int = 0) -> str:
        """`tries`: how often this document has failed before. `refresh`: the number of the Refresh
        that leads to it.
        """
        asked = f"?tries={tries}" if tries else f"?r={refresh}" if refresh else ""
        return f"{self._leg(call, leg)}{asked}{DOCUMENT_RETRIES}"

    def leg_event(self, call: str, leg: str, what: str, **query: str | int) -> str:
        """The URL for one kind of event of that leg: pressed, heard, wait …"""
        asked = "&".join(f"{name}={quoted(str(content))}" for name, content in query.items())
        return f"{self._leg(call, leg)}/{what}{'?' if asked else ''}{asked}{DOCUMENT_RETRIES}"

    def leg_status(self, call: str, leg: str) -> str:
        return f"{self.base}/voice/status/{quoted(call)}/{quoted(leg)}{STATUS_RETRIES}"

    def room(self, call: str) -> str:
        return f"{self.base}/voice/rooms/{quoted(call)}{STATUS_RETRIES}"

    def recording(self, call: str, kind: str) -> str:
        return f"{self.base}/voice/recordings/{quoted(call)}?kind={kind}{STATUS_RETRIES}"

    # --- static: asked by GET ---------------------------------------------------------------

    def fallback(self) -> str:
        """For when our webhooks are down (M3)."""
        return f"{self.static_host or self._voice}/fallback.xml"

    def goodbye(self) -> str:
        return f"{self.static_host or self._voice}/goodbye.xml"

    def one_moment(self, call: str, leg: str, language: str) -> str:
        """For a document that fails during a call: "one moment", then the leg's document (V13)."""
        query = urlencode({"call": call, "leg": leg, "language": language})
        return f"{self.base}/voice/one-moment.xml?{query}"

    def music(self, sound: str | None, moment: str = "") -> str:
        """Music without end; `moment`: the language in which "one moment" is said first (R4).

        It is asked for again, too: who waits for it hears nothing, and nobody is told.
        """
        if self.static_host:
            return f"{self.static_host}/{music_file(sound, moment)}{DOCUMENT_RETRIES}"
        query = urlencode({k: v for k, v in (("sound", sound), ("moment", moment)) if v})
        return f"{self.base}/voice/music.xml{'?' if query else ''}{query}{DOCUMENT_RETRIES}"

    def media(self, sha: str) -> str:
        """Asked for again, as a document is: else a lost answer is silence (A2)."""
        return f"{self.base}/media/{quoted(sha)}.wav{DOCUMENT_RETRIES}"

    def recorded(self, recording: str) -> str:
        """The carrier's copy, which it plays to its own calls."""
        return f"{self.recordings}/{quoted(recording)}"

    def excerpt(self, sha: str, now: datetime, seconds: int) -> str:
        """The music goes on where it was: its offset comes from the clock (V8)."""
        number = int(now.timestamp()) // MUSIC_SECONDS % EXCERPTS
        return f"{self.base}/media/{quoted(sha)}/{number}-{seconds}.wav{DOCUMENT_RETRIES}"

    def piece(self, sha: str, number: int) -> str:
        """What is heard of a long prompt in one wait document."""
        return f"{self.base}/media/{quoted(sha)}/piece-{number}.wav{DOCUMENT_RETRIES}"

    # --- names ------------------------------------------------------------------------------

    def room_name(self, room: str) -> str:
        return f"{self.env}-{room}"

    def queue_name(self, node: str) -> str:
        """At most 64 characters: a longer one keeps its beginning and gets a fingerprint."""
        name = f"{self.env}-{node}"
        if len(name) <= QUEUE_NAME_LENGTH:
            return name
        fingerprint = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:12]
        return f"{name[: QUEUE_NAME_LENGTH - 13]}-{fingerprint}"

    @property
    def _voice(self) -> str:
        return f"{self.base}/voice"

    def _leg(self, call: str, leg: str) -> str:
        return f"{self.base}/voice/calls/{quoted(call)}/{quoted(leg)}"


@dataclass(frozen=True, slots=True)
class LegUrls:
    """The addresses of one leg's document, as its template uses them.

    `hold_music`: what the caller's room plays while nobody is there yet.
    """

    urls: Urls
    call: str
    leg: str
    now: datetime
    hold_music: str | None = None

    @property
    def again(self) -> str:
        return self.urls.leg(self.call, self.leg)

    def pressed(self, question: int) -> str:
        return self._event("pressed", q=question)

    def heard(self, question: int) -> str:
        return self._event("heard", q=question)

    def message(self, question: int) -> str:
        return self._event("message", q=question)

    def wait(self, document: int) -> str:
        return self._event("wait", d=document)

    def wait_again(
        self,
        comforted: datetime | None,
        begun: datetime | None,
        next_piece: int = 0,
        document: int = 0,
    ) -> str:
        """What the next wait document is to know of this one."""
        moments = {"said": comforted, "at": begun}
        known = {name: int(at.timestamp()) for name, at in moments.items() if at is not None}
        piece = {"piece": next_piece} if next_piece else {}
        return self._event("wait", d=document, **known, **piece)

    def left_queue(self, node: str, document: int) -> str:
        return self._event("left-queue", node=node, d=document)

    def left_room(self, document: int) -> str:
        return self._event("left-room", d=document)

    @property
    def room(self) -> str:
        return self.urls.room(self.call)

    @property
    def message_recording(self) -> str:
        return self.urls.recording(self.call, "message")

    @property
    def music(self) -> str:
        return self.urls.music(self.hold_music)

    def media(self, sha: str) -> str:
        return self.urls.media(sha)

    def recorded(self, recording: str) -> str:
        return self.urls.recorded(recording)

    def excerpt(self, sha: str, seconds: int) -> str:
        return self.urls.excerpt(sha, self.now, seconds)

    def piece(self, sha: str, number: int) -> str:
        return self.urls.piece(sha, number)

    def room_name(self, room: str) -> str:
        return self.urls.room_name(room)

    def queue_name(self, node: str) -> str:
        return self.urls.queue_name(node)

    def _event(self, what: str, **query: str | int) -> str:
        return self.urls.leg_event(self.call, self.leg, what, **query)
