"""The people of the stories: callers in the street, agents at their desks.

They act only as people can: a caller has a telephone, an agent a page and a headset. What they
hear comes from the exchange's own ledger, never from what the product thinks.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from app.domain import agent as a
from app.domain.access import Person, Refused
from app.domain.call import CALLER, Call
from app.domain.commands import Pending, Refresh
from app.domain.states import Offered, Parked
from app.domain.verbs import TABLE
from app.ports import CarrierUnsure, WholeCall
from app.service.desk import Grant
from infra.local.exchange.interfaces import Playing
from infra.local.exchange.journal import Captioned, ConferenceChanged
from infra.local.exchange.ledger import Hearing
from infra.local.exchange.phones import OnRing
from infra.local.exchange.recording import RecordingState
from tests.stories.company import SALES
from tests.support.verbs import click, granted

if TYPE_CHECKING:
    from tests.stories.office import Office

HOME = "+442079460142"  # of somebody outside who can be called
BRANCH = "+442079460143"  # … and of somebody else


class Caller:
    def __init__(self, office: Office, number: str) -> None:
        self.office = office
        self.number = number
        self.leg = ""
        self._since = -1

    # --- doing ------------------------------------------------------------------------------

    def dials(self, did: str) -> None:
        self._since = self.office.network.exchange.journal.entries()[-1:][0].sequence
        self.leg = self.office.network.dial(self.number, did)
        self.office.settles()

    def presses(self, keys: str) -> None:
        self._mark()
        self.office.network.press(self.leg, keys)
        self.office.settles()

    def stays_silent(self, seconds: float = 12) -> None:
        self._mark()
        self.office.passes(seconds)

    def hangs_up(self) -> None:
        self.office.network.hang_up(self.leg)
        self.office.settles()

    # --- hearing ----------------------------------------------------------------------------

    def hears(self, words: str) -> None:
        """These words were begun since the caller last did something."""
        said = self._captions()
        assert any(words in text for text in said), f"{self.number} heard {said}, not {words!r}"

    def does_not_hear(self, words: str) -> None:
        said = self._captions()
        assert not any(words in text for text in said), f"{self.number} heard {said}"

    def heard_at(self, words: str, begun: datetime) -> list[float]:
        """When these words were begun, in seconds after `begun`."""
        return [
            (entry.at - begun).total_seconds()
            for entry in self.office.network.exchange.journal.entries(self._since)
            if isinstance(entry.news, Captioned)
            and entry.news.leg == self.leg
            and words in entry.news.caption
        ]

    def hears_music(self) -> None:
        heard = self.office.network.exchange.hears(self.leg)
        assert isinstance(heard, Playing), heard
        assert heard.clip.caption.startswith("♪"), heard

    def waits(self) -> None:
        """In the carrier's queue: not cut off, not talking."""
        assert self.call.position is not None, self.call.state
        assert not self.is_talking, self.call.state

    def talks_to(self, other: AgentPerson | Caller) -> None:
        ledger = self.office.network.exchange.ledger
        assert ledger.hear_each_other(self.leg, other.leg), (
            ledger.intervals(self.leg)[-3:],
            ledger.intervals(other.leg)[-3:],
        )

    def never_heard(self, other: AgentPerson | Caller) -> None:
        heard = self.office.network.exchange.ledger.intervals(self.leg)
        assert not [one for one in heard if other.leg in one.legs], heard

    def hears_voice_of(self, *others: AgentPerson | Caller) -> None:
        """Of these, and of nobody else."""
        heard = self.office.network.exchange.ledger.latest(self.leg)
        assert heard is not None
        assert heard.until is None, heard
        assert set(heard.legs) == {other.leg for other in others}, heard

    def heard_voices_without_a_gap(self, since: datetime) -> None:
        heard = self.office.network.exchange.ledger.intervals(self.leg)
        lately = [one for one in heard if one.until is None or one.until > since]
        assert all(one.hearing is Hearing.VOICES for one in lately), lately

    def is_refreshed_again(self) -> None:
        """A Refresh that was carried out takes effect once more, late (a repeated request)."""
        carrier = self.office.services.ports.carrier
        with suppress(CarrierUnsure):  # an environment may lose the answer of what took effect
            carrier.perform(self.call, Pending(f"{CALLER}:0:refresh", Refresh(CALLER)))
        self.office.settles()

    def is_cut_off(self) -> None:
        assert self.office.network.exchange.leg(self.leg).over

    def never_sat_in_silence(self, longer_than_seconds: float) -> None:
        longest = self.office.network.exchange.ledger.longest_silence_seconds(self.leg)
        assert longest <= longer_than_seconds, longest

    def came_into_the_room(self) -> int:
        """How often."""
        entries = (entry.news for entry in self.office.network.exchange.journal.entries())
        return sum(
            isinstance(news, ConferenceChanged)
            and (news.event, news.leg) == ("participant-join", self.leg)
            for news in entries
        )

    def is_not_recorded(self) -> None:
        with self.office.network.locked() as exchange:
            kept = exchange.recordings.of_leg(self.leg)
        assert not [recording for recording in kept if recording.running], kept

    def is_recorded_with_silence(self) -> None:
        """A recording runs and is paused: silence is put down, no sound."""
        with self.office.network.locked() as exchange:
            kept = exchange.recordings.of_leg(self.leg)
        assert [one.state for one in kept if one.running] == [RecordingState.PAUSED], kept

    def is_recorded(self) -> None:
        with self.office.network.locked() as exchange:
            kept = exchange.recordings.of_leg(self.leg)
        assert [one.state for one in kept if one.running] == [RecordingState.IN_PROGRESS], kept

    @property
    def is_talking(self) -> bool:
        heard = self.office.network.exchange.ledger.intervals(self.leg)
        return bool(heard and heard[-1].until is None and heard[-1].legs)

    # --- what the company has of it ---------------------------------------------------------

    @property
    def call_id(self) -> str:
        return self.leg[2:]

    @property
    def call(self) -> Call:
        return self.office.services.switchboard.load(self.call_id).call

    @property
    def record(self) -> WholeCall:
        whole = self.office.services.ports.register.get(self.call_id)
        assert whole is not None, "the register knows nothing of this call"
        return whole

    def _captions(self) -> list[str]:
        entries = self.office.network.exchange.journal.entries(self._since)
        return [
            entry.news.caption
            for entry in entries
            if isinstance(entry.news, Captioned) and entry.news.leg == self.leg
        ]

    def _mark(self) -> None:
        self._since = self.office.network.exchange.journal.entries()[-1].sequence


