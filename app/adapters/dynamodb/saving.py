"""One atomic save, and whether it was made.

write --ok----------------------> saved
  |---condition failed----------> is this save stored? yes -> saved (the response was lost, W3)
  |     that of a slot alone                           no -> SlotTaken; else Stale
  |---transaction conflict------> wait with jitter, retry until the limit; then
  |                               is this save stored? yes -> saved;  no -> Stale
  `---no response---------------> is this save stored? yes -> saved;  no -> Unavailable
"""

import random
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from app.adapters.aws import answering, code_of
from app.adapters.dynamodb.layout import (
    Item,
    Write,
    agent_key,
    call_key,
    loaded,
    slot,
    writes_of,
)
from app.ports import (
    CallSnapshot,
    Clock,
    SlotTaken,
    Stale,
    Unavailable,
    Unreadable,
    WriteSet,
)

CONFLICT_SECONDS = 1.0
PAUSE_SECONDS = 0.01
LONGEST_PAUSE_SECONDS = 0.1

_LOST = "ConditionalCheckFailed"
_CONFLICTS = frozenset(
    {"TransactionConflict", "TransactionConflictException", "TransactionInProgressException"}
)
_THROTTLES = frozenset({"ThrottlingError", "ProvisionedThroughputExceeded"})
_TOO_LARGE = "exceeded the maximum allowed size"


class Conflict(Exception):
    """Another transaction is writing one of the items."""


class _Lost(Exception):
    """A condition failed. `item`: the first of the save's items as it is, if it was its own."""

    def __init__(self, reason: str, item: Item | None) -> None:
        super().__init__(reason)
        self.item = item


class _SlotLost(Exception):
    """The condition of a slot failed, and no other."""


class Saver:
    def __init__(self, client: Any, table: str, clock: Clock) -> None:
        self._client = client
        self._table = table
        self._clock = clock
        self._random = random.Random()  # noqa: S311 - jitter, no secret

    def save(self, write_set: WriteSet) -> None:
        """Raises Stale, SlotTaken, Unavailable; ValueError for more than an item can hold."""
        writes = writes_of(self._table, write_set)
        limit = self._clock.now() + timedelta(seconds=CONFLICT_SECONDS)
        pause = PAUSE_SECONDS
        while True:
            try:
                self._write(writes, write_set.write_id)
            except Conflict:
                if self._clock.now() >= limit:
                    if self._has_landed(write_set, None):
                        return  # an earlier try of this save, whose answer was lost
                    raise Stale(f"{write_set.write_id}: conflicts until the limit") from None
                self._clock.wait(pause * self._random.uniform(0.5, 1.0))
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            except _SlotLost as lost:
                if not self._has_landed(write_set, None):
                    raise SlotTaken(str(lost)) from lost
                return
            except _Lost as lost:
                if not self._has_landed(write_set, lost.item):
                    raise Stale(str(lost), _found(write_set, lost.item)) from lost
                return
            except Unavailable:
                if not self._has_landed(write_set, None):
                    raise
                return
            else:
                return

    def _write(self, writes: tuple[Write, ...], write_id: str) -> None:
        try:
            with answering():
                if len(writes) == 1:
                    self._write_one(writes[0])
                else:
                    members = [{write.verb: write.request} for write in writes]
                    self._client.transact_write_items(
                        TransactItems=members, ClientRequestToken=write_id
                    )
        except ClientError as error:
            raise _port_error(error, writes) from error

    def _write_one(self, write: Write) -> None:
        """A save of one item is always the update of a call or an agent, never a row."""
        self._client.update_item(**write.request)

    def _has_landed(self, write_set: WriteSet, found: Item | None) -> bool:
        """Whether this save is stored: its write id is in the slot of its rev.

        `found`: the item as the answer brought it; else it is read.
        """
        if write_set.call is not None:
            key, rev = call_key(write_set.call.id), write_set.call.rev
        else:
            key, rev = agent_key(write_set.agents[0].id), write_set.agents[0].rev
        name = slot(rev)
        if found is not None:
            return bool(found.get(name, {}).get("S") == write_set.write_id)
        with answering():
            answer = self._client.get_item(
                TableName=self._table,
                Key=key,
                ConsistentRead=True,
                ProjectionExpression="#rev, #write_id",
                ExpressionAttributeNames={"#rev": "rev", "#write_id": name},
            )
        item = answer.get("Item", {})
        return bool(item.get(name, {}).get("S") == write_set.write_id)


def is_busy(error: ClientError, reasons: Iterable[str]) -> bool:
    """Whether the same transaction may work in a moment: a conflict, or a throttle."""
    return code_of(error) in _CONFLICTS or bool((_CONFLICTS | _THROTTLES) & set(reasons))


def _found(write_set: WriteSet, item: Item | None) -> CallSnapshot | None:
    if write_set.call is None or item is None:
        return None
    try:
        return loaded(item)
    except Unreadable:
        return None  # whoever reads it, finds that out


def _port_error(error: ClientError, writes: tuple[Write, ...]) -> Exception:
    listed: Any = error.response.get("CancellationReasons", ())
    reasons = {str(reason.get("Code")) for reason in listed}
    said = [str(error), *(str(reason.get("Message")) for reason in listed)]
    if any(_TOO_LARGE in words for words in said):
        return ValueError("a call or an agent has grown beyond what an item can hold")
    if code_of(error) == "ConditionalCheckFailedException" or _LOST in reasons:
        own: Any = listed[0] if listed else error.response
        failed = [w for w, r in zip(writes, listed, strict=False) if r.get("Code") == _LOST]
        if failed and all(write.takes_slot for write in failed):
            return _SlotLost(str(error))
        return _Lost(str(error), own.get("Item"))
    if code_of(error) in _CONFLICTS or reasons & _CONFLICTS:
        return Conflict()
    return Unavailable(str(error)) if reasons & _THROTTLES else error
