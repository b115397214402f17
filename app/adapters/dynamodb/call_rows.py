"""How a call lies in the register's table: items, and the writes of its saves. Pure.

    CALL#id / T#rev           body: an entry of the timeline; written once, never another
    CALL#id / H               body, rev, over; facet COMPANY: the head as of that save
    CALL#id / F#AGENT#agent   facet AGENT#agent; no body: whoever reads the list reads the heads

The last two have `started`, too, and are found through the index by (facet, started). A facet of
an agent is written once, when that agent begins to talk, and says nothing that could grow old.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from app.adapters import values
from app.adapters.dynamodb.layout import SCHEMA
from app.ports import CallRecord, CallUpdate

COMPANY = "COMPANY"
MOST_WRITES = 100  # of one transaction
_WRITES_TO_COUNT = 2  # that the call is counted, and the sums of its queue and day (`figures`)

Item: TypeAlias = dict[str, Any]
Member: TypeAlias = Mapping[str, Any]  # of a transaction: {"Put": {…}} or {"Update": {…}}

_NEWER = "attribute_not_exists(#rev) OR #rev < :rev"
_NOT_OVER = "attribute_not_exists(#over)"


def groups_of(updates: Sequence[CallUpdate]) -> Iterator[list[CallUpdate]]:
    """Such that the writes of each fit into one transaction, and a save is in one of them."""
    group: list[CallUpdate] = []
    size = 0
    for update in updates:
        writes = 2 + len(update.joined) + (_WRITES_TO_COUNT if update.counted else 0)
        if size + writes > MOST_WRITES:
            yield group
            group, size = [], 0
        group.append(update)
        size += writes
    if group:
        yield group


def writes_of(table: str, updates: Sequence[CallUpdate]) -> list[Member]:
    """One write an item, as a transaction wants it: of several heads of a call the newest."""
    entries = {(update.call, update.entry.rev): update for update in updates}
    heads: dict[str, tuple[int, CallRecord]] = {}
    facets: dict[tuple[str, str], Item] = {}
    for update in updates:
        if update.head is None:
            continue
        rev, head = update.entry.rev, update.head
        if rev >= heads.get(update.call, (0, head))[0]:
            heads[update.call] = (rev, head)
        facets |= {(update.call, agent): _facet(head, agent) for agent in update.joined}
    return [
        *(_put(table, _entry(update)) for update in entries.values()),
        *(_put(table, item) for item in facets.values()),
        *(_newer_head(table, rev, head) for rev, head in heads.values()),
    ]


def lone_head(table: str, head: CallRecord) -> list[Member]:
    """Of a call that no save tells of; it keeps the rev that is there."""
    sets = {name: content for name, content in _head(head).items() if name not in ("pk", "sk")}
    condition = {} if head.ended is not None else {"ConditionExpression": _NOT_OVER}
    names = (*sets, *(("over",) if condition else ()))
    write = {
        "TableName": table,
        "Key": head_key(head.id),
        "UpdateExpression": "SET " + ", ".join(f"#{name} = :{name}" for name in sets),
        "ExpressionAttributeNames": {f"#{name}": name for name in names},
        "ExpressionAttributeValues": {f":{name}": content for name, content in sets.items()},
        **condition,
    }
    return [{"Update": write}, *(_put(table, _facet(head, agent)) for agent in head.agents)]


def is_conditional(member: Member) -> bool:
    return any("ConditionExpression" in write for write in member.values())


def head_key(call_id: str) -> Item:
    return _key(call_id, "H")


def started(head: CallRecord) -> str:
    """What sorts lists: no two calls have the same."""
    return f"{head.started.isoformat(timespec='milliseconds')}#{head.id}"


def _key(call_id: str, sk: str) -> Item:
    return {"pk": {"S": f"CALL#{call_id}"}, "sk": {"S": sk}}


def _entry(update: CallUpdate) -> Item:
    key = _key(update.call, f"T#{update.entry.rev:06d}")
    return {**key, "body": {"S": values.dumps(update.entry)}, "schema": SCHEMA}


def _head(head: CallRecord) -> Item:
    over = {"over": {"BOOL": True}} if head.ended is not None else {}
    found = {"facet": {"S": COMPANY}, "started": {"S": started(head)}}
    body = {"body": {"S": values.dumps(head)}, "schema": SCHEMA}
    return {**head_key(head.id), **body, **found, **over}


def _facet(head: CallRecord, agent: str) -> Item:
    found = {"facet": {"S": f"AGENT#{agent}"}, "started": {"S": started(head)}}
    return {**_key(head.id, f"F#AGENT#{agent}"), **found, "schema": SCHEMA}


def _newer_head(table: str, rev: int, head: CallRecord) -> Member:
    number = {"N": str(rev)}
    return _put(
        table,
        {**_head(head), "rev": number},
        ConditionExpression=_NEWER,
        ExpressionAttributeNames={"#rev": "rev"},
        ExpressionAttributeValues={":rev": number},
    )


def _put(table: str, item: Item, **condition: Any) -> Member:
    return {"Put": {"TableName": table, "Item": item, **condition}}