class CalledPerson(Caller):
    """Somebody outside whose telephone can be called; `on_ring`: what it does by itself."""

    def __init__(self, office: Office, number: str, on_ring: OnRing = OnRing.IGNORE) -> None:
        super().__init__(office, number)
        self.telephone = office.network.street_phone(number, on_ring)

    def is_rung(self) -> str:
        """The number that is seen there."""
        assert self.telephone.leg is not None, f"nobody calls {self.number}"
        self.leg = self.telephone.leg
        return self.telephone.caller

    def is_not_rung(self) -> None:
        assert self.telephone.rings == 0, f"{self.telephone.caller} has called {self.number}"

    def picks_up(self) -> None:
        self.is_rung()
        with self.office.network.locked() as exchange:
            exchange.answered(self.leg, self.telephone)
        self.office.settles()

    def declines(self) -> None:
        self.is_rung()
        with self.office.network.locked() as exchange:
            exchange.rejected(self.leg, self.telephone)
        self.office.settles()

    @property
    def call_id(self) -> str:
        return self.office.called_out[-1]


class AgentPerson:
    def __init__(self, office: Office, agent_id: str) -> None:
        self.office = office
        self.id = agent_id
        self.leg = ""
        self.grant: Grant | None = None
        self.tabs = 0
        self.at_desk = False
        self.telephone = office.network.phone(OnRing.IGNORE)

    # --- presence ---------------------------------------------------------------------------

    def is_ready(self) -> None:
        self.at_desk = True
        self.office.services.desk.set_ready(self.id)
        self.office.settles()

    def takes_a_break(self, reason: str = "lunch") -> None:
        self.office.services.desk.set_away(self.id, reason)
        self.office.settles()

    def goes_home(self) -> None:
        self.office.services.desk.set_offline(self.id)
        self.office.settles()

    def closes_the_laptop(self) -> None:
        """No sign of life any more, and no goodbye either."""
        self.at_desk = False

    def opens_the_desk(self) -> None:
        """The page is open; nothing is asked for."""
        self.at_desk = True

    def sets_status_of(self, colleague: AgentPerson, wish: str) -> None:
        self.office.services.staff.set_status(self.person, colleague.id, wish)
        self.office.settles()

    def cannot_set_status_of(self, colleague: AgentPerson, wish: str) -> str:
        """The reason why not."""
        return self._refused(lambda: self.sets_status_of(colleague, wish), "set a status")

    # --- offers -----------------------------------------------------------------------------

    def rings(self) -> Call:
        state = self.office.services.desk.state(self.id)
        assert state.call is not None, f"{self.id}'s desk is not ringing: {state}"
        assert self._leg_of_offer(state.call), state.call.state
        return state.call

    def is_quiet(self) -> None:
        state = self.office.services.desk.state(self.id)
        ringing = state.call is not None and self._leg_of_offer(state.call)
        assert not ringing, f"{self.id}'s desk is ringing"

    def _leg_of_offer(self, call: Call) -> str:
        """As which that call is presented to this agent; empty: it is not."""
        offered = call.offered_to
        return offered[1] if offered is not None and offered[0] == self.id else ""

    def answers(self) -> None:
        self.accepts()
        self.connects()

    # --- on a telephone ---------------------------------------------------------------------

    def has_a_telephone(
        self, number: str, on_ring: OnRing = OnRing.IGNORE, after_seconds: float = 0.0
    ) -> None:
        """An outside telephone, and what it does by itself when it rings."""
        self.telephone = self.office.network.street_phone(number, on_ring, after_seconds)

    def has_a_client(self) -> None:
        """An app with the Voice SDK, registered under the agent's own identity."""
        self.telephone = self.office.network.client(f"{self.id}_app", OnRing.IGNORE)

    def picks_up(self) -> None:
        """The telephone that rings is answered; nobody is connected by that alone."""
        assert self.telephone.leg is not None, f"{self.id}'s telephone does not ring"
        self.leg = self.telephone.leg
        with self.office.network.locked() as exchange:
            exchange.answered(self.leg, self.telephone)
        self.office.settles()

    def rejects(self) -> None:
        assert self.telephone.leg is not None
        with self.office.network.locked() as exchange:
            exchange.rejected(self.telephone.leg, self.telephone)
        self.office.settles()

    def presses(self, keys: str) -> None:
        self.office.network.press(self.leg, keys)
        self.office.settles()

    def hangs_up_the_telephone(self) -> None:
        self.office.network.hang_up(self.leg)
        self.office.settles()

    def sees_the_offer(self) -> None:
        """The page has it on the screen, and says so."""
        call = self.rings()
        self.office.services.desk.report_offer_shown(self.id, call.id, self._leg_of_offer(call))
        self.office.settles()

    def hears(self, words: str) -> None:
        entries = self.office.network.exchange.journal.entries()
        said = [
            n.news.caption
            for n in entries
            if isinstance(n.news, Captioned) and n.news.leg == self.leg
        ]
        assert any(words in text for text in said), f"{self.id} heard {said}, not {words!r}"

    def accepts(self) -> None:
        call = self.rings()
        self.accepts_leg(call.id, self._leg_of_offer(call))

    def accepts_leg(self, call_id: str, leg: str) -> None:
        """The click alone: what it accepts is on the page already."""
        self.grant = self._accept(call_id, leg)
        self.office.settles()

    def tries_to_accept(self, call: Call) -> str:
        """The reason why not."""
        assert isinstance(call.state, Offered)
        try:
            self.grant = self._accept(call.id, call.state.leg)
        except Refused as refused:
            return str(refused)
        return ""

    def connects(self) -> None:
        """The browser calls in, as it was let in."""
        assert self.grant is not None
        self.leg = self.office.connects(f"{self.id}_tab{self.tabs}", self.grant)
        self.office.settles()

    def declines(self) -> None:
        call = self.rings()
        leg = self._leg_of_offer(call)
        click(self.office.services.desk, self.id, "decline", call.id, leg=leg)
        self.office.settles()

    # --- calling out ------------------------------------------------------------------------

    def calls(self, number: str) -> None:
        """The click, and the browser that calls in."""
        self.clicks_call(number)
        self.connects()

    def clicks_call(self, number: str) -> None:
        self.grant = self.office.services.outgoing.call(self.person, number, f"tab{self.tabs}")
        if self.grant.call not in self.office.called_out:
            self.office.called_out.append(self.grant.call)
        self.office.settles()

    def cannot_call(self, number: str) -> str:
        """The reason why not."""
        return self._refused(lambda: self.clicks_call(number), f"call {number}")

    # --- picking up -------------------------------------------------------------------------

    def clicks_pick_up(self, call_id: str = "") -> None:
        """The click alone: of that call, or of any."""
        pickup, tab = self.office.services.pickup, f"tab{self.tabs}"
        if call_id:
            self.grant = pickup.pick_up(self.person, call_id, tab)
        else:
            self.grant = pickup.pick_up_any(self.person, tab)
        self.office.settles()

    def picks_up_call(self, call_id: str = "") -> None:
        """The click, and the browser that calls in."""
        self.clicks_pick_up(call_id)
        self.connects()

    def cannot_pick_up(self, call_id: str = "") -> str:
        """The reason why not."""
        return self._refused(lambda: self.clicks_pick_up(call_id), "pick up")

    # --- supervising ------------------------------------------------------------------------

    def listens_to(self, call_id: str) -> None:
        """The click, and the browser that calls in."""
        self.clicks_listen(call_id)
        self.connects()

    def clicks_listen(self, call_id: str) -> None:
        self.grant = self._asks("supervise", call_id)
        self.office.settles()

    def cannot_listen_to(self, call_id: str) -> str:
        """The reason why not."""
        return self._refused(lambda: self.clicks_listen(call_id), "listen")

    def listens_only(self) -> None:
        self.clicks_as_supervisor("listen")

    def coaches(self) -> None:
        self.clicks_as_supervisor("coach")

    def joins_in(self) -> None:
        self.clicks_as_supervisor("barge")

    def takes_over(self) -> None:
        self.clicks_as_supervisor("take-over")

    def stops_listening(self) -> None:
        self.clicks_as_supervisor("stop-listening")

    def hears_voice_of(self, *others: AgentPerson | Caller) -> None:
        """Of these, and of nobody else."""
        heard = self.office.network.exchange.ledger.latest(self.leg)
        assert heard is not None
        assert heard.until is None, heard
        assert set(heard.legs) == {other.leg for other in others}, heard

    def never_heard(self, other: AgentPerson | Caller) -> None:
        heard = self.office.network.exchange.ledger.intervals(self.leg)
        assert not [one for one in heard if other.leg in one.legs], heard

    def clicks_as_supervisor(self, verb: str) -> None:
        self._asks(verb, self._talking_in())
        self.office.settles()

    def _asks(self, verb: str, call_id: str) -> Grant | None:
        desk = self.office.services.desk
        return desk.do(self.person, call_id, TABLE[verb], tab=f"tab{self.tabs}")

    # --- in the call ------------------------------------------------------------------------

    def hangs_up(self) -> None:
        assert self.grant is not None
        click(self.office.services.desk, self.id, "end", self.grant.call)
        self.office.settles()

    def holds(self) -> None:
        self.clicks_in("hold", self._talking_in())

    def retrieves(self) -> None:
        self.clicks_in("retrieve", self._talking_in())

    def switches_to(self, other: Caller | CalledPerson) -> None:
        """The click, and the browser that calls in: the call of before is on hold."""
        self.clicks_switch(other.call.id)
        self.connects()

    def clicks_switch(self, call_id: str) -> None:
        desk, tab = self.office.services.desk, f"tab{self.tabs}"
        self.grant = granted(desk, self.id, "switch", call_id, tab=tab)
        self.office.settles()

    def cannot_switch_to(self, call_id: str) -> str:
        """The reason why not."""
        return self._refused(lambda: self.clicks_switch(call_id), "switch")

    def ends(self, other: Caller | CalledPerson) -> None:
        """The call of that line, which may be on hold."""
        self.clicks_in("end", other.call.id)

    @property
    def lines(self) -> tuple[str, ...]:
        """The calls that are on hold for this agent, who is on another."""
        return self.office.services.ports.agents.get(self.id).lines

    def records(self) -> None:
        self.clicks_in("record", self._talking_in())

    def stops_recording(self) -> None:
        self.clicks_in("stop-recording", self._talking_in())

    def pauses_recording(self) -> None:
        self.clicks_in("pause-recording", self._talking_in())

    def resumes_recording(self) -> None:
        self.clicks_in("resume-recording", self._talking_in())

    def parks(self) -> int:
        """At which slot."""
        call = self._talking_in()
        self.clicks_in("park", call)
        state = self.office.services.switchboard.load(call).call.state
        assert isinstance(state, Parked), state
        return state.slot

    def transfers_to(self, target: str) -> None:
        call = self._talking_in()
        click(self.office.services.desk, self.id, "transfer", call, target=target)
        self.office.settles()

    def cannot_transfer_to(self, target: str) -> str:
        """The reason why not."""
        return self._refused(lambda: self.transfers_to(target), f"transfer to {target}")

    def consults(self, number: str, route: str = "") -> None:
        """The caller on hold, and that number is called into the room."""
        outgoing, call = self.office.services.outgoing, self._talking_in()
        outgoing.consult(self.person, call, TABLE["consult"], number, route)
        self.office.settles()

    def cannot_consult(self, number: str) -> str:
        """The reason why not."""
        return self._refused(lambda: self.consults(number), f"consult {number}")

    def withdraws(self) -> None:
        """From the call of a colleague, who consults this agent, or did."""
        state = self.office.services.desk.state(self.id)
        assert state.call is not None
        self.clicks_in("withdraw", state.call.id)

    def swaps(self) -> None:
        self.clicks_in("swap", self._talking_in())

    def swaps_back(self) -> None:
        self.clicks_in("swap-back", self._talking_in())

    def joins_all(self) -> None:
        self.clicks_in("join", self._talking_in())

    def completes(self) -> None:
        self.clicks_in("complete", self._talking_in())

    def cancels(self) -> None:
        self.clicks_in("cancel", self._talking_in())

    def leaves(self) -> None:
        self.clicks_in("leave", self._talking_in())

    def removes(self, guest: CalledPerson) -> None:
        """Out of the conference."""
        self._clicks_beside("remove", guest)

    def mutes(self, guest: CalledPerson | AgentPerson) -> None:
        self._clicks_beside("mute-guest", guest)

    def unmutes(self, guest: CalledPerson | AgentPerson) -> None:
        self._clicks_beside("unmute-guest", guest)

    def _clicks_beside(self, verb: str, guest: CalledPerson | AgentPerson) -> None:
        call = self.office.services.switchboard.load(self._talking_in()).call
        target = next(one.id for one in call.legs if one.sid == guest.leg)
        click(self.office.services.desk, self.id, verb, call.id, target=target)
        self.office.settles()

    def cannot(self, verb: str) -> str:
        """The reason why not."""
        return self._refused(lambda: self.clicks_in(verb, self._talking_in()), verb)

    def clicks_in(self, verb: str, call: str) -> None:
        click(self.office.services.desk, self.id, verb, call)
        self.office.settles()

    def _talking_in(self) -> str:
        assert isinstance(self.presence, a.OnCall), self.presence
        return self.presence.call

    def reloads_the_page(self, *, says_goodbye: bool = True) -> None:
        """The page goes: its leg ends, now (and it says so) or when the carrier notices."""
        assert self.grant is not None
        if says_goodbye:
            desk = self.office.services.desk
            desk.report_headset_lost(self.id, self.grant.call, self.grant.headset, "page closed")
            self.office.network.hang_up(self.leg)
        self.office.settles()

    def asks_to_come_back(self) -> Grant:
        assert self.grant is not None
        desk, tab = self.office.services.desk, f"tab{self.tabs}"
        self.grant = granted(desk, self.id, "rejoin", self.grant.call, tab=tab)
        self.office.settles()
        return self.grant

    def comes_back(self) -> None:
        self.asks_to_come_back()
        self.connects()

    def loses_the_connection(self) -> None:
        self.office.network.hang_up(self.leg)
        self.office.settles()

    # --- being ------------------------------------------------------------------------------

    @property
    def person(self) -> Person:
        """As the plan has this agent."""
        member = self.office.services.ports.directory.head().member(self.id)
        assert member is not None
        return Person(self.id, member.name, member.role)

    @property
    def presence(self) -> a.Presence:
        return self.office.services.ports.agents.get(self.id).presence

    def is_in(self, presence: type[a.Presence]) -> None:
        assert isinstance(self.presence, presence), self.presence

    def is_cut_off(self) -> None:
        assert self.office.network.exchange.leg(self.leg).over

    def _refused(self, asking: Callable[[], object], what: str) -> str:
        """The reason why this agent cannot do that."""
        try:
            asking()
        except Refused as refused:
            return str(refused)
        raise AssertionError(f"{self.id} could {what}")

    def _accept(self, call_id: str, leg: str) -> Grant:
        desk, tab = self.office.services.desk, f"tab{self.tabs}"
        return granted(desk, self.id, "accept", call_id, leg=leg, tab=tab)


