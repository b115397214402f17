"""The configuration: plans by their content's hash, the head, contacts.

    PLAN#sha / P#k     a chunk of the compressed plan, for ever
    PLAN     / HEAD    sha, previous; swapped on condition of the previous one
    PHONE#line / CONTACT

An instance keeps a plan for ever and the head for 30 s (design-state.md 6); who is about to let a
person in asks for a fresh one. Where the head cannot be read, the last known one is used: callers
do not wait for an administrator's change.
"""

import zlib
from datetime import datetime, timedelta

from botocore.exceptions import ClientError
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.update import Action

from app.adapters import values
from app.adapters.aws import AwsEndpoint, answering, client, code_of
from app.adapters.dynamodb.layout import SCHEMA_NUMBER
from app.adapters.dynamodb.models import DirectoryRow, bind, modelled
from app.adapters.values import readable
from app.domain.dialplan import Contact, Plan
from app.domain.numbering import line_of
from app.ports import Clock, Report, Stale, Unavailable, Unreadable, unreported

HEAD_SECONDS = 30
CHUNK_BYTES = 300_000


class DynamoDirectory:
    def __init__(
        self, table: str, endpoint: AwsEndpoint, clock: Clock, report: Report = unreported
    ) -> None:
        self._report = report
        self._row = bind(DirectoryRow, table, endpoint)
        self._client, self._table = client("dynamodb", endpoint), table
        self._clock = clock
        self._plans: dict[str, Plan] = {}
        self._head: tuple[str, datetime] | None = None
        self._previous = ""  # the head before that
        self._head_plan: Plan | None = None  # the last one that could be read

    def head(self, *, fresh: bool = False) -> Plan:
        """LookupError: nothing was ever published."""
        now = self._clock.now()
        if fresh or self._head is None or now >= self._head[1]:
            self._head = (self._read_head(), now + timedelta(seconds=HEAD_SECONDS))
        try:
            self._head_plan = self.plan(self._head[0])
        except Unreadable as error:  # a newer version published it: calls begin on the one before
            self._report(error)
            if self._head_plan is None:
                if not self._previous:
                    raise
                self._head_plan = self.plan(self._previous)
            self._head = (self._head_plan.sha, now + timedelta(seconds=HEAD_SECONDS))
        return self._head_plan

    def plan(self, sha: str) -> Plan:
        """LookupError: no plan of that hash was ever published. Raises Unreadable."""
        if sha not in self._plans:
            self._plans[sha] = self._read_plan(sha)
        return self._plans[sha]

    def contact(self, phone: str) -> Contact | None:
        """Read by the client itself: each call begins with it, and a model costs twice as much."""
        key = {"pk": {"S": f"PHONE#{line_of(phone)}"}, "sk": {"S": "CONTACT"}}
        with answering():
            row = self._client.get_item(TableName=self._table, Key=key).get("Item")
        if row is None:
            return None
        try:
            contact: Contact = readable(Contact, "contact", line_of(phone), row["body"]["S"])
        except Unreadable as error:
            self._report(error)
            return None  # an unknown caller is served all the same
        return contact

    def put_contact(self, contact: Contact) -> None:
        row = self._row(f"PHONE#{line_of(contact.phone)}", "CONTACT", body=values.dumps(contact))
        with modelled():
            row.save()

    def publish(self, plan: Plan, *, previous: str | None) -> None:
        """Publishing the head again is no error: the first response may have been lost."""
        packed = zlib.compress(values.dumps(plan).encode(), 9)
        chunks = [packed[at : at + CHUNK_BYTES] for at in range(0, len(packed), CHUNK_BYTES)]
        with modelled():
            for k, chunk in enumerate(chunks):
                self._row(f"PLAN#{plan.sha}", f"P#{k:03d}", chunk=chunk, chunks=len(chunks)).save()
        self._swap_head(plan.sha, previous)
        self._plans[plan.sha] = self._head_plan = plan
        self._head = (plan.sha, self._clock.now() + timedelta(seconds=HEAD_SECONDS))

    def _swap_head(self, sha: str, previous: str | None) -> None:
        was = self._row.sha == previous if previous else self._row.sha.does_not_exist()
        try:
            with modelled():
                self._row("PLAN", "HEAD").update(
                    actions=self._actions(sha, previous),
                    condition=was | (self._row.sha == sha),
                )
        except UpdateError as error:
            if (
                isinstance(error.cause, ClientError)
                and code_of(error.cause) == "ConditionalCheckFailedException"
            ):
                raise Stale("another plan was published meanwhile") from error
            raise

    def _actions(self, sha: str, previous: str | None) -> list[Action]:
        actions: list[Action] = [self._row.sha.set(sha), self._row.schema.set(SCHEMA_NUMBER)]
        if previous and previous != sha:
            actions.append(self._row.previous.set(previous))
        return actions

    def _read_head(self) -> str:
        try:
            with modelled():
                row = self._row.get("PLAN", "HEAD", consistent_read=True)
        except self._row.DoesNotExist:
            raise LookupError("no plan is published") from None
        except Unavailable:
            if self._head is None:
                raise
            return self._head[0]
        self._previous = row.previous or ""
        return row.sha

    def _read_plan(self, sha: str) -> Plan:
        with modelled():
            rows = list(self._row.query(f"PLAN#{sha}", consistent_read=True))
        if not rows:
            raise LookupError(f"there is no plan {sha}")
        if any(row.chunks != len(rows) for row in rows):
            raise Unreadable("plan", sha, "it is not whole")
        try:
            text = zlib.decompress(b"".join(row.chunk for row in rows)).decode()
        except (zlib.error, ValueError, TypeError) as error:
            raise Unreadable("plan", sha, repr(error)) from error
        return readable(Plan, "plan", sha, text)
