"""The register in its table: one row a thing, by key, so that writing twice is writing once.

    CALL#id / H | T#rev | F#facet | N#author | X#recording | A#time#person | M | D
    DAY#date / node

What saves add (H, T, F: `call_rows`; D and the sums of a day: `figures`) is one request for many
saves, and nothing is read before it: a head carries the rev that it is of, and only a newer one
replaces it; a call is counted where it is not yet. What is stale is left out, and all else written.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError
from pynamodb.exceptions import PutError
from pynamodb.expressions.condition import Condition

from app.adapters import values
from app.adapters.aws import AwsEndpoint, answering, client, code_of
from app.adapters.dynamodb import call_rows, figures
from app.adapters.dynamodb.call_rows import COMPANY, Member, is_conditional
from app.adapters.dynamodb.mailboxes import DynamoMailboxes
from app.adapters.dynamodb.models import RegisterRow, modelled
from app.adapters.dynamodb.requests import found_by, items_of
from app.adapters.dynamodb.saving import is_busy
from app.domain.figures import CountedCall, QueueDay
from app.ports import (
    CallRecord,
    CallUpdate,
    Entry,
    Listening,
    MailboxMessage,
    Note,
    Page,
    RecordingRecord,
    Report,
    Stale,
    Unavailable,
    WholeCall,
    legs_of,
    unreported,
)

KEPT_AS: dict[str, type] = {  # by the first letter of the sort key
    "H": CallRecord,
    "T": Entry,
    "N": Note,
    "X": RecordingRecord,
    "A": Listening,
    "M": MailboxMessage,
}
TOO_LONG = "exceeded the maximum allowed size"


class DynamoRegister(DynamoMailboxes):
    def __init__(self, table: str, endpoint: AwsEndpoint, report: Report = unreported) -> None:
        super().__init__(table, endpoint, report)
        self._table = table
        self._client = client("dynamodb", endpoint)

    # --- writing: what saves add --------------------------------------------------------------

    def put_updates(self, updates: Sequence[CallUpdate]) -> None:
        for group in call_rows.groups_of(updates):
            self._write(call_rows.writes_of(self._table, group), figures.counted_in(group))

    def put_head(self, head: CallRecord) -> None:
        self._write(call_rows.lone_head(self._table, head))

    def _write(self, rows: Sequence[Member], calls: Sequence[CountedCall] = ()) -> None:
        """All of it, but for heads older than what is there and calls that are counted already."""
        while rows or calls:
            stale = self._stale_in([*rows, *figures.writes_of(self._table, calls)])
            if not stale:
                return
            calls = [one for n, one in enumerate(calls, len(rows)) if n not in stale]
            rows = [row for n, row in enumerate(rows) if n not in stale]

    def _stale_in(self, members: Sequence[Member]) -> set[int]:
        """The members whose condition failed: then nothing was written."""
        try:
            with answering():
                if len(members) == 1 and "Put" in members[0]:
                    self._client.put_item(**members[0]["Put"])
                else:
                    self._client.transact_write_items(TransactItems=list(members))
        except ClientError as error:
            return _failed_conditions(members, error)
        return set()

    # --- writing: all else --------------------------------------------------------------------

    def put_note(self, call_id: str, note: Note, replaces: str) -> None:
        version = self._row.version
        known = version == replaces if replaces else version.does_not_exist()
        row = self._made(call_id, f"N#{note.author}", note, version=note.version)
        if not self._is_saved(row, known | (version == note.version)):
            raise Stale

    def put_recording(self, call_id: str, recording: RecordingRecord) -> None:
        is_new = self._row.pk.does_not_exist() if recording.status == "failed" else None
        self._is_saved(self._made(call_id, f"X#{recording.sid}", recording), is_new)

    def put_listening(self, call_id: str, listening: Listening) -> None:
        at = listening.at.isoformat(timespec="milliseconds")
        self._is_saved(self._made(call_id, f"A#{at}#{listening.person}", listening), None)

    def _made(self, call_id: str, sk: str, thing: object, **more: Any) -> RegisterRow:
        return self._row(f"CALL#{call_id}", sk, body=values.dumps(thing), **more)

    def _is_saved(self, row: RegisterRow, condition: Condition | None) -> bool:
        """Whether the condition held. ValueError: larger than a row can be."""
        try:
            with modelled():
                row.save(condition)
            return True
        except PutError as error:
            cause = error.cause
            if not isinstance(cause, ClientError):
                raise
            if TOO_LONG in str(cause):
                raise ValueError("this is too long to be kept in the register") from error
            if code_of(cause) != "ConditionalCheckFailedException":
                raise
            return False

    # --- reading ----------------------------------------------------------------------------

    def get(self, call_id: str) -> WholeCall | None:
        """One query. None while there is no head, whatever else came before it."""
        kept: dict[str, list[Any]] = {kind: [] for kind in KEPT_AS}
        with modelled():
            for row in self._row.query(f"CALL#{call_id}", consistent_read=True):
                if cls := KEPT_AS.get(row.sk[0]):
                    kept[row.sk[0]] += self._readable(cls, [(row.pk, row.sk, row.body)])
        if not kept["H"]:
            return None
        return WholeCall(
            kept["H"][0],
            legs_of(kept["T"]),
            tuple(kept["T"]),
            tuple(kept["N"]),
            tuple(kept["X"]),
            tuple(kept["A"]),
            next(iter(kept["M"]), None),
        )

    def note(self, call_id: str, author: str) -> Note | None:
        sk = f"N#{author}"
        body = self._body(call_id, sk)
        return self._read(Note, f"CALL#{call_id}", sk, body) if body else None

    def newest(self, *, agent: str | None, limit: int, older: str | None = None) -> Page:
        """One query; of an agent's list the heads are read in one request more."""
        facet = f"AGENT#{agent}" if agent else COMPANY
        before = self._row.started < older if older else None
        with modelled():
            found = self._row.by_facet.query(
                facet, before, scan_index_forward=False, limit=limit + 1, page_size=limit + 1
            )
            rows = list(found)
        page = rows[:limit]
        more = page[-1].started if len(rows) > limit else None
        if agent is None:
            read = self._readable(CallRecord, [(row.pk, row.sk, row.body) for row in page])
            return Page(tuple(read), more)
        heads = self._heads([row.pk for row in page])
        return Page(tuple(head for head in heads if agent in head.agents), more)

    def figures_of(self, day: str) -> tuple[QueueDay, ...]:
        return figures.sums_of(
            found_by(
                self._client,
                TableName=self._table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": figures.day_key(day)}},
                ConsistentRead=True,
            )
        )

    def _heads(self, pks: Sequence[str]) -> Iterator[CallRecord]:
        """In the order of the keys. Raises Unavailable."""
        keys = [{"pk": {"S": pk}, "sk": {"S": "H"}} for pk in pks]
        items = items_of(self._client, self._table, keys, is_consistent=False)
        found = {item["pk"]["S"]: item for item in items}
        rows = ((pk, "H", found[pk]["body"]["S"]) for pk in pks if pk in found)
        yield from self._readable(CallRecord, rows)


def _failed_conditions(members: Sequence[Member], error: ClientError) -> set[int]:
    """Which members' conditions failed. Raises Unavailable, ValueError, or the error itself."""
    reasons: Any = error.response.get("CancellationReasons", ())
    codes = [str(reason.get("Code")) for reason in reasons]
    if any(TOO_LONG in said for said in (str(error), *(str(r.get("Message")) for r in reasons))):
        raise ValueError("this is too long to be kept in the register") from error
    if code_of(error) == "ConditionalCheckFailedException":
        return {0}
    failed = {n for n, code in enumerate(codes) if code == "ConditionalCheckFailed"}
    if failed and all(is_conditional(members[n]) for n in failed):
        return failed
    if is_busy(error, codes):
        raise Unavailable(str(error)) from error
    raise error
