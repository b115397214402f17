"""The register of calls, and where what is recorded and played lies.

Ports: `app.ports` says what holds for all of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from app.domain.figures import QueueDay
from app.ports.records import (
    CallRecord,
    CallUpdate,
    Listening,
    MailboxMessage,
    MessagePage,
    Note,
    Page,
    RecordingRecord,
    WholeCall,
)


class Register(Protocol):
    """What happened. Writing the same thing twice is writing it once: everything is by key.

    Suites: test_register, test_mailboxes, test_day_figures.
    """

    def put_updates(self, updates: Sequence[CallUpdate]) -> None:
        """What saves of calls add, all of a call's or nothing: one request, up to 100 rows.

        In any order and any number of times the result is the same: an older head never replaces
        a newer one, and a call that is counted already counts no more in the sums of its queue and
        day. ValueError: larger than a row can be.
        """

    def put_head(self, head: CallRecord) -> None:
        """The head of a call that no save tells of. One in progress never reopens an ended one."""

    def put_note(self, call_id: str, note: Note, replaces: str) -> None:
        """One note an author, written over the version `replaces` ("": there is none yet).

        Stale: another version is there. ValueError: longer than the register keeps.
        """

    def note(self, call_id: str, author: str) -> Note | None:
        """As it is now, whatever else is known of the call."""

    def put_recording(self, call_id: str, recording: RecordingRecord) -> None:
        """One that failed replaces nothing: another version may have stored it meanwhile."""

    def put_listening(self, call_id: str, listening: Listening) -> None: ...

    def get(self, call_id: str) -> WholeCall | None:
        """What cannot be read of it is reported and left out, as it is from lists."""

    def newest(self, *, agent: str | None, limit: int, older: str | None = None) -> Page:
        """Newest first; of one agent, or of the whole company."""

    # --- Mailboxes --------------------------------------------------------------------------

    def put_message(self, message: MailboxMessage) -> bool:
        """Into its mailbox, open. False: there is one of this call, and it stays as it is."""

    def settle_message(self, call_id: str, by: str, at: datetime | None) -> MailboxMessage | None:
        """Done by that person, or open again (`by` empty). Asked again, it changes nothing.

        None: there is no message of this call. Raises Stale: somebody else settled it just now.
        """

    def messages(
        self, mailbox: str, *, done: bool, limit: int, older: str | None = None
    ) -> MessagePage:
        """The open ones or the finished ones of one mailbox, newest call first: one query."""

    def open_messages(self) -> Mapping[str, int]:
        """How many are open, of each mailbox that ever had one: one query of counters."""

    # --- Figures ----------------------------------------------------------------------------

    def figures_of(self, day: str) -> Sequence[QueueDay]:
        """The sums of that day, by node: one query of an item for each queue that has some."""


class Recordings(Protocol):
    """The private bucket. Suite: test_bucket."""

    def put(self, key: str, chunks: Iterable[bytes], content_type: str) -> str:
        """Store them as one body; answers its SHA-256 in hex, once what is stored was verified.

        Of a body of any length only a part is in memory. What `chunks` raise is raised, and nothing
        is stored. Raises NotStored.
        """

    def link(self, key: str, seconds: int) -> str:
        """A signed URL that ends after `seconds`."""


class Sounds(Protocol):
    """Uploaded prompts and music, by content hash; what callers hear, so no secret.

    Suite: test_bucket.
    """

    def put(self, sha: str, body: bytes, content_type: str) -> None: ...

    def get(self, sha: str) -> tuple[str, bytes] | None:
        """Content type and body."""
