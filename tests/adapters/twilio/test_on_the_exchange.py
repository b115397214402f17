"""The whole adapter against the local exchange, over HTTP: real requests, signatures and errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.adapters.twilio.account import Account
from app.adapters.twilio.api import COMMAND_SECONDS
from app.adapters.twilio.carrier import TwilioCarrier
from app.adapters.twilio.numbers import NotRented, configure
from app.adapters.twilio.recorder import TwilioRecorder
from app.adapters.twilio.rest import connect
from app.adapters.twilio.urls import Urls
from app.domain.call import Call
from app.domain.commands import Command, HangUp, Pending
from app.domain.states import Connecting, Ended, InConversation, Offered, Waiting
from app.ports import CallJob, CarrierRefused, Clock, Directory, RecordingJob
from app.service.desk import Grant
from app.service.wav import PassingSound
from infra.local.exchange.journal import WebhookSent
from infra.local.exchange.switches import Switches
from infra.local.exchange.virtual import TEST_ACCOUNT, VirtualExchange, WsgiFetcher
from tests.adapters.twilio.webhook_company import BASE, CALLER_NUMBER, PLAN, WebhookCompany
from tests.support.verbs import click, granted

URLS = Urls(BASE, "dev")
QUEUE_DID, MAIN_DID, MAILBOX_DID = "+15005550002", "+15005550001", "+15005550003"


class NetworkClock:
    """The exchange's time. Waiting for it inside a webhook takes none."""

    def __init__(self) -> None:
        self.network: VirtualExchange | None = None
        self.waited_seconds = 0.0

    def now(self) -> datetime:
        assert self.network is not None
        return self.network.clock.now() + timedelta(seconds=self.waited_seconds)

    def wait(self, seconds: float) -> None:
        self.waited_seconds += seconds


class OnTheExchange:
    """A company whose numbers are rented at the exchange, and its callers and agents."""

    def __init__(
        self, network: VirtualExchange, company: WebhookCompany, carrier: TwilioCarrier
    ) -> None:
        self.network, self.company, self.carrier = network, company, carrier
        self.account = carrier._api.account
        self.recorder = TwilioRecorder(account=self.account, clock=company.clock)
        self.application = configure(self.client(), PLAN, URLS, rent=True)

    def client(self) -> Any:
        """The official client, which ships no types."""
        return connect(self.account, lambda: 10.0)

    def dials(self, did: str) -> str:
        leg = self.network.dial(CALLER_NUMBER, did)
        self.network.settle()
        return leg

    def call(self) -> Call:
        (call,) = self.company.switch.all_calls
        return call

    def comes_back(self) -> str:
        grant = granted(self.company.desk, "maya", "rejoin", self.call().id, tab="tab1")
        return self.calls_in(grant)

    def accepts(self) -> Grant:
        state = self.call().state
        assert isinstance(state, Offered)
        return granted(
            self.company.desk, "maya", "accept", self.call().id, leg=state.leg, tab="tab1"
        )

    def calls_in(self, grant: Grant) -> str:
        said = {"call": grant.call, "headset": grant.headset, "nonce": grant.nonce}
        leg = self.network.connect("maya_tab1", self.application, said)
        self.network.settle()
        return leg

    def talks(self) -> tuple[str, str]:
        """The caller's and the agent's carrier legs, in conversation."""
        self.company.desk.set_ready("maya")
        caller = self.dials(QUEUE_DID)
        return caller, self.calls_in(self.accepts())

    def jobs(self) -> None:
        """What is due now, told to the call."""
        for job in self.company.timers.due(self.network.clock.now()):
            if isinstance(job, CallJob):
                self.company.switchboard.handle(job.call, job.event)


@contextmanager
def opened(switches: Switches | None = None) -> Iterator[OnTheExchange]:
    clock = NetworkClock()
    carriers: list[TwilioCarrier] = []

    def made(directory: Directory, clock: Clock) -> TwilioCarrier:
        account = Account(TEST_ACCOUNT.sid, TEST_ACCOUNT.sid, TEST_ACCOUNT.auth_token, "")
        carrier = TwilioCarrier(account=account, urls=URLS, directory=directory, clock=clock)
        carriers.append(carrier)
        return carrier

    company = WebhookCompany(clock, made, TEST_ACCOUNT.auth_token)
    with VirtualExchange(WsgiFetcher(company.application), switches=switches) as network:
        clock.network = network
        carriers[0]._api.account = Account(
            TEST_ACCOUNT.sid, TEST_ACCOUNT.sid, TEST_ACCOUNT.auth_token, network.serve_rest()
        )
        yield OnTheExchange(network, company, carriers[0])
        assert network.exchange.violations == ()
        assert company.counted == []


