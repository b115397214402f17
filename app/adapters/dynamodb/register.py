"""The register in its table: one row a thing, by key, so that writing twice is writing once.

    CALL#id / H | L#leg | T#rev | N#author | X#recording | A#time#person | F#facet | M

Facet rows carry a copy of the head and are found through the `facet` index, newest first; they are
written with each head, so that a list shows calls in progress too (docs/adr/0003). A late
write never reopens an ended call or leg.
"""

from typing import Any

from botocore.exceptions import ClientError
from pynamodb.exceptions import PutError
from pynamodb.expressions.condition import Condition

from app.adapters import values
from app.adapters.aws import code_of
from app.adapters.dynamodb.mailboxes import DynamoMailboxes
from app.adapters.dynamodb.models import RegisterRow, modelled
from app.ports import (
    CallRecord,
    Entry,
    LegRecord,
    Listening,
    Note,
    Page,
    RecordingRecord,
    Stale,
    WholeCall,
)

COMPANY = "COMPANY"


class DynamoRegister(DynamoMailboxes):
    # --- writing ----------------------------------------------------------------------------

    def put_head(self, head: CallRecord) -> None:
        """The facets first: what a crash leaves half done is repeated whole by the stream."""
        known = self._head(head.id)
        if known is not None and known.ended is not None and head.ended is None:
            return
        over, started = head.ended is not None, _started(head)
        for agent in set(known.agents if known else ()) - set(head.agents):
            with modelled():
                self._row(f"CALL#{head.id}", f"F#AGENT#{agent}").delete()
        for facet in (COMPANY, *(f"AGENT#{agent}" for agent in head.agents)):
            self._put(head.id, f"F#{facet}", head, over=over, facet=facet, started=started)
        self._put(head.id, "H", head, over=over)

    def put_entry(self, call_id: str, entry: Entry) -> None:
        self._put(call_id, f"T#{entry.rev:06d}", entry)

    def put_leg(self, call_id: str, leg: LegRecord) -> None:
        self._put(call_id, f"L#{leg.id}", leg, over=leg.ended is not None)

    def put_note(self, call_id: str, note: Note, replaces: str) -> None:
        version = self._row.version
        known = version == replaces if replaces else version.does_not_exist()
        row = self._made(call_id, f"N#{note.author}", note, version=note.version)
        if not self._is_saved(row, known | (version == note.version)):
            raise Stale

    def put_recording(self, call_id: str, recording: RecordingRecord) -> None:
        self._put(call_id, f"X#{recording.sid}", recording)

    def put_listening(self, call_id: str, listening: Listening) -> None:
        at = listening.at.isoformat(timespec="milliseconds")
        self._put(call_id, f"A#{at}#{listening.person}", listening)

    def _put(self, call_id: str, sk: str, thing: object, *, over: bool = True, **more: Any) -> None:
        row = self._made(call_id, sk, thing, over=over or None, **more)
        self._is_saved(row, None if over else self._row.over.does_not_exist())

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
            if "exceeded the maximum allowed size" in str(cause):
                raise ValueError("this is too long to be kept in the register") from error
            if code_of(cause) != "ConditionalCheckFailedException":
                raise
            return False

    # --- reading ----------------------------------------------------------------------------

    def get(self, call_id: str) -> WholeCall | None:
        """One query. None while there is no head, whatever else came before it."""
        kept: dict[str, list[Any]] = {kind: [] for kind in "HLTNXAM"}
        with modelled():
            for row in self._row.query(f"CALL#{call_id}", consistent_read=True):
                if row.sk[0] in kept:
                    kept[row.sk[0]].append(values.loads(row.body))
        if not kept["H"]:
            return None
        return WholeCall(
            kept["H"][0],
            tuple(kept["L"]),
            tuple(kept["T"]),
            tuple(kept["N"]),
            tuple(kept["X"]),
            tuple(kept["A"]),
            next(iter(kept["M"]), None),
        )

    def note(self, call_id: str, author: str) -> Note | None:
        body = self._body(call_id, f"N#{author}")
        note: Note | None = values.loads(body) if body else None
        return note

    def newest(self, *, agent: str | None, limit: int, older: str | None = None) -> Page:
        facet = f"AGENT#{agent}" if agent else COMPANY
        before = self._row.started < older if older else None
        with modelled():
            found = self._row.by_facet.query(
                facet, before, scan_index_forward=False, limit=limit + 1, page_size=limit + 1
            )
            rows = list(found)
        page = rows[:limit]
        more = page[-1].started if len(rows) > limit else None
        return Page(tuple(values.loads(row.body) for row in page), more)

    def _head(self, call_id: str) -> CallRecord | None:
        body = self._body(call_id, "H")
        head: CallRecord | None = values.loads(body) if body else None
        return head

    def _body(self, call_id: str, sk: str) -> str | None:
        try:
            with modelled():
                return self._row.get(f"CALL#{call_id}", sk, consistent_read=True).body
        except self._row.DoesNotExist:
            return None


def _started(head: CallRecord) -> str:
    return f"{head.started.isoformat(timespec='milliseconds')}#{head.id}"
