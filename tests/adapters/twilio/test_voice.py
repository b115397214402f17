"""One call's way through the webhooks, and what each of them does with late or odd news."""

from dataclasses import replace

from app.adapters.twilio.urls import DOCUMENT_RETRIES
from app.domain.commands import Refresh, StartRecording
from app.domain.nodes.keys import Attempt
from app.domain.states import AtNode, Ended, InConversation, Waiting
from app.ports import RecordingJob
from tests.adapters.twilio.webhook_company import (
    CALL,
    HEADSET_SID,
    PLAN,
    ROOM_SID,
    SID,
    WebhookCompany,
    one,
)

LEG = f"/voice/calls/{CALL}/1"


def test_a_call_goes_from_the_greeting_by_the_menu_into_the_queue() -> None:
    company = WebhookCompany()

    greeting = company.rings()
    menu = company.asks(one(greeting, "Redirect").text or "")
    queue = company.asks(one(menu, "Gather").attrib["action"], Digits="1")
    waiting = company.asks(one(queue, "Enqueue").attrib["waitUrl"], QueuePosition="1")

    assert one(greeting, "Say").text == "Welcome to Kestrel Parcels."
    assert one(menu, "Say").text == "For sales press 1."
    assert one(queue, "Enqueue").text == "dev-sales"
    assert one(waiting, "Say").text == "Please hold."
    assert (one(waiting, "Play").text or "").startswith(f"https://pbx.example/media/{'f' * 64}/")


def test_an_agents_browser_calls_in_and_both_come_into_the_room() -> None:
    company = WebhookCompany()
    said = company.accepted()

    headset = one(company.asks("/voice/client", HEADSET_SID, **said), "Conference")
    company.joins(said["headset"], HEADSET_SID)
    caller = one(company.asks(LEG), "Conference")
    before = {type(p.command) for p in company.quiet.done}
    company.joins("1", SID)

    assert before == {Refresh}  # the recording waits for the caller (C1)
    assert headset.text == caller.text == f"dev-{CALL}-1"
    assert (headset.attrib["participantLabel"], headset.attrib["waitUrl"]) == ("maya.1", "")
    music = caller.attrib["waitUrl"].removesuffix(DOCUMENT_RETRIES)
    assert music.endswith(f"/voice/music.xml?sound={'f' * 64}")
    assert music != caller.attrib["waitUrl"]  # a lost answer is asked for again
    assert {type(p.command) for p in company.quiet.done} == {Refresh, StartRecording}
    assert isinstance(company.call().state, InConversation)


def test_a_repeated_webhook_gets_the_same_document_and_has_no_second_effect() -> None:
    """F33, F35."""
    company = WebhookCompany()
    menu = company.asks(one(company.rings(), "Redirect").text or "")
    action = one(menu, "Gather").attrib["action"]

    first = company.post(action, Digits="9")
    rev = company.call().rev
    second = company.post(action, Digits="9")

    assert first.data == second.data
    assert company.call().rev == rev
    assert company.call().state == AtNode("menu", Attempt(2, "wrong choice"))


def test_a_repeated_arrival_is_the_same_call() -> None:
    company = WebhookCompany()

    first, second = company.rings(), company.rings()

    assert one(first, "Redirect").text == one(second, "Redirect").text
    assert len(company.switch.all_calls) == 1


def test_the_second_browser_with_the_same_offer_is_told_that_it_is_taken() -> None:
    """W8, F1."""
    company = WebhookCompany()
    said = company.accepted()
    company.asks("/voice/client", HEADSET_SID, **said)

    second = company.asks("/voice/client", "CA" + "e" * 32, **said)

    assert one(second, "Say").text == "This call has already been taken."
    leg = company.call().leg(said["headset"])
    assert leg is not None
    assert leg.sid == HEADSET_SID


def test_a_browser_with_a_wrong_nonce_never_comes_into_the_room() -> None:
    company = WebhookCompany()
    said = company.accepted()

    answer = company.asks("/voice/client", HEADSET_SID, **{**said, "nonce": "guessed"})

    assert one(answer, "Say").text == "This call has already been taken."
    assert company.call().leg(said["headset"]) is None


def test_a_browser_of_another_identity_is_sent_away() -> None:
    """G7."""
    company = WebhookCompany()
    said = company.accepted()

    answer = company.asks("/voice/client", HEADSET_SID, **{**said, "From": "client:mallory_tab1"})

    assert [element.tag for element in answer] == ["Hangup"]
    assert company.counted == ["voice.stranger"]