@pytest.fixture
def office() -> Iterator[OnTheExchange]:
    with opened() as office:
        yield office


def test_a_caller_presses_a_key_waits_and_talks_to_an_agent(office: OnTheExchange) -> None:
    caller = office.dials(MAIN_DID)
    office.network.advance(10)
    office.network.press(caller, "1")
    office.network.settle()
    waiting = office.call().state
    office.network.advance(45)
    office.company.desk.set_ready("maya")
    agent = office.calls_in(office.accepts())

    assert isinstance(waiting, Waiting)
    assert isinstance(office.call().state, InConversation)
    assert office.network.exchange.ledger.hear_each_other(caller, agent)
    assert office.call().out == ()


def test_the_conversation_is_recorded_on_two_channels(office: OnTheExchange) -> None:
    caller, agent = office.talks()

    office.network.advance(30)
    office.network.hang_up(caller)
    office.network.advance(60)

    (job,) = (
        w
        for w in office.company.timers.due(office.network.clock.now())
        if isinstance(w, RecordingJob)
    )
    assert (job.kind, job.status, job.channels) == ("conversation", "completed", 2)
    assert abs(job.seconds - 30) <= 2
    assert office.call().recording == job.sid
    listed = office.recorder.since(office.network.clock.now() - timedelta(minutes=5))
    assert [(r.call, r.sid, r.kind, r.status, r.seconds) for r in listed] == [
        (job.call, job.sid, job.kind, job.status, job.seconds)
    ]
    dialled = office.recorder.dialled_in(job.call)
    assert (dialled.caller, dialled.did) == (office.call().caller, office.call().did)
    assert office.recorder.recorded(job.sid) == listed[0]
    download = office.recorder.fetch(job.sid)
    sound = PassingSound(download.content_type, job.seconds)
    assert b"".join(sound.passed(download.chunks))[:4] == b"RIFF"
    assert sound.shape is not None
    assert sound.shape.channels == 2
    office.recorder.forget(job.sid)
    office.recorder.forget(job.sid)
    assert office.recorder.since(dialled.at) == ()
    assert PLAN.number(office.recorder.dialled_in(agent[2:]).did) is None
    with pytest.raises(CarrierRefused):
        office.recorder.fetch(job.sid)
    assert isinstance(office.call().state, Ended)
    assert agent not in [leg.sid for leg in office.network.exchange.live()]


def test_a_caller_whose_agent_is_lost_hears_music_and_is_taken_back(
    office: OnTheExchange,
) -> None:
    """R3, R4, F25."""
    caller, agent = office.talks()
    office.network.advance(5)

    office.network.hang_up(agent)
    office.network.settle()
    interrupted, held = office.call().state, office.call().leg("1")
    again = office.calls_in(
        granted(office.company.desk, "maya", "rejoin", office.call().id, tab="tab1")
    )

    assert isinstance(interrupted, InConversation)
    assert interrupted.away is not None
    assert held is not None
    assert held.held
    assert isinstance(office.call().state, InConversation)
    assert office.network.exchange.ledger.hear_each_other(caller, again)


def test_an_agent_who_does_not_come_back_loses_the_caller_to_the_queue(
    office: OnTheExchange,
) -> None:
    """R12."""
    _, agent = office.talks()
    office.network.hang_up(agent)
    office.network.advance(25)

    office.jobs()
    office.network.settle()
    office.network.advance(20)

    assert isinstance(office.call().state, Waiting)
    assert office.call().out == ()
    assert len(office.network.exchange.live()) == 1


def test_the_agent_ends_the_call_and_both_legs_are_over(office: OnTheExchange) -> None:
    office.talks()

    click(office.company.desk, "maya", "end", office.call().id)
    office.network.settle()

    assert isinstance(office.call().state, Ended)
    assert office.network.exchange.live() == ()
    assert office.call().legs == ()


def test_a_caller_waits_on_while_the_music_cannot_be_played(office: OnTheExchange) -> None:
    """The carrier ends a call whose documents take no time; this company's music is not stored."""
    caller = office.dials(MAIN_DID)
    office.network.advance(5)

    office.network.press(caller, "1")
    office.network.advance(180)

    assert isinstance(office.call().state, Waiting)
    sent = [entry.news for entry in office.network.exchange.journal.entries()]
    asked = [news for news in sent if isinstance(news, WebhookSent) and "/wait" in news.url]
    assert 18 <= len(asked) <= 45


def test_a_caller_who_hangs_up_in_the_menu_ends_the_call(office: OnTheExchange) -> None:
    """M2: only the number's callback tells."""
    caller = office.dials(MAIN_DID)

    office.network.hang_up(caller)
    office.network.settle()

    state = office.call().state
    assert isinstance(state, Ended)
    assert state.outcome == "hung up"


