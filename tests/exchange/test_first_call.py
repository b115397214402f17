"""One inbound call from end to end: menu, queue, agent, recording."""

from __future__ import annotations

from twilio.rest import Client

from infra.local.exchange.virtual import VirtualExchange
from tests.exchange.customer import BASE, Customer, twiml

MENU = (
    '<Gather action="/key" numDigits="1" timeout="5"><Say>Press one for an agent.</Say></Gather>'
    "<Redirect>/voice</Redirect>"
)
WAIT = "<Say>Please hold the harness.</Say><Pause length='10'/>"
ROOM = (
    '<Dial action="/left"><Conference waitUrl="" beep="false" statusCallback="/conference" '
    'statusCallbackEvent="start end join leave hold">conference-1</Conference></Dial>'
)


def test_a_caller_passes_the_menu_and_the_queue_and_talks_to_an_agent_on_record(
    network: VirtualExchange, client: Client, customer: Customer, number: str, application: str
) -> None:
    customer.pages |= {
        "/voice": twiml(MENU),
        "/key": twiml('<Enqueue action="/queued" waitUrl="/wait">parcels</Enqueue>'),
        "/wait": twiml(WAIT),
        "/bridge": twiml(ROOM),
        "/app": twiml(ROOM),
    }
    caller = network.dial("+15005550010", number)
    network.settle()
    assert network.exchange.leg(caller).status == "in-progress"
    network.press(caller, "1")
    network.settle()
    assert customer.last("/key")["Digits"] == "1"
    assert customer.last("/wait")["QueuePosition"] == "1"
    network.advance(20)
    assert len(customer.to("/wait")) == 2

    agent = network.connect("alice", application, {"offer": "o-1"})
    network.settle()
    client.calls(caller).update(url=f"{BASE}/bridge")
    client.calls(caller).recordings.create(
        recording_channels="dual", recording_status_callback=f"{BASE}/recorded"
    )
    network.settle()
    assert customer.last("/app")["offer"] == "o-1"
    assert customer.last("/queued")["QueueResult"] == "redirected"
    assert network.exchange.ledger.hear_each_other(caller, agent)
    network.advance(30)
    network.hang_up(caller)
    network.settle()
    network.hang_up(agent)
    network.settle()

    assert customer.last("/status")["CallStatus"] == "completed"
    assert customer.last("/app-status")["CallStatus"] == "completed"
    assert customer.last("/recorded")["RecordingDuration"] == "30"
    assert customer.last("/left")["DialCallStatus"] == "answered"
    events = [asked["StatusCallbackEvent"] for asked in customer.to("/conference")]
    assert events == [
        "participant-join",
        "participant-join",
        "conference-start",
        "participant-leave",
        "participant-leave",
        "conference-end",
    ]
    assert all(asked.signed for asked in customer.asked)
    assert network.exchange.ledger.seconds_heard(agent, caller) == 30
    assert network.exchange.violations == ()
    assert network.exchange.live() == ()
