"""How live state lies in the `switch` table: keys, items, and the writes of one save. Pure.

    CALL#id        / C             rev, w0…w7, call, beside, applied, live, ttl
    AGENT#id       / A             rev, w0…w7, agent
    POOL#pool      / W#pr#since#id row, ttl
    POOL#pool      / P#slot        row, party, ttl
    POOL#pool      / R#agent       row, alive, ttl

Each has `schema`, too. What a newer version wrote survives a save of ours: a write of a call or an
agent is an update of its own attributes, and the codec carries unknown fields within them. The id
of the save that made rev N is in `w{N mod 8}`: the last eight are known (W3), without reading them
first.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias, TypeVar

from app.adapters.dynamodb.moments import milliseconds, moment, number, time_to_live
from app.domain import codec
from app.domain.agent import Agent
from app.domain.board import PARKED_ROW_KEPT, POOL, ParkedRow, ReadyRow, WaitingRow
from app.domain.call import Call
from app.domain.states import Ended
from app.ports import WRITE_IDS_KEPT, AppliedEvent, CallSnapshot, Unreadable, WriteSet
from app.ports.unreadable import ItemKind

KEPT_AFTER_END = timedelta(days=7)
# Rows of the board end by themselves, so that one that nobody drops is not read for ever. Nobody
# waits for a day; who is ready on a telephone alone may be so for weeks, and sends no beat.
WAITING_ROW_KEPT = timedelta(days=1)
READY_ROW_KEPT = timedelta(days=30)
SCHEMA_NUMBER = 2  # of every stored item; another one: what is live begins afresh (`make run`)
SCHEMA = {"N": str(SCHEMA_NUMBER)}
LIVE = {"S": "1"}  # in the sparse index of calls that have not ended

T = TypeVar("T")
Item: TypeAlias = Mapping[str, Any]  # as the wire has it: {"pk": {"S": "CALL#1"}, …}


@dataclass(frozen=True, slots=True)
class Write:
    """One member of a transaction, or a request of its own: `verb` is Put, Update or Delete."""

    verb: str
    request: dict[str, Any]
    takes_slot: bool = False


# --- Keys ---------------------------------------------------------------------------------------


def call_key(call_id: str) -> dict[str, Any]:
    return _key(f"CALL#{call_id}", "C")


def agent_key(agent_id: str) -> dict[str, Any]:
    return _key(f"AGENT#{agent_id}", "A")


def waiting_key(pool: str, row: WaitingRow) -> dict[str, Any]:
    """Sorted as callers are served: the most urgent first, then who has waited longest (S4)."""
    return _key(f"POOL#{pool}", f"W#{row.priority:02d}#{milliseconds(row.since):015d}#{row.call}")


def parked_key(pool: str, number: int) -> dict[str, Any]:
    return _key(f"POOL#{pool}", f"P#{number}")


def ready_key(pool: str, agent_id: str) -> dict[str, Any]:
    return _key(f"POOL#{pool}", f"R#{agent_id}")


def slot(rev: int) -> str:
    return f"w{rev % WRITE_IDS_KEPT}"


def _key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


# --- One save -----------------------------------------------------------------------------------


def writes_of(table: str, write_set: WriteSet) -> tuple[Write, ...]:
    """What one save writes, the call first. ValueError: it changes nothing."""
    writes = tuple(_writes_of(table, write_set))
    if not writes:
        raise ValueError("a save of nothing")
    return writes


def _writes_of(table: str, write_set: WriteSet) -> Iterator[Write]:
    if write_set.call is not None:
        yield _call_write(table, write_set, write_set.call)
    for agent in write_set.agents:
        sets = {
            "agent": {"S": _json(codec.plain(agent))},
            slot(agent.rev): {"S": write_set.write_id},
        }
        yield _versioned(table, agent_key(agent.id), agent.rev, sets, ())
    if write_set.drop_waiting is not None:
        yield _delete(table, waiting_key(POOL, write_set.drop_waiting))
    if write_set.put_waiting is not None:
        yield row_write(table, POOL, write_set.put_waiting)
    if write_set.drop_parked is not None:
        yield _delete(table, parked_key(POOL, write_set.drop_parked.slot))
    if write_set.put_parked is not None:
        yield row_write(table, POOL, write_set.put_parked)
    for agent_id in write_set.drop_ready:
        yield _delete(table, ready_key(POOL, agent_id))
    for row in write_set.put_ready:
        yield row_write(table, POOL, row)


def row_write(table: str, pool: str, row: WaitingRow | ParkedRow | ReadyRow) -> Write:
    match row:
        case ParkedRow():
            return _taking(table, pool, row)
        case WaitingRow():
            return _put(table, waiting_key(pool, row), waiting_attributes(row))
        case ReadyRow():
            return _put(table, ready_key(pool, row.agent), ready_attributes(row))


def _call_write(table: str, write_set: WriteSet, call: Call) -> Write:
    sets: dict[str, Any] = {
        "call": {"S": _json(codec.plain(call))},
        slot(call.rev): {"S": write_set.write_id},
    }
    removes = []
    if write_set.named:
        sets["beside"] = {"S": _json(codec.plain(write_set.named))}
    else:
        removes.append("beside")
    if write_set.applied is not None:
        told = write_set.applied
        agents = codec.plain(told.agents)
        applied = [codec.plain(told.event), milliseconds(told.at), agents, told.choice, told.label]
        sets["applied"] = {"S": _json(applied)}
    else:
        removes.append("applied")
    if isinstance(call.state, Ended):
        sets["ttl"] = time_to_live(call.state.at + KEPT_AFTER_END)
    if call.is_live:
        sets["live"] = LIVE
    else:
        removes.append("live")
    return _versioned(table, call_key(call.id), call.rev, sets, tuple(removes))


def _versioned(
    table: str, key: dict[str, Any], rev: int, sets: dict[str, Any], removes: tuple[str, ...]
) -> Write:
    """An update that happens only if nobody has saved since: rev 1 is the first."""
    values = {**sets, "rev": {"N": str(rev)}, "schema": SCHEMA}
    expression = "SET " + ", ".join(f"#{name} = :{name}" for name in values)
    if removes:
        expression += " REMOVE " + ", ".join(f"#{name}" for name in removes)
    names = {f"#{name}": name for name in (*values, *removes)}
    placeholders = {f":{name}": content for name, content in values.items()}
    if rev == 1:
        condition, names["#pk"] = "attribute_not_exists(#pk)", "pk"
    else:
        condition, placeholders[":before"] = "#rev = :before", {"N": str(rev - 1)}
    return Write(
        "Update",
        {
            "TableName": table,
            "Key": key,
            "UpdateExpression": expression,
            "ConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": placeholders,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",  # who is late need not read
        },
    )


def _put(table: str, key: dict[str, Any], attributes: dict[str, Any]) -> Write:
    return Write("Put", {"TableName": table, "Item": key | attributes | {"schema": SCHEMA}})


def _taking(table: str, pool: str, row: ParkedRow) -> Write:
    """Only if no other call is parked there: one that was left behind may lie there still."""
    write = _put(table, parked_key(pool, row.slot), parked_attributes(row))
    condition = {
        "ConditionExpression": "attribute_not_exists(#pk) OR #ttl < :now",
        "ExpressionAttributeNames": {"#pk": "pk", "#ttl": "ttl"},
        "ExpressionAttributeValues": {":now": time_to_live(row.since)},
    }
    return replace(write, request=write.request | condition, takes_slot=True)


def _delete(table: str, key: dict[str, Any]) -> Write:
    return Write("Delete", {"TableName": table, "Key": key})


# --- Rows of the board: one compact string of named fields each (S6) ----------------------------


def waiting_text(row: WaitingRow) -> str:
    return _row_text(row, {"call", "priority", "since"})


def waiting_attributes(row: WaitingRow) -> dict[str, Any]:
    return {
        "row": {"S": waiting_text(row)},
        "ttl": time_to_live(row.since + WAITING_ROW_KEPT),
    }


def waiting_row(item: Item) -> WaitingRow:
    """Raises Unreadable."""
    with _reading("waiting row", item):
        _, priority, since, call_id = item["sk"]["S"].split("#", 3)
        in_key = {"call": call_id, "priority": int(priority), "since": {"@": int(since)}}
        return _value(WaitingRow, json.loads(item["row"]["S"]) | in_key | {"_": "WaitingRow"})


def parked_attributes(row: ParkedRow) -> dict[str, Any]:
    return {
        "row": {"S": _row_text(row, {"slot", "call"})},
        "party": {"S": row.call},
        "ttl": time_to_live(row.until + PARKED_ROW_KEPT),
    }


def parked_row(item: Item) -> ParkedRow:
    """Raises Unreadable."""
    with _reading("parked row", item):
        beside = {
            "slot": int(item["sk"]["S"].partition("#")[2]),
            "call": item["party"]["S"],
        }
        return _value(ParkedRow, json.loads(item["row"]["S"]) | beside | {"_": "ParkedRow"})


def ready_attributes(row: ReadyRow) -> dict[str, Any]:
    """`alive` stands by itself, for a beat moves nothing else (S10)."""
    text = _row_text(row, {"agent", "alive_until"})
    return {"row": {"S": text}, **alive(row.alive_until)}


def alive(until: datetime) -> dict[str, Any]:
    """What a beat writes."""
    end = time_to_live(until + READY_ROW_KEPT)
    return {"alive": number(until), "ttl": end}


def ready_row(item: Item) -> ReadyRow:
    """Raises Unreadable."""
    with _reading("ready row", item):
        beside = {
            "agent": item["sk"]["S"].partition("#")[2],
            "alive_until": {"@": int(item["alive"]["N"])},
        }
        return _value(ReadyRow, json.loads(item["row"]["S"]) | beside | {"_": "ReadyRow"})


def _row_text(row: WaitingRow | ParkedRow | ReadyRow, elsewhere: set[str]) -> str:
    """Its fields by name, without those at their default and those that stand `elsewhere`."""
    fields = codec.fields(row)
    return _json({name: fields[name] for name in fields if name not in {"_", *elsewhere}})


# --- Items read ---------------------------------------------------------------------------------


def loaded(item: Item) -> CallSnapshot:
    """Raises Unreadable, as the three below do."""
    with _reading("call", item):
        beside = codec.value_of(json.loads(item["beside"]["S"])) if "beside" in item else ()
        if not all(isinstance(agent, Agent) for agent in beside):
            raise TypeError("what stands beside it are no agents")
    return CallSnapshot(call_in(item), beside)


def call_in(item: Item) -> Call:
    with _reading("call", item):
        return _value(Call, json.loads(item["call"]["S"]))


def agent_in(item: Item) -> Agent:
    with _reading("agent", item):
        return _value(Agent, json.loads(item["agent"]["S"]))


def applied_in(item: Item) -> AppliedEvent:
    with _reading("call", item):
        event, at, agents, choice, label, *_newer = json.loads(item["applied"]["S"])
        return AppliedEvent(
            codec.value_of(event), moment(at), codec.value_of(agents), choice, label
        )


@contextmanager
def _reading(kind: ItemKind, item: Item) -> Iterator[None]:
    """An item that cannot be read is named in the error: the others are not to blame."""
    try:
        schema = int(item["schema"]["N"]) if "schema" in item else SCHEMA_NUMBER
        if schema > SCHEMA_NUMBER + 1:
            raise ValueError(f"its schema is {schema}")
        yield
    # UnknownClass is a ValueError, and so is what is no JSON; KeyError: an attribute is missing;
    # TypeError: a field that it must have; AttributeError: it is of another shape altogether.
    except (
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as error:
        reason = str(error) if isinstance(error, ValueError) else repr(error)
        raise Unreadable(kind, _id_of(kind, item), reason, _json(item)) from error


def _id_of(kind: ItemKind, item: Item) -> str:
    """Of a row of the board the id of its party: its row is put again from that."""
    if kind == "parked row" and "party" in item:
        return str(item["party"]["S"])
    if kind == "waiting row":
        return str(item["sk"]["S"].rpartition("#")[2])
    part = "sk" if kind == "ready row" else "pk"
    return str(item[part]["S"].partition("#")[2])


def _value(cls: type[T], data: Any) -> T:
    found = codec.value_of(data)
    if not isinstance(found, cls):
        raise TypeError(f"it is no {cls.__name__}")
    return found


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