def test_an_agent_removed_from_the_plan_is_refused_with_a_valid_token() -> None:
    company = WebhookCompany()
    said = company.accepted()
    company.directory.publish(replace(PLAN, sha="p2", members=()), previous="p1")

    answer = company.asks("/voice/client", HEADSET_SID, **said)

    assert [element.tag for element in answer] == ["Hangup"]
    assert company.call().leg(said["headset"]) is None


def test_another_leg_than_the_bound_one_hears_taken() -> None:
    """W8."""
    company = WebhookCompany()
    company.waits()

    answer = company.asks(LEG, "CA" + "9" * 32)

    assert one(answer, "Say").text == "This call has already been taken."


def test_an_answer_counts_only_from_the_leg_that_was_asked() -> None:
    company = WebhookCompany()
    menu = company.asks(one(company.rings(), "Redirect").text or "")
    before = company.call()

    company.asks(one(menu, "Gather").attrib["action"], "CA" + "9" * 32, Digits="1")

    assert company.call() == before


def test_silence_is_an_answer_whether_or_not_the_digits_are_named() -> None:
    """Contract I.4."""
    company = WebhookCompany()
    menu = company.asks(one(company.rings(), "Redirect").text or "")

    again = company.asks(one(menu, "Gather").attrib["action"])
    third = company.asks(one(again, "Gather").attrib["action"], Digits="")

    assert next(iter(one(third, "Gather"))).text == "Sorry, no key was pressed."
    assert company.call().state == AtNode("menu", Attempt(3, "silence"))


def test_a_late_answer_to_an_old_question_changes_nothing() -> None:
    """W1."""
    company = WebhookCompany()
    menu = company.asks(one(company.rings(), "Redirect").text or "")
    old = one(menu, "Gather").attrib["action"]
    company.asks(old, Digits="7")
    state = company.call().state

    company.asks(old, Digits="1")

    assert company.call().state == state


def test_a_caller_refused_by_a_full_queue_goes_to_its_otherwise_node() -> None:
    """V9."""
    company = WebhookCompany()
    action = one(company.waits(), "Enqueue").attrib["action"]

    answer = company.asks(action, QueueResult="queue-full")

    one(answer, "Record")
    assert company.call().state == AtNode("mailbox")


def test_a_refusal_by_a_queue_that_the_caller_left_is_ignored() -> None:
    """V6."""
    company = WebhookCompany()
    company.waits()

    answer = company.asks(f"{LEG}/left-queue?node=support", QueueResult="error")

    one(answer, "Enqueue")
    assert isinstance(company.call().state, Waiting)


def test_leaving_the_queue_or_the_room_says_nothing_of_the_call() -> None:
    """V6: the state alone says what is heard."""
    company = WebhookCompany()
    company.talks()
    before = company.call()

    one(company.asks(f"{LEG}/left-queue?node=sales", QueueResult="leave"), "Conference")
    one(company.asks(f"{LEG}/left-room?d=0", DialCallStatus="answered"), "Conference")

    assert company.call() == before


def test_a_return_from_the_room_that_the_carrier_tells_again_says_nothing_of_the_call() -> None:
    """By then the caller is in the room again."""
    company = WebhookCompany()
    company.talks()
    join = one(company.asks(LEG), "Dial")
    returned = f"{LEG}/{join.attrib['action'].rpartition('/')[2]}"
    one(company.asks(returned, CallStatus="in-progress"), "Conference")
    company.joins("1", SID)
    before = company.call()

    again = one(company.asks(returned, CallStatus="in-progress"), "Dial")

    assert company.call() == before
    assert before.counts_as == "talked"
    assert again.attrib["action"] != join.attrib["action"]


def test_a_caller_who_was_redirected_out_of_the_queue_is_led_to_the_document_meant() -> None:
    company = WebhookCompany()
    company.talks()

    document = company.asks(f"{LEG}/left-queue?node=sales", QueueResult="redirected")

    assert [element.tag for element in document] == ["Leave", "Redirect"]


def test_a_caller_who_no_longer_waits_leaves_the_queue() -> None:
    company = WebhookCompany()
    company.talks()

    document = company.asks(f"{LEG}/wait")

    assert [element.tag for element in document] == ["Leave", "Redirect"]


