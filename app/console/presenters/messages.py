"""The messages of mailboxes: whose they are is asked of `access` each time.

A page costs one query of one mailbox. The badge, and the counts of the mailboxes, cost one query of
the counters: an item of a few bytes for each mailbox, however many messages there are.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.console import views as v
from app.console.interfaces import Account
from app.console.presenters import parts
from app.domain.access import Person, Refused, Subject, may
from app.domain.dialplan import Plan
from app.domain.mailboxes import agents_of, mailboxes
from app.domain.topics import BOARD
from app.ports import Clock, Directory, MailboxMessage, Notices, Register

OUTAGE = ""  # the mailbox of messages that were left while Switchroom could not be reached


@dataclass(frozen=True, slots=True)
class MessagesPresenter:
    """What callers left in the mailboxes of an agent, or in all for supervisors and admins."""

    register: Register
    directory: Directory
    notices: Notices
    clock: Clock

    def messages(
        self, viewer: Account, mailbox: str | None, cursor: str | None, limit: int, *, done: bool
    ) -> v.MessagePage | None:
        """Of that mailbox, or of the first with open ones. None: it is not the viewer's."""
        plan = self.directory.head()
        counts = self.register.open_messages()
        boxes = tuple(boxes_of(viewer.person, plan, counts))
        if mailbox is None:
            chosen = next((b for b in boxes if b.open_count), boxes[0] if boxes else None)
        else:
            chosen = next((b for b in boxes if b.name == mailbox), None)
            if chosen is None:
                return None
        if chosen is None:
            return v.MessagePage(boxes, None, done)
        found = self.register.messages(chosen.name, done=done, limit=limit, older=cursor)
        rows = tuple(_row(message, chosen, plan) for message in found.messages)
        return v.MessagePage(
            boxes, chosen, done, rows, older=found.older, newer="" if cursor else None
        )

    def settle(self, viewer: Account, call: str, *, done: bool) -> None:
        """Done with it, or open again. Raises Refused."""
        whole = self.register.get(call)
        message = whole.message if whole else None
        plan = self.directory.head()
        if message is None or not _may(viewer.person, plan, message.mailbox):
            raise Refused("This is not your mailbox.")
        by, at = (viewer.person.id, self.clock.now()) if done else ("", None)
        self.register.settle_message(call, by, at)
        self.notices.notify(BOARD)


def boxes_of(person: Person, plan: Plan, counts: Mapping[str, int]) -> Iterator[v.Mailbox]:
    """The mailboxes whose messages that person may see and finish."""
    known = mailboxes(plan)
    gone = (name for name, count in counts.items() if count and name not in known)
    for name in (*known, *sorted(gone)):
        if _may(person, plan, name):
            label = parts.queue_label(plan, name) if name != OUTAGE else ""
            yield v.Mailbox(name, label, counts.get(name, 0))


def _may(person: Person, plan: Plan, mailbox: str) -> bool:
    return may(person, "work on a mailbox", Subject(agents_of(plan, mailbox)))


def _row(message: MailboxMessage, box: v.Mailbox, plan: Plan) -> v.MessageRow:
    did = plan.number(message.did)
    return v.MessageRow(
        call=message.call,
        at=message.at,
        party=parts.party(message.caller, message.name),
        mailbox=box.label,
        did=message.did,
        did_label=did.label if did else "",
        recording=v.Recording(message.recording, message.seconds, kind="message", at=message.at),
        done_by=parts.name(plan, message.done_by) if message.done_by else "",
        done_at=message.done_at,
    )
