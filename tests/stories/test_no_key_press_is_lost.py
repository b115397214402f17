"""Between a question and its answer anything may happen: the answer counts all the same (W1, F55).

Unless what happened ended or moved that leg: then the answer is void, and logged.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from app.domain import events as e
from app.domain.call import CALLER, Call
from app.domain.commands import HangUp
from app.domain.states import AtNode
from tests.stories import environments
from tests.stories.company import MAIN
from tests.stories.office import Office
from tests.stories.people import Caller

ROOM = "CF" + "1" * 32
HARMLESS: list[e.Event] = [
    e.Arrived(),
    e.CalledOut("anna", "uk", "n1", "tab"),
    e.Pressed(CALLER, 0, "9"),
    e.Heard(CALLER, 0),
    e.AskedWhileWaiting(CALLER),
    e.QueueRefused(CALLER, "sales", "queue-full"),
    e.MessageLeft(CALLER, "RE1", 3, 1),
    e.NothingRecorded(CALLER, 1),
    e.MessageRecorded(CALLER, "RE1", 3),
    e.MessageEmpty(CALLER, "RE1"),
    e.RecordingEnded(CALLER, "RE1"),
    e.HeadsetConnected("anna.1", "nonce", "CA9"),
    e.JoinedRoom(CALLER, ROOM),
    e.JoinedRoom("anna.1", ROOM),
    e.LeftRoom(CALLER, ROOM, hung_up=False),
    e.RoomStarted(ROOM),
    e.RoomEnded(ROOM),
    e.HungUp("anna.1"),
    e.CommandDone("1:1:hangup", HangUp(CALLER)),
    e.CommandRefused("1:1:hangup", HangUp(CALLER), 21220),
    e.CommandUnsure("1:1:hangup", HangUp(CALLER)),
    e.OfferMade("anna"),
    e.OfferAccepted("anna", "2", "nonce", "tab"),
    e.PickupRequested("anna", "nonce", "tab"),
    e.OfferDeclined("anna", "2"),
    e.TelephoneRequested("anna", "2"),
    e.HeadsetLost("anna.1", "page closed"),
    e.Rejoined("anna", "nonce", "tab"),
    e.AgentHungUp("anna"),
    e.AgentDismissed("anna"),
    e.HoldRequested("anna"),
    e.RetrieveRequested("anna"),
    e.LineLeft("anna"),
    e.LineTaken("anna", "nonce", "tab"),
    e.TransferRequested("anna", "claims"),
    e.ParkRequested("anna", 701),
    e.ConsultRequested("anna", "+442079460142", "+442079460801", ""),
    e.SwapToCallerRequested("anna"),
    e.SwapToConsultedRequested("anna"),
    e.ConsultJoinRequested("anna"),
    e.ConsultCompleteRequested("anna"),
    e.GuestRemoveRequested("anna", "3"),
    e.GuestMuteRequested("anna", "3"),
    e.GuestUnmuteRequested("anna", "3"),
    e.LeaveRequested("anna"),
    e.ColleagueLeft("anna"),
    e.ConsultCancelRequested("anna"),
    e.RecordRequested("anna"),
    e.StopRecordingRequested("anna"),
    e.PauseRecordingRequested("anna"),
    e.ResumeRecordingRequested("anna"),
    e.SupervisionRequested("priya", "nonce", "tab"),
    e.ListenRequested("priya"),
    e.CoachRequested("priya"),
    e.BargeRequested("priya"),
    e.TakeOverRequested("priya"),
    e.SupervisionEndRequested("priya"),
    e.CallMarked("anna", "flag"),
    e.OfferShown("anna", "2"),
    e.LegRang("cleo.1"),
    e.LegAnswered("cleo.1", "CA9"),
    e.AskedAgain(CALLER),
    e.RoomRefused(CALLER),
    e.TimePassed(),
    e.OutboxDue(),
]
QUESTIONS = {"the menu": "", "the second menu": "2", "the extension": "3"}
ANSWERS = {"the menu": "1", "the second menu": "1", "the extension": "208"}


@pytest.fixture
def office() -> Iterator[Office]:
    with environments.in_memory() as office:
        office.agent("anna").is_ready()
        yield office


def asked(office: Office, question: str) -> Caller:
    caller = office.caller()
    caller.dials(MAIN)
    for key in QUESTIONS[question]:
        caller.presses(key)
    return caller


def test_every_kind_of_event_is_tried() -> None:
    moving = {e.Pressed, e.HungUp}

    assert {type(event) for event in HARMLESS} | moving == set(e.Event.__args__)


@pytest.mark.parametrize("event", HARMLESS, ids=repr)
@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_counts_whatever_event_comes_before_it(
    office: Office, question: str, event: e.Event
) -> None:
    caller = asked(office, question)

    office.services.switchboard.handle(caller.call.id, event)
    caller.presses(ANSWERS[question])

    assert caller.call.position is not None


def test_a_second_answer_to_a_question_is_ignored_and_logged(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caller = asked(office, "the menu")
    question = _question(caller.call)

    office.services.switchboard.handle(caller.call.id, e.Pressed(CALLER, question, "2"))
    with caplog.at_level(logging.INFO, logger="app"):
        caller.presses("1")

    assert caller.call.state == AtNode("more")
    assert "stale answer" in caplog.messages


def test_a_key_press_after_the_end_changes_nothing(office: Office) -> None:
    caller = asked(office, "the menu")
    call = caller.call

    office.services.switchboard.handle(call.id, e.HungUp(CALLER))
    told = office.services.switchboard.handle(call.id, e.Pressed(CALLER, _question(call), "1"))

    assert told.stale_answer
    assert told.call.position is None


def _question(call: Call) -> int:
    leg = call.leg(CALLER)
    assert leg is not None
    return leg.question
