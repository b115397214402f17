"""The promise of UnreadableItems; and of each stored kind, that a damaged one harms no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from app.adapters.dynamodb import DynamoDirectory, DynamoRegister, DynamoUnreadableItems, tables
from app.adapters.dynamodb.layout import agent_key, call_key, parked_key, ready_key, waiting_key
from app.adapters.dynamodb.switch import DynamoAgents, DynamoBoard, DynamoCalls
from app.adapters.memory import MemoryClock, MemoryUnreadableItems
from app.domain.board import POOL, ParkedRow
from app.domain.dialplan import Contact
from app.ports import (
    CallRecord,
    MailboxMessage,
    Note,
    SlotTaken,
    Unreadable,
    UnreadableItem,
    UnreadableItems,
    WriteSet,
)
from tests.adapters.contract.switch_stores import (
    NOW,
    OnDynamo,
    anna,
    call,
    filled,
    first,
    ready,
    waiting,
)
from tests.stories.company import PLAN

if TYPE_CHECKING:
    from tests.support.ministack import Cloud

LATER = NOW + timedelta(minutes=1)
FOUND = Unreadable("call", "c1", "this version knows no Whispered", '{"call": "…"}')


@pytest.fixture(params=["memory", "dynamodb"])
def items(request: pytest.FixtureRequest) -> UnreadableItems:
    if request.param == "memory":
        return MemoryUnreadableItems()
    cloud: Cloud = request.getfixturevalue("cloud")
    return DynamoUnreadableItems(cloud.client("dynamodb"), cloud.table(tables.SWITCH))


def test_what_is_kept_is_listed_with_what_stands_there(items: UnreadableItems) -> None:
    items.keep(FOUND, NOW)

    assert items.all() == (UnreadableItem("call", "c1", FOUND.reason, FOUND.stored, NOW, NOW, 1),)


def test_what_is_met_again_is_counted_and_listed_once(items: UnreadableItems) -> None:
    items.keep(FOUND, NOW)
    items.keep(Unreadable("call", "c1", "another reason", "another text"), LATER)

    expected = UnreadableItem("call", "c1", "another reason", "another text", NOW, LATER, 2)
    assert items.all() == (expected,)


def test_items_of_two_kinds_with_one_id_are_two(items: UnreadableItems) -> None:
    items.keep(FOUND, NOW)
    items.keep(Unreadable("waiting row", "c1", "no JSON"), NOW)

    assert [one.kind for one in items.all()] == ["call", "waiting row"]


def test_what_is_forgotten_is_not_listed(items: UnreadableItems) -> None:
    items.keep(FOUND, NOW)
    items.keep(Unreadable("agent", "anna", "no JSON"), NOW)
    (agent, _) = items.all()

    items.forget(agent)
    items.forget(agent)

    assert [one.kind for one in items.all()] == ["call"]


# --- Each stored kind -----------------------------------------------------------------------------


class Stored:
    """The switch table, with ports that report into `reported`."""

    def __init__(self, dynamo: OnDynamo) -> None:
        self.dynamo = dynamo
        self.reported: list[Unreadable] = []
        made = dynamo.client, dynamo.table
        self.calls = DynamoCalls(*made, MemoryClock(), self.reported.append)
        self.agents = DynamoAgents(*made, self.reported.append)
        self.board = DynamoBoard(*made, self.reported.append)

    def damage(self, key: dict[str, Any], **attributes: Any) -> None:
        item = self.dynamo.item(key)
        self.dynamo.client.put_item(TableName=self.dynamo.table, Item=item | attributes)

    def damage_without(self, key: dict[str, Any], name: str) -> None:
        item = self.dynamo.item(key)
        del item[name]
        self.dynamo.client.put_item(TableName=self.dynamo.table, Item=item)


@pytest.fixture
def stored(dynamo: OnDynamo) -> Stored:
    return Stored(dynamo)


GARBAGE = (
    "",
    "{",
    "3",
    "null",
    "[]",
    '{"_": "Whispered"}',
    '{"id": "c1"}',
    '{"_": "Ready"}',
    '"x"',
)


@pytest.mark.parametrize("text", GARBAGE)
def test_garbage_in_a_call_is_an_error_of_that_call(stored: Stored, text: str) -> None:
    stored.calls.save(replace(first("w1"), write_id=f"w1{stored.dynamo.table[-12:]}"))
    stored.damage(call_key("c1"), call={"S": text})

    with pytest.raises(Unreadable) as found:
        stored.calls.get("c1")

    assert (found.value.kind, found.value.item) == ("call", "c1")
    assert '"pk"' in found.value.stored
    assert stored.calls.read_all(("c1",)) == ()
    assert len(stored.reported) == 2


@pytest.mark.parametrize("text", GARBAGE)
def test_garbage_in_an_agent_is_an_error_of_that_agent(stored: Stored, text: str) -> None:
    stored.calls.save(WriteSet(f"w1{stored.dynamo.table[-12:]}", agents=(anna(1),)))
    stored.damage(agent_key("anna"), agent={"S": text})

    with pytest.raises(Unreadable) as found:
        stored.agents.get("anna")

    assert (found.value.kind, found.value.item) == ("agent", "anna")
    assert len(stored.reported) == 1


def test_a_schema_more_than_one_ahead_is_not_read(stored: Stored) -> None:
    stored.calls.save(replace(first("w1"), write_id=f"w1{stored.dynamo.table[-12:]}"))

    stored.damage(call_key("c1"), schema={"N": "3"})
    next_one = stored.calls.get("c1")
    stored.damage(call_key("c1"), schema={"N": "4"})

    assert next_one is not None
    with pytest.raises(Unreadable, match="its schema is 4"):
        stored.calls.get("c1")


def test_an_item_without_its_content_is_an_error_of_that_item(stored: Stored) -> None:
    stored.calls.save(replace(first("w1"), write_id=f"w1{stored.dynamo.table[-12:]}"))
    stored.damage_without(call_key("c1"), "call")

    with pytest.raises(Unreadable):
        stored.calls.get("c1")


@pytest.mark.parametrize("text", GARBAGE[:-1])
def test_a_row_that_is_garbage_is_reported_and_dropped(stored: Stored, text: str) -> None:
    prefix = stored.dynamo.table[-12:]
    rows = (ready("anna"), ready("ben"))
    stored.calls.save(WriteSet(f"w1{prefix}", agents=(anna(1),), put_ready=rows))
    for call_id in ("c1", "c2"):
        stored.calls.save(replace(first(call_id, call_id), write_id=f"{call_id}{prefix}"))
    stored.damage(ready_key(POOL, "anna"), row={"S": text or "-"})
    stored.damage(waiting_key(POOL, waiting("c1")), row={"S": text or "-"})

    for _ in range(2):
        free = [row.agent for row in stored.board.ready(POOL)]
        waits = [row.call for row in stored.board.waiting(POOL)]

        assert (free[-1], waits[-1]) == ("ben", "c2")
    kinds = {(error.kind, error.item) for error in stored.reported}
    assert kinds <= {("ready row", "anna"), ("waiting row", "c1")}
    assert len(stored.reported) == len(kinds)


@pytest.mark.parametrize("text", GARBAGE[:-1])
def test_the_row_of_a_slot_that_is_garbage_is_reported_and_keeps_the_slot(
    stored: Stored, text: str
) -> None:
    parked = filled(ParkedRow)
    save = WriteSet(f"p1{stored.dynamo.table[-12:]}", call=call(1, "c1"))
    stored.calls.save(replace(save, put_parked=replace(parked, call="c1")))
    stored.damage(parked_key(POOL, parked.slot), row={"S": text or "-"})

    assert stored.board.parked(POOL) == ()

    (found,) = stored.reported
    assert (found.kind, found.item) == ("parked row", "c1")
    other = WriteSet(f"p2{stored.dynamo.table[-12:]}", call=call(1, "c2"))
    with pytest.raises(SlotTaken):
        stored.calls.save(replace(other, put_parked=replace(parked, call="c2")))


def test_a_row_that_is_garbage_takes_no_place_among_the_first(stored: Stored) -> None:
    prefix = stored.dynamo.table[-12:]
    for call_id in ("c1", "c2", "c3"):
        stored.calls.save(replace(first(call_id, call_id), write_id=f"{call_id}{prefix}"))
    stored.damage(waiting_key(POOL, waiting("c1")), row={"S": "-"})

    rows = stored.board.waiting(POOL, 2)

    assert [row.call for row in rows] == ["c2", "c3"]


def test_a_damaged_row_without_its_attributes_is_dropped(stored: Stored) -> None:
    row = WriteSet(f"w1{stored.dynamo.table[-12:]}", agents=(anna(1),), put_ready=(ready("anna"),))
    stored.calls.save(row)
    stored.damage_without(ready_key(POOL, "anna"), "alive")

    assert stored.board.ready(POOL) == ()
    assert stored.board.ready(POOL) == ()
    assert [error.kind for error in stored.reported] == ["ready row"]


def test_rows_of_the_board_end_by_themselves_and_a_beat_prolongs_them(stored: Stored) -> None:
    """What nobody drops would be read at each match, for ever."""
    prefix = stored.dynamo.table[-12:]
    stored.calls.save(replace(first("w1"), write_id=f"w1{prefix}"))
    stored.calls.save(WriteSet(f"w2{prefix}", agents=(anna(1),), put_ready=(ready("anna"),)))
    before = int(stored.dynamo.item(ready_key(POOL, "anna"))["ttl"]["N"])

    stored.board.beat(POOL, "anna", NOW + timedelta(days=1))

    day = 24 * 3600
    waits = int(stored.dynamo.item(waiting_key(POOL, waiting("c1")))["ttl"]["N"])
    after = int(stored.dynamo.item(ready_key(POOL, "anna"))["ttl"]["N"])
    assert waits - NOW.timestamp() == day
    assert before - NOW.timestamp() == 30 * day + 75
    assert after - before == day - 75


def test_a_row_is_put_again(stored: Stored) -> None:
    stored.board.put(POOL, waiting("c1"))
    stored.board.put(POOL, ready("anna"))

    assert stored.board.waiting(POOL) == (waiting("c1"),)
    assert stored.board.ready(POOL) == (ready("anna"),)


@pytest.mark.parametrize("text", ['{"_": "VideoContact"}', "{", "[]"])
def test_a_contact_that_cannot_be_read_is_a_caller_nobody_knows(cloud: Cloud, text: str) -> None:
    reported: list[Unreadable] = []
    table = cloud.table(tables.DIRECTORY)
    directory = DynamoDirectory(table, cloud.endpoint, MemoryClock(), reported.append)
    directory.put_contact(Contact("+447700900361", "Eleanor"))
    _overwrite(cloud, table, "PHONE#", body={"S": text})

    assert directory.contact("+447700900361") is None
    assert [(error.kind, error.stored) for error in reported] == [("contact", text)]


def test_a_plan_that_cannot_be_read_leaves_the_one_before_as_the_head(cloud: Cloud) -> None:
    reported: list[Unreadable] = []
    table, clock = cloud.table(tables.DIRECTORY), MemoryClock()
    directory = DynamoDirectory(table, cloud.endpoint, clock, reported.append)
    directory.publish(PLAN, previous=None)
    newer = DynamoDirectory(table, cloud.endpoint, clock)
    newer.publish(replace(PLAN, sha="b" * 64), previous=PLAN.sha)
    _overwrite(cloud, table, "PLAN#" + "b" * 64, chunk={"B": b"garbage"})
    clock.advance(31)

    assert directory.head() == PLAN
    assert [error.kind for error in reported] == ["plan"]
    with pytest.raises(Unreadable):
        directory.plan("b" * 64)


@pytest.mark.parametrize("damage", [{"chunk": {"B": b"garbage"}}, {"chunks": {"N": "2"}}])
def test_a_process_that_begins_with_a_plan_it_cannot_read_serves_by_the_one_before(
    cloud: Cloud, damage: dict[str, Any]
) -> None:
    reported: list[Unreadable] = []
    table, clock = cloud.table(tables.DIRECTORY), MemoryClock()
    newer = DynamoDirectory(table, cloud.endpoint, clock)
    newer.publish(PLAN, previous=None)
    for _ in range(2):  # the first answer was lost
        newer.publish(replace(PLAN, sha="b" * 64), previous=PLAN.sha)
    newer.publish(replace(PLAN, sha="b" * 64), previous="b" * 64)
    _overwrite(cloud, table, "PLAN#" + "b" * 64, **damage)

    head = DynamoDirectory(table, cloud.endpoint, clock, reported.append).head()

    assert head == PLAN
    assert [(error.kind, error.item) for error in reported] == [("plan", "b" * 64)]


def test_rows_of_the_register_that_cannot_be_read_are_left_out(cloud: Cloud) -> None:
    reported: list[Unreadable] = []
    table = cloud.table(tables.REGISTER)
    register = DynamoRegister(table, cloud.endpoint, reported.append)
    for n in (1, 2):
        register.put_head(CallRecord(f"c{n}", "+44", "", "+45", NOW + timedelta(seconds=n)))
        register.put_message(MailboxMessage(f"c{n}", "box", "+44", "", "+45", NOW, f"RE{n}", 5))
    register.put_note("c2", Note("anna", "hello", NOW, "v1"), "")
    for sk in ("M", "F", "H"):
        _overwrite(cloud, table, "CALL#c1", sk, body={"S": "{"})
    _overwrite(cloud, table, "BOX#", body={"S": "{"}, of="c1")
    _overwrite(cloud, table, "CALL#c2", "N#", body={"S": '{"_": "Song"}'})

    page = register.newest(agent=None, limit=10)
    messages = register.messages("box", done=False, limit=10)
    whole = register.get("c2")

    assert [head.id for head in page.calls] == ["c2"]
    assert [message.call for message in messages.messages] == ["c2"]
    assert register.get("c1") is None
    assert whole is not None
    assert whole.notes == ()
    with pytest.raises(Unreadable):
        register.note("c2", "anna")
    assert {error.kind for error in reported} == {"register row"}


def _overwrite(
    cloud: Cloud, table: str, pk: str, sk: str = "", of: str = "", **attributes: Any
) -> None:
    """Each item whose key begins so (and names `of`)."""
    client = cloud.client("dynamodb")
    for item in client.scan(TableName=table)["Items"]:
        key = item["pk"]["S"], item["sk"]["S"]
        if key[0].startswith(pk) and key[1].startswith(sk) and of in key[1]:
            client.put_item(TableName=table, Item=item | attributes)


def test_what_is_kept_needs_no_codec(dynamo: OnDynamo) -> None:
    """Else the list could become unreadable itself."""
    items = DynamoUnreadableItems(dynamo.client, dynamo.table)
    items.keep(Unreadable("call", "c1", "why", "x" * 200_000), NOW)

    (item,) = items.all()
    assert len(item.stored) == 100_000
    assert call(1, "c1").id == item.item