def test_a_message_is_taken_and_its_recording_fetched_later() -> None:
    company = WebhookCompany()
    record = one(company.rings("+15005550003"), "Record")

    review = company.asks(
        record.attrib["action"], RecordingSid="RE1", RecordingDuration="7", Digits="hangup"
    )
    company.tells(
        record.attrib["recordingStatusCallback"],
        RecordingSid="RE1",
        RecordingStatus="completed",
        RecordingDuration="7",
        RecordingChannels="1",
    )

    company.tells("/voice/status", From="+15005550010", CallStatus="completed")
    assert [element.tag for element in review] == ["Gather", "Redirect"]
    assert company.call().outcome == "message left"
    assert company.timers.due(company.clock.now()) == (
        RecordingJob(CALL, "RE1", "message", "completed", 7, 1),
    )


def test_a_hang_up_in_a_menu_ends_the_call_by_the_numbers_callback() -> None:
    """M2."""
    company = WebhookCompany()
    company.rings()

    company.tells("/voice/status", From="+15005550010", CallStatus="completed")

    assert isinstance(company.call().state, Ended)


def test_a_browsers_completed_callback_ends_no_callers_call() -> None:
    company = WebhookCompany()
    company.talks()

    company.tells("/voice/status", SID, From="client:maya_tab1", CallStatus="completed")

    assert isinstance(company.call().state, InConversation)


def test_the_completed_callback_of_a_headset_counts_only_from_the_bound_leg() -> None:
    """W8, R10."""
    company = WebhookCompany()
    headset = company.talks()
    url = f"/voice/status/{CALL}/{headset}"

    company.tells(url, "CA" + "9" * 32, CallStatus="completed")
    still = company.call().state
    company.tells(url, HEADSET_SID, CallStatus="completed")

    after = company.call().state
    assert isinstance(still, InConversation)
    assert isinstance(after, InConversation)
    assert (still.away is None, after.away is None) == (True, False)


def test_a_participant_who_hung_up_is_gone_and_one_who_was_moved_is_not() -> None:
    """R10."""
    company = WebhookCompany()
    headset = company.talks()

    def leaves(reason: str, status: str) -> None:
        company.tells(
            f"/voice/rooms/{CALL}",
            HEADSET_SID,
            ConferenceSid=ROOM_SID,
            StatusCallbackEvent="participant-leave",
            ParticipantLabel=headset,
            ReasonParticipantLeft=reason,
            ParticipantCallStatus=status,
        )

    leaves("participant_updated_via_api", "in-progress")
    moved = company.call().leg(headset)
    leaves("participant_hung_up", "completed")

    assert moved is not None
    assert company.call().leg(headset) is None


def test_an_unknown_number_gets_a_clear_answer() -> None:
    company = WebhookCompany()

    document = company.rings("+15009999999")

    assert "not in use" in (one(document, "Say").text or "")
    assert company.switch.all_calls == ()


def test_an_unknown_call_gets_a_goodbye_and_its_callbacks_a_204() -> None:
    company = WebhookCompany()

    for path in ("", "/pressed?q=1", "/heard?q=1", "/wait", "/left-queue", "/left-room"):
        document = company.asks(f"{LEG}{path}", QueueResult="error")
        assert [element.tag for element in document] == ["Hangup"]
    said = {"From": "client:maya_t", "call": "x", "headset": "maya.1", "nonce": "n"}
    assert [element.tag for element in company.asks("/voice/client", **said)] == ["Hangup"]
    company.tells(f"/voice/rooms/{CALL}", StatusCallbackEvent="conference-end", ConferenceSid="CF1")
    company.tells(f"/voice/status/{CALL}/1", CallStatus="completed")
    company.tells("/voice/status", CallStatus="completed")
    assert company.counted == []


def test_an_arrival_without_the_legs_sid_is_refused() -> None:
    company = WebhookCompany()

    assert company.post("/voice/inbound", sid="").status_code == 400


def test_60_000_digits_are_a_wrong_key() -> None:
    company = WebhookCompany()
    menu = company.asks(one(company.rings(), "Redirect").text or "")

    again = company.asks(one(menu, "Gather").attrib["action"], Digits="1" * 60_000)

    one(again, "Gather")
    assert company.call().state == AtNode("menu", Attempt(2, "wrong choice"))


def test_a_question_that_is_no_number_changes_nothing() -> None:
    company = WebhookCompany()
    company.rings()
    before = company.call()

    for question in ("", "x", "-1", "9" * 400, "%F0%9F%98%80"):
        company.asks(f"{LEG}/pressed?q={question}", Digits="1")
        company.asks(f"{LEG}/heard?q={question}")

    assert company.call() == before