def test_a_message_is_recorded_with_a_callback(office: OnTheExchange) -> None:
    caller = office.dials(MAILBOX_DID)

    office.network.advance(15)
    office.network.hang_up(caller)
    office.network.advance(60)

    (job,) = office.company.timers.due(office.network.clock.now())
    assert isinstance(job, RecordingJob)
    assert (job.kind, job.status) == ("message", "completed")
    assert office.call().outcome == "message left"


def test_a_second_browser_with_the_same_offer_never_comes_in(office: OnTheExchange) -> None:
    """W8."""
    office.company.desk.set_ready("maya")
    caller = office.dials(QUEUE_DID)
    grant = office.accepts()
    first = office.calls_in(grant)

    second = office.calls_in(grant)
    office.network.advance(10)

    assert office.network.exchange.ledger.hear_each_other(caller, first)
    assert second not in [leg.sid for leg in office.network.exchange.live()]
    assert isinstance(office.call().state, InConversation)


def test_hanging_up_twice_is_settled(office: OnTheExchange) -> None:
    """W7."""
    office.dials(MAIN_DID)
    call = office.call()
    hang_up: Command = HangUp("1")

    office.carrier.perform(call, Pending("1:1:hangup", hang_up))
    with pytest.raises(CarrierRefused) as refused:
        office.carrier.perform(call, Pending("1:1:hangup", hang_up))

    assert refused.value.gone


def test_an_accepted_call_whose_browser_never_comes_goes_on_waiting(
    office: OnTheExchange,
) -> None:
    """F10."""
    office.company.desk.set_ready("maya")
    office.dials(QUEUE_DID)
    office.accepts()
    connecting = office.call().state

    office.network.advance(30)

    assert isinstance(connecting, Connecting)
    assert isinstance(office.call().state, Waiting)


def test_numbers_are_configured_once_and_again(office: OnTheExchange) -> None:
    """M2, M3."""
    client = office.client()

    again = configure(client, PLAN, URLS)

    numbers = {n.phone_number: n for n in client.incoming_phone_numbers.list()}
    assert again == office.application
    assert set(numbers) == {number.e164 for number in PLAN.numbers}
    assert len(client.applications.list()) == 1
    main = numbers[MAIN_DID]
    assert (main.voice_url, main.voice_method) == (URLS.inbound(), "POST")
    assert (main.voice_fallback_url, main.voice_fallback_method) == (URLS.fallback(), "GET")
    assert (main.status_callback, main.status_callback_method) == (URLS.ended(), "POST")


def test_a_number_is_bought_only_when_asked_for() -> None:
    with VirtualExchange() as network:
        account = Account(
            TEST_ACCOUNT.sid, TEST_ACCOUNT.sid, TEST_ACCOUNT.auth_token, network.serve_rest()
        )
        client = connect(account, lambda: COMMAND_SECONDS)

        with pytest.raises(NotRented) as refused:
            configure(client, PLAN, URLS)

        assert refused.value.numbers == tuple(number.e164 for number in PLAN.numbers)
        assert client.incoming_phone_numbers.list() == []
        assert client.applications.list() == []


UNCERTAIN = (
    Switches(),
    Switches(empty_digits_sent=False),
    Switches(client_first_status="in-progress"),
    Switches(interrupted_action_requested=False),
    Switches(hangup_action_requested=False),
    Switches(wait_request_names_conference=True),
    Switches(recording_survives_redirect=False),
)


@pytest.mark.parametrize("switches", UNCERTAIN)
def test_a_call_completes_under_each_switch_of_the_exchange(switches: Switches) -> None:
    """Contract I: silence, a key, a wait, a talk, a lost headset that comes back, and the end."""
    with opened(switches) as office:
        caller = office.dials(MAIN_DID)
        office.network.advance(20)
        office.network.press(caller, "1")
        office.network.advance(45)
        office.company.desk.set_ready("maya")
        agent = office.calls_in(office.accepts())
        first = office.network.exchange.ledger.hear_each_other(caller, agent)
        office.network.advance(10)
        office.network.hang_up(agent)
        office.network.settle()
        again = office.calls_in(
            granted(office.company.desk, "maya", "rejoin", office.call().id, tab="tab1")
        )
        second = office.network.exchange.ledger.hear_each_other(caller, again)
        office.network.advance(10)
        office.network.hang_up(caller)
        office.network.advance(30)

        assert first
        assert second
        state, facts = office.call().state, office.call().facts
        assert isinstance(state, Ended)
        assert (state.outcome, facts.wait_point) == ("answered", "sales")
        assert office.network.exchange.live() == ()
        assert office.call().out == ()
