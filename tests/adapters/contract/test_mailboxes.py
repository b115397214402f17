"""The promise of the Register about mailboxes: each message once, open or done, and counted."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from app.adapters.dynamodb import DynamoRegister, tables
from app.ports import CallRecord, MailboxMessage, Register

if TYPE_CHECKING:
    from tests.support.ministack import Cloud

NOW = datetime(2026, 11, 20, 14, 36, tzinfo=UTC)


def _message(call: str = "c1", minute: int = 0, mailbox: str = "box") -> MailboxMessage:
    at = NOW + timedelta(minutes=minute)
    return MailboxMessage(call, mailbox, "+447700900361", "", "+442079460801", at, "RE1", 5)


def _listed(register: Register, mailbox: str = "box", *, done: bool = False) -> list[str]:
    return [m.call for m in register.messages(mailbox, done=done, limit=9).messages]


def test_a_mailbox_without_messages_is_empty(register: Register) -> None:
    assert _listed(register) == []
    assert sum(register.open_messages().values()) == 0


@pytest.mark.parametrize("mailbox", ["box", ""])
def test_a_message_is_read_as_it_was_put(register: Register, mailbox: str) -> None:
    message = _message(mailbox=mailbox)
    register.put_head(CallRecord("c1", "+44", "", "+44", NOW))

    assert register.put_message(message)

    page = register.messages(mailbox, done=False, limit=9)
    whole = register.get("c1")
    assert page.messages == (message,)
    assert whole is not None
    assert whole.message == message
    assert register.open_messages() == {mailbox: 1}


def test_putting_a_message_twice_is_putting_it_once_though_it_is_done_by_then(
    register: Register,
) -> None:
    register.put_message(_message())
    register.settle_message("c1", "anna", NOW)

    assert not register.put_message(_message())

    assert (_listed(register), _listed(register, done=True)) == ([], ["c1"])
    assert register.open_messages() == {"box": 0}


def test_done_and_open_again_are_counted_once_however_often_they_are_asked(
    register: Register,
) -> None:
    register.put_message(_message())
    register.put_message(_message("c2", 1))

    done, *_ = [register.settle_message("c1", "anna", NOW) for _ in range(2)]
    after_done = (_listed(register), _listed(register, done=True), register.open_messages())
    opened, *_ = [register.settle_message("c1", "", None) for _ in range(2)]

    assert done is not None
    assert (done.done_by, done.done_at) == ("anna", NOW)
    assert after_done == (["c2"], ["c1"], {"box": 1})
    assert opened == _message()
    assert _listed(register) == ["c2", "c1"]
    assert register.open_messages() == {"box": 2}


def test_who_was_done_first_stays_named(register: Register) -> None:
    register.put_message(_message())
    register.settle_message("c1", "anna", NOW)

    again = register.settle_message("c1", "ben", NOW + timedelta(minutes=1))

    assert again is not None
    assert (again.done_by, again.done_at) == ("anna", NOW)


def test_a_call_without_a_message_has_none_to_settle(register: Register) -> None:
    assert register.settle_message("c9", "anna", NOW) is None


def test_a_mailbox_is_read_page_by_page_newest_first_without_those_of_others(
    register: Register,
) -> None:
    for number in range(5):
        register.put_message(_message(f"c{number}", number))
    register.put_message(_message("other", 2, "box-two"))

    first = register.messages("box", done=False, limit=2)
    second = register.messages("box", done=False, limit=2, older=first.older)
    last = register.messages("box", done=False, limit=2, older=second.older)

    pages = [[m.call for m in page.messages] for page in (first, second, last)]
    assert pages == [["c4", "c3"], ["c2", "c1"], ["c0"]]
    assert last.older is None
    assert register.open_messages() == {"box": 5, "box-two": 1}


def test_a_message_with_a_field_of_a_newer_version_is_done_and_keeps_it(cloud: Cloud) -> None:
    table, client = cloud.table(tables.REGISTER), cloud.client("dynamodb")
    register = DynamoRegister(table, cloud.endpoint)
    register.put_message(_message())
    for item in client.scan(TableName=table)["Items"]:
        if "body" in item:
            newer = {"mood": {"_": "Mood"}} | json.loads(item["body"]["S"])
            client.put_item(TableName=table, Item=item | {"body": {"S": json.dumps(newer)}})

    done = register.settle_message("c1", "anna", NOW)
    again = register.settle_message("c1", "anna", NOW)

    assert done is not None
    assert (done, done.done_by) == (again, "anna")
    assert (_listed(register), _listed(register, done=True)) == ([], ["c1"])
    assert register.open_messages() == {"box": 0}
    bodies = [item["body"]["S"] for item in client.scan(TableName=table)["Items"] if "body" in item]
    assert [json.loads(body)["mood"] for body in bodies] == [{"_": "Mood"}] * 2
