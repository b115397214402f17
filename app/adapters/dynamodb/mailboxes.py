"""Messages of mailboxes in the register's table: what is open, what is done, and how many.

    CALL#id            / M              the message, as it is
    BOX#mailbox#open   / started#call   a copy, while it is open
    BOX#mailbox#done   / started#call   a copy, when it is done
    BOXES              / mailbox        open_messages: how many are open

All that a change touches is one transaction on the condition that the message is as it was read, so
the count is right however often a change is repeated. A page is one query of one mailbox; the
counts are one query that reads an item of a few bytes for each mailbox.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypeVar

from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from app.adapters import values
from app.adapters.aws import AwsEndpoint
from app.adapters.dynamodb.layout import SCHEMA_NUMBER
from app.adapters.dynamodb.models import RegisterRow, bind, modelled
from app.adapters.values import readable
from app.domain.value import replace
from app.ports import (
    MailboxMessage,
    MessagePage,
    Report,
    Stale,
    Unavailable,
    Unreadable,
    unreported,
)

COUNTS = "BOXES"
T = TypeVar("T")
NO_MAILBOX = "-"  # a key has no empty part


class DynamoMailboxes:
    def __init__(self, table: str, endpoint: AwsEndpoint, report: Report = unreported) -> None:
        self._row = bind(RegisterRow, table, endpoint)
        self._report = report

    def put_message(self, message: MailboxMessage) -> bool:
        try:
            self._change(None, "", message)
        except Stale:
            return False
        return True

    def settle_message(self, call_id: str, by: str, at: datetime | None) -> MailboxMessage | None:
        """One read and one transaction; when it is so already, the read alone."""
        body = self._body(call_id, "M")
        if body is None:
            return None
        before = self._read(MailboxMessage, f"CALL#{call_id}", "M", body)
        if bool(before.done_by) == bool(by):
            return before
        after = replace(before, done_by=by, done_at=at)
        self._change(before, body, after)
        return after

    def messages(
        self, mailbox: str, *, done: bool, limit: int, older: str | None = None
    ) -> MessagePage:
        """One query, which reads one row more than it answers."""
        with modelled():
            found = self._row.query(
                _box(mailbox, done=done),
                self._row.sk < older if older else None,
                consistent_read=True,
                scan_index_forward=False,
                limit=limit + 1,
                page_size=limit + 1,
            )
            rows = list(found)
        page = rows[:limit]
        more = page[-1].sk if len(rows) > limit else None
        read = self._readable(MailboxMessage, [(row.pk, row.sk, row.body) for row in page])
        return MessagePage(tuple(read), more)

    def open_messages(self) -> Mapping[str, int]:
        with modelled():
            rows = list(self._row.query(COUNTS, consistent_read=True))
        return {"" if row.sk == NO_MAILBOX else row.sk: int(row.open_messages or 0) for row in rows}

    def _body(self, call_id: str, sk: str) -> str | None:
        try:
            with modelled():
                return self._row.get(f"CALL#{call_id}", sk, consistent_read=True).body
        except self._row.DoesNotExist:
            return None

    def _readable(self, cls: type[T], rows: Iterable[tuple[str, str, str]]) -> Iterator[T]:
        """Of rows given as pk, sk and body; those that cannot be read are reported."""
        for pk, sk, body in rows:
            try:
                yield self._read(cls, pk, sk, body)
            except Unreadable:
                continue

    def _read(self, cls: type[T], pk: str, sk: str, body: str) -> T:
        """Raises Unreadable, once it is reported."""
        try:
            return readable(cls, "register row", f"{pk} {sk}", body)
        except Unreadable as error:
            self._report(error)
            raise

    def _change(self, before: MailboxMessage | None, was: str, after: MailboxMessage) -> None:
        """`was`: the text of `before`. Raises Stale: it does not stand there any more.

        Another version may have written the same message in another way.
        """
        body, is_done = values.dumps(after), bool(after.done_by)
        pk, key = f"CALL#{after.call}", _key(after)
        as_read = self._row.pk.does_not_exist() if before is None else self._row.body == was
        connection = self._row._get_connection().connection  # noqa: SLF001 - as `bind` made it
        counted: list[Action] = [
            self._row.open_messages.add(-1 if is_done else 1),
            self._row.schema.set(SCHEMA_NUMBER),
        ]
        try:
            with modelled(), TransactWrite(connection=connection) as transaction:
                transaction.save(self._row(pk, "M", body=body), condition=as_read)
                if before is not None:
                    box = _box(before.mailbox, done=bool(before.done_by))
                    transaction.delete(self._row(box, key))
                transaction.save(self._row(_box(after.mailbox, done=is_done), key, body=body))
                transaction.update(self._row(COUNTS, after.mailbox or NO_MAILBOX), counted)
        except TransactWriteError as error:
            reasons = {reason.code for reason in error.cancellation_reasons if reason is not None}
            if "ConditionalCheckFailed" in reasons:
                raise Stale(f"the message of {after.call} was changed meanwhile") from error
            if "TransactionConflict" in reasons:
                raise Unavailable("another message is being counted just now") from error
            raise


def _box(mailbox: str, *, done: bool) -> str:
    return f"BOX#{mailbox or NO_MAILBOX}#{'done' if done else 'open'}"


def _key(message: MailboxMessage) -> str:
    return f"{message.at.isoformat(timespec='milliseconds')}#{message.call}"