def talk(office: Office) -> tuple[Caller, AgentPerson]:
    """A caller has talked to Anna for five seconds, on a line that is recorded."""
    caller, anna = office.caller(), office.agent("anna")
    anna.is_ready()
    caller.dials(SALES)
    anna.answers()
    office.passes(5)
    caller.talks_to(anna)
    return caller, anna


def rung(office: Office) -> tuple[CalledPerson, AgentPerson]:
    """Anna, who is available, calls somebody outside, whose telephone rings."""
    eleanor, anna = office.outside(HOME), office.agent("anna")
    anna.is_ready()
    anna.calls(HOME)
    office.passes(3)
    eleanor.is_rung()
    return eleanor, anna


def talking(office: Office) -> tuple[CalledPerson, AgentPerson]:
    """Whoever was called has answered, and the two have talked for five seconds."""
    eleanor, anna = rung(office)
    eleanor.picks_up()
    office.passes(5)
    return eleanor, anna


def consult_rings(office: Office) -> tuple[Caller, AgentPerson, CalledPerson]:
    """Anna has put her caller on hold, and it rings at somebody outside."""
    (caller, anna), eleanor = talk(office), office.outside(HOME)
    anna.consults(HOME)
    office.passes(3)
    return caller, anna, eleanor


def consulting(office: Office) -> tuple[Caller, AgentPerson, CalledPerson]:
    """Anna has put her caller on hold and talks to somebody outside."""
    caller, anna, eleanor = consult_rings(office)
    eleanor.picks_up()
    office.passes(3)
    eleanor.talks_to(anna)
    return caller, anna, eleanor


def in_conference(office: Office) -> tuple[Caller, AgentPerson, CalledPerson]:
    """Anna has joined her caller and somebody outside."""
    caller, anna, eleanor = consulting(office)
    anna.joins_all()
    office.passes(3)
    return caller, anna, eleanor


def consulted(office: Office, anna: AgentPerson, number: str) -> CalledPerson:
    """Somebody outside whom the agent consults, and who has answered."""
    other = office.outside(number)
    anna.consults(number)
    office.passes(3)
    other.picks_up()
    office.passes(3)
    return other
