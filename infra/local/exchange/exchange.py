"""The exchange: a whole telephone network, as one object.

Everything here happens on one thread (or under one lock). Phones, REST (`rest.api`) and the clock
call it; it calls phones, sound, and through the fetcher the customer's server. It holds no sockets,
no samples and no time of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from infra.local.exchange.account import Account, Sids
from infra.local.exchange.calls import Calls
from infra.local.exchange.conference_control import ConferenceControl
from infra.local.exchange.conferences import Conferences
from infra.local.exchange.context import Context
from infra.local.exchange.directory import Directory
from infra.local.exchange.far_ends import FarEnds
from infra.local.exchange.faults import FaultInjector, Faults
from infra.local.exchange.interfaces import (
    Clip,
    Clock,
    FarEnd,
    Fetcher,
    Heard,
    Phone,
    Said,
    Sound,
    Telephones,
)
from infra.local.exchange.inventory import Inventory
from infra.local.exchange.journal import Entry, Journal
from infra.local.exchange.key_ear import KeyEar
from infra.local.exchange.latency import Latency
from infra.local.exchange.ledger import Ledger
from infra.local.exchange.leg import BUSY_HERE, Leg, Status
from infra.local.exchange.limits import Limits
from infra.local.exchange.own_numbers import OwnNumberCall
from infra.local.exchange.queues import Queues
from infra.local.exchange.recordings import Recordings
from infra.local.exchange.switches import Switches, UnusedSwitches
from infra.local.exchange.verbs.table import PROMPT_VERBS, call_verbs
from infra.local.exchange.violations import Violation
from infra.local.exchange.webhook import Webhooks


class Exchange:
    def __init__(
        self,
        account: Account,
        clock: Clock,
        fetcher: Fetcher,
        sound: Sound,
        random: Random,
        latency: Latency | None = None,
        switches: Switches | None = None,
        limits: Limits | None = None,
        faults: Faults | None = None,
        unused_switches: UnusedSwitches | None = None,
        *,
        strict: bool = False,
    ) -> None:
        """`random` is where everything is drawn from: ids, delays and, apart from them, faults.

        `strict` refuses what would otherwise be taken, with a warning, and have no effect.
        """
        journal = Journal(clock)
        chosen = switches or Switches()
        # One source a purpose: one more GET, or another latency, changes no id.
        ids, delays, tokens, opaque, fault_random = (
            Random(random.getrandbits(64)) for _ in range(5)
        )
        self.context = Context(
            account=account,
            clock=clock,
            sound=sound,
            latency=latency or Latency(),
            switches=chosen,
            unused_switches=unused_switches or UnusedSwitches(),
            random=delays,
            tokens=tokens,
            sids=Sids(ids),
            journal=journal,
            ledger=Ledger(clock),
            webhooks=Webhooks(account, clock, fetcher, journal, chosen, opaque),
            inventory=Inventory(),
            telephones=Telephones(),
            limits=limits or Limits(),
            fault_injector=FaultInjector(faults or Faults(), fault_random),
            hearing_changed=self._hearing_changed,
            strict=strict,
        )
        self.queues = Queues(self.context)
        self.recordings = Recordings(self.context)
        self.conferences = Conferences(self.context, self.recordings, PROMPT_VERBS, self._end_call)
        self.conference_control = ConferenceControl(self.context, self.conferences)
        verbs = call_verbs(self.conferences, self.queues, self.recordings, self._end_call)
        self._far_ends = FarEnds(self.context, self.conferences)
        directory = Directory(
            self.context.telephones, self.context.inventory, self._own_number_call
        )
        self.calls = Calls(self.context, self.conferences, self.recordings, verbs, directory)

    def _own_number_call(self) -> Phone:
        return OwnNumberCall(self.context, self.calls, self._far_ends)

    def _hearing_changed(self, leg: str) -> None:
        self.calls.hearing_changed(leg)

    def _end_call(self, leg: Leg, status: Status) -> None:
        self.calls.end(leg, status)

    # --- phones ---

    def dial(self, caller: str, called: str, phone: FarEnd) -> str:
        """A street phone calls a number of the account. Returns the leg's sid (CA...)."""
        return self.calls.dial(caller, called, phone)

    def connect(
        self, identity: str, application_sid: str, parameters: Mapping[str, str], phone: FarEnd
    ) -> str:
        """A Voice SDK client's `device.connect`: runs the TwiML application (J10)."""
        return self.calls.connect(identity, application_sid, parameters, phone)

    def register(self, identity: str, phone: Phone) -> None:
        """One more device under this identity; repeating it changes nothing."""
        _add(self.context.telephones.clients, identity, phone)

    def unregister(self, identity: str, phone: Phone) -> None:
        _remove(self.context.telephones.clients, identity, phone)

    def plug_in(self, number: str, phone: Phone) -> None:
        """One more outside telephone that rings when this number is called, as `register`."""
        _add(self.context.telephones.numbers, number, phone)

    def unplug(self, number: str, phone: Phone) -> None:
        _remove(self.context.telephones.numbers, number, phone)

    def answered(self, leg: str, phone: FarEnd | None = None) -> bool:
        """A ringing phone answers; name the phone when several devices ring.

        False: the call is over, or another phone has taken it.
        """
        return self.calls.answered(leg, phone)

    def rejected(self, leg: str, phone: FarEnd | None = None, sip_code: str = BUSY_HERE) -> None:
        """A ringing phone does not take the call; without a phone, none of them does."""
        self.calls.rejected(leg, phone, sip_code)

    def unreachable(self, leg: str) -> None:
        """The network finds nobody under that number (404)."""
        self.calls.unreachable(leg)

    def press(self, leg: str, digit: str) -> None:
        self.calls.press(leg, digit)

    def hang_up(self, leg: str) -> None:
        """The far end hangs up. Repeating it changes nothing."""
        self.calls.hang_up(leg)

    def speak(self, leg: str, clip: Clip, times: int = 1) -> None:
        """A far end without a person makes this sound; before its answer it is early media."""
        self._far_ends.speak(self.leg(leg), clip, times)

    def fall_silent(self, leg: str) -> None:
        self._far_ends.fall_silent(self.leg(leg))

    def listen_for_keys(self, leg: str, on_key: Callable[[str], None]) -> KeyEar:
        """Of those that the leg's far end hears."""
        return KeyEar(self.context, leg, lambda: self.hears(leg), on_key)

    def says_nothing_more(self, leg: str) -> None:
        """The far end says nothing any more: a recording of its words ends by itself."""
        self.calls.legs[leg].silent = True

    # --- looking ---

    def hears(self, leg: str) -> Heard:
        return self.calls.heard(leg)

    def says(self) -> Mapping[str, Said]:
        """What far ends without a person or a connection say now, by leg."""
        return self._far_ends.says()

    def leg(self, sid: str) -> Leg:
        """Raises KeyError."""
        return self.calls.legs[sid]

    def live(self) -> tuple[Leg, ...]:
        """Legs that are not over, oldest first."""
        return tuple(leg for leg in self.calls.legs.values() if not leg.over)

    def end_all(self) -> None:
        """The exchange is being shut down: every live leg ends."""
        for leg in self.live():
            self.calls.end(leg, Status.COMPLETED if leg.answered else Status.CANCELED)

    def observe(self, observer: Callable[[Entry], None]) -> Callable[[], None]:
        """Be told of each journal entry; returns what ends it."""
        return self.context.journal.observe(observer)

    @property
    def account(self) -> Account:
        return self.context.account

    @property
    def journal(self) -> Journal:
        return self.context.journal

    @property
    def ledger(self) -> Ledger:
        return self.context.ledger

    @property
    def telephones(self) -> Telephones:
        return self.context.telephones

    @property
    def violations(self) -> tuple[Violation, ...]:
        """What was wrong with TwiML and REST so far: a test asserts that there is nothing."""
        return tuple(self.context.violations)


def _add(phones: dict[str, list[Phone]], address: str, phone: Phone) -> None:
    known = phones.setdefault(address, [])
    if phone not in known:
        known.append(phone)


def _remove(phones: dict[str, list[Phone]], address: str, phone: Phone) -> None:
    known = phones.get(address, [])
    if phone in known:
        known.remove(phone)
