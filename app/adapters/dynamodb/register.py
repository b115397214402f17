"""The register in its table: one row a thing, by key, so that writing twice is writing once.

    CALL#id / H | L#leg | T#rev | N#author | X#recording | A#time#person | F#facet | M

Facet rows carry a copy of the head and are found through the `facet` index, newest first; they are
written with each head, so that a list shows calls in progress too (docs/adr/0003). A late
write never reopens an ended call or leg.
"""

from typing import Any

from botocore.exceptions import ClientError
from pynamodb.exceptions import PutError

from app.adapters import values
from app.adapters.aws import code_of
from app.adapters.dynamodb.mailboxes import DynamoMailboxes
from app.adapters.dynamodb.models import modelled
from app.ports import (
    CallRecord,
    Entry,
    LegRecord,
    Listening,
    Note,
    Page,
    RecordingRecord,
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

    def put_note(self, call_id: str, note: Note) -> None:
        self._put(call_id, f"N#{note.author}", note)

    def put_recording(self, call_id: str, recording: RecordingRecord) -> None:
        self._put(call_id, f"X#{recording.sid}", recording)

    def put_listening(self, call_id: str, listening: Listening) -> None:
        at = listening.at.isoformat(timespec="milliseconds")
        self._put(call_id, f"A#{at}#{listening.person}", listening)

    def _put(self, call_id: str, sk: str, thing: object, *, over: bool = True, **more: Any) -> None:
        """ValueError: larger than a row can be."""
        row = self._row(f"CALL#{call_id}", sk, body=values.dumps(thing), over=over or None, **more)
        condition = None if over else self._row.over.does_not_exist()
        try:
            with modelled():
                row.save(condition)
        except PutError as error:
            cause = error.cause
            if not isinstance(cause, ClientError):
                raise
            if "exceeded the maximum allowed size" in str(cause):
                raise ValueError("this is too long to be kept in the register") from error
            if code_of(cause) != "ConditionalCheckFailedException":
                raise

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
        try:
            with modelled():
                row = self._row.get(f"CALL#{call_id}", "H", consistent_read=True)
        except self._row.DoesNotExist:
            return None
        head: CallRecord = values.loads(row.body)
        return head


def _started(head: CallRecord) -> str:
    return f"{head.started.isoformat(timespec='milliseconds')}#{head.id}"
