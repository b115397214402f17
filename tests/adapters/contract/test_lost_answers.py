"""What botocore and DynamoDB make of a bad network, beyond what memory can show (W3, W4)."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from app.adapters import aws
from app.adapters.dynamodb import DynamoAgents, DynamoCalls
from app.adapters.dynamodb.layout import call_key
from app.adapters.memory import MemoryClock
from app.domain.board import POOL
from app.domain.states import InConversation
from app.ports import CallSnapshot, Stale, Unavailable, WriteSet
from tests.adapters.contract.switch_stores import (
    NOW,
    POSITION,
    LosingAnswers,
    OnDynamo,
    anna,
    anna_reserved,
    applied,
    call,
    first,
    offered,
    pairing,
    ready,
)


@pytest.fixture
def lossy(dynamo: OnDynamo) -> tuple[OnDynamo, LosingAnswers]:
    """A store whose wire can lose answers; `dynamo` itself stays well."""
    own = dynamo.with_its_own_client()
    return own, LosingAnswers(own.client)


def test_a_lost_answer_of_a_put_is_a_success(
    dynamo: OnDynamo, lossy: tuple[OnDynamo, LosingAnswers]
) -> None:
    stores, wire = lossy[0].stores(), lossy[1]
    stores.calls.save(first("w1"))
    wire.lose(1)

    stores.calls.save(WriteSet("w2", call=call(2), applied=applied()))

    assert dynamo.stores().calls.get("c1") == CallSnapshot(call(2))
    assert [saved.after.rev for saved in stores.drain()] == [1, 2]


def test_a_lost_answer_of_a_transaction_is_a_success(
    lossy: tuple[OnDynamo, LosingAnswers],
) -> None:
    stores, wire = lossy[0].stores(), lossy[1]
    stores.calls.save(first("w1"))
    stores.calls.save(WriteSet("w2", agents=(anna(1),), put_ready=(ready(),)))
    wire.lose(1)

    stores.calls.save(pairing("w3", 2, 2))

    assert stores.calls.get("c1") == CallSnapshot(offered(2), (anna_reserved(2),))
    assert stores.board.ready(POOL) == ()
    assert [saved.after.rev for saved in stores.drain()] == [1, 2]


def test_every_answer_lost_is_a_success_once_the_store_can_be_asked(
    lossy: tuple[OnDynamo, LosingAnswers],
) -> None:
    stores, wire = lossy[0].stores(), lossy[1]
    stores.calls.save(first("w1"))
    wire.lose(aws.ATTEMPTS)

    stores.calls.save(WriteSet("w2", call=call(2), applied=applied()))

    assert stores.calls.get("c1") == CallSnapshot(call(2))


@pytest.mark.parametrize("others", [1, 3, 7])
def test_a_lost_answer_is_known_though_others_saved_before_the_repeat(
    dynamo: OnDynamo, lossy: tuple[OnDynamo, LosingAnswers], others: int
) -> None:
    stores, wire = lossy[0].stores(), lossy[1]
    stores.calls.save(first("w1"))

    def meanwhile() -> None:
        for rev in range(3, 3 + others):
            dynamo.stores().calls.save(WriteSet(f"w{rev}", call=call(rev), applied=applied()))

    wire.lose(1, meanwhile)
    stores.calls.save(WriteSet("w2", call=call(2), applied=applied()))

    assert stores.calls.get("c1") == CallSnapshot(call(2 + others))


def test_a_race_that_was_truly_lost_is_stale_even_with_its_answer_lost(
    dynamo: OnDynamo, lossy: tuple[OnDynamo, LosingAnswers]
) -> None:
    stores, wire = lossy[0].stores(), lossy[1]
    stores.calls.save(first("w1"))
    dynamo.stores().calls.save(WriteSet("theirs", call=call(2, name="theirs"), applied=applied()))
    wire.lose(1)

    with pytest.raises(Stale):
        stores.calls.save(WriteSet("mine", call=call(2, name="mine"), applied=applied()))

    assert stores.calls.get("c1") == CallSnapshot(call(2, name="theirs"))


@pytest.mark.usefixtures("_credentials")
def test_a_store_that_never_answers_is_unavailable_within_the_limits() -> None:
    client = aws.client("dynamodb", aws.AwsEndpoint("eu-central-1", "http://127.0.0.1:9"))
    calls = DynamoCalls(client, "switch", MemoryClock())

    with pytest.raises(Unavailable):
        calls.get("c1")
    with pytest.raises(Unavailable):
        calls.save(first("w1"))
    with pytest.raises(Unavailable):
        DynamoAgents(client, "switch").get("anna")


def test_a_request_error_of_ours_is_not_unavailable(dynamo: OnDynamo) -> None:
    calls = DynamoCalls(dynamo.client, "there-is-no-such-table", MemoryClock())

    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        calls.get("c1")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("TransactionCanceledException", Stale),
        ("ProvisionedThroughputExceededException", Unavailable),
        ("ThrottlingException", Unavailable),
        ("InternalServerError", Unavailable),
    ],
)
def test_errors_of_dynamodb_become_errors_of_the_port(
    dynamo: OnDynamo, code: str, expected: type[Exception]
) -> None:
    client = _Saying(code)
    calls = DynamoCalls(client, "switch", MemoryClock())

    with pytest.raises(expected):
        calls.save(pairing("w1", 2, 2))


def test_a_conflict_is_tried_again_until_it_passes_or_the_limit() -> None:
    brief, endless = _Saying("conflict", times=3), _Saying("conflict")
    clock = MemoryClock()

    DynamoCalls(brief, "switch", clock).save(pairing("w1", 2, 2))
    began = clock.now()
    with pytest.raises(Stale):
        DynamoCalls(endless, "switch", clock).save(pairing("w2", 2, 2))

    assert brief.transactions == 4
    assert 1.0 <= (clock.now() - began).total_seconds() <= 1.2


def test_a_save_that_has_landed_is_known_though_its_repeat_meets_conflicts_until_the_limit() -> (
    None
):
    """Else whoever saved it takes its race for lost, and nobody performs its commands (W3)."""
    write_set = pairing("w1", 2, 2)
    client = _Saying("conflict", stored={"w2": {"S": "w1"}})

    DynamoCalls(client, "switch", MemoryClock()).save(write_set)

    assert client.transactions > 1


def test_an_item_that_is_too_large_raises_a_clear_error(dynamo: OnDynamo) -> None:
    stores = dynamo.stores()

    with pytest.raises(ValueError, match="grown beyond"):
        stores.calls.save(WriteSet("w1", call=call(name="x" * 410_000)))
    with pytest.raises(ValueError, match="grown beyond"):
        stores.calls.save(
            WriteSet("w2", call=call(name="x" * 410_000), agents=(anna(1),), put_ready=(ready(),))
        )

    assert stores.calls.get("c1") is None


class _Saying:
    """A client that answers each transaction with an error, `times` over; `stored` is in store."""

    def __init__(
        self, code: str, times: int = 1_000_000, stored: dict[str, object] | None = None
    ) -> None:
        self._code = code
        self._times = times
        self._stored = stored
        self.transactions = 0

    def transact_write_items(self, **request: object) -> None:
        self.transactions += 1
        if self.transactions > self._times:
            return
        status = 500 if self._code == "InternalServerError" else 400
        response = {
            "Error": {"Code": self._code, "Message": ""},
            "ResponseMetadata": {"HTTPStatusCode": status},
            "CancellationReasons": [{"Code": "None"}, {"Code": "ConditionalCheckFailed"}],
        }
        if self._code == "conflict":
            response["Error"] = {"Code": "TransactionCanceledException", "Message": ""}
            response["CancellationReasons"] = [{"Code": "TransactionConflict"}]
        raise ClientError(response, "TransactWriteItems")  # type: ignore[arg-type]

    def get_item(self, **request: object) -> dict[str, object]:
        return {"Item": self._stored} if self._stored else {}


# --- Another version's items (design-state.md 6) ------------------------------------------------


def test_attributes_of_a_newer_version_survive_a_save(dynamo: OnDynamo) -> None:
    stores = dynamo.stores()
    stores.calls.save(first("w1"))
    key = call_key("c1")
    dynamo.client.update_item(
        TableName=dynamo.table,
        Key=key,
        UpdateExpression="SET ticket = :ticket",
        ExpressionAttributeValues={":ticket": {"S": "20418"}},
    )

    stores.calls.save(WriteSet("w2", call=call(2), applied=applied()))

    assert dynamo.item(key)["ticket"] == {"S": "20418"}


# --- The size of a call -------------------------------------------------------------------------


def test_a_talking_call_with_its_agent_beside_it_is_one_kilobyte_or_so(dynamo: OnDynamo) -> None:
    stores = dynamo.stores()
    talking = call(1, state=InConversation(POSITION, "anna", "anna.1", NOW))

    stores.calls.save(WriteSet("w1", call=talking, applied=applied(), named=(anna(4),)))

    item = dynamo.item({"pk": {"S": "CALL#c1"}, "sk": {"S": "C"}})
    size = sum(len(name) + len(str(next(iter(value.values())))) for name, value in item.items())
    assert size <= 2048
