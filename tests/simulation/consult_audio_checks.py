"""What is heard and recorded while an agent consults somebody (R11, C4, R3).

Who hears whom, what rings, which recording runs and who sits in silence is the exchange's own;
whether caller and consulted may hear each other is said by the agents' clicks.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.domain.call import Call
from infra.local.exchange.interfaces import Heard, Ringback, Voices
from infra.local.exchange.journal import Entry, RecordingChanged
from infra.local.exchange.latency import MODELLED
from infra.local.exchange.ledger import Hearing
from tests.simulation.consultations import Consultation, Consultations
from tests.simulation.deployment import Deployment
from tests.simulation.reference import Disagreement
from tests.simulation.register_checks import BY_COMMAND

OVERHEARD = "caller and consulted hear each other only where the agent joined or left them"
RINGING = "a caller hears nothing of who is called to be consulted"
UNTOLD = "who was not told is not recorded"
SILENT = "a caller does not sit in silence while the agent consults"

# A hold and an unhold that are accepted one after the other take effect within this span.
CHANGE_SECONDS = MODELLED.change.high_seconds - MODELLED.change.low_seconds + 0.001
APART_SECONDS = 2.0  # from the wish that the two are apart again: one request, or two
PAUSED_SECONDS = 0.5  # from the first word that is heard, of a recording
QUIET_SECONDS = 1.0
TURNS_SECONDS = 3.0  # where other tasks may run first: two functions, 1.5 s each


class ConsultAudioChecks:
    def __init__(self, deployment: Deployment, consultations: Consultations) -> None:
        self._deployment = deployment
        self._world = deployment.world
        self._consultations = consultations
        self._hears: dict[tuple[str, str], datetime] = {}  # caller and consulted, either way
        self._rings: dict[str, datetime] = {}  # by caller who hears it ring
        self._runs: set[str] = set()  # customers of whom a recording runs
        self._untold: dict[str, datetime] = {}  # by caller: recorded, with somebody consulted
        self._tolerance = 0.0
        self._is_faultless = True
        deployment.on_heard.append(self._on_heard)
        deployment.exchange.observe(self._on_entry)

    # --- what happens -----------------------------------------------------------------------

    def _on_heard(self, leg: str, heard: Heard) -> None:
        voices = heard.legs if isinstance(heard, Voices) else ()
        for one in self._concerned(leg):
            caller = self._deployment.customers.leg_of(one.call)
            other = caller if leg == one.leg else one.leg
            self._begins(self._hears, (leg, other), is_so=other in voices)
            if leg == caller:
                is_tone = isinstance(heard, Ringback)
                is_tone = is_tone or (isinstance(heard, Voices) and heard.ringback)
                is_apart = one.answered is None and one.together is None
                self._begins(self._rings, leg, is_so=is_tone and is_apart)
            self._follow_recording(one)

    def _concerned(self, leg: str) -> list[Consultation]:
        one = self._consultations.of_leg(leg)
        if one is not None:
            return [one]
        call_id = self._deployment.customers.call_of(leg)
        return [one for one in self._consultations.of_call(call_id) if one.leg]

    def _on_entry(self, entry: Entry) -> None:
        match entry.news:
            case RecordingChanged(recording=sid, leg=str(leg), status=status):
                if self._deployment.customers.is_consulted(leg):
                    self._violate(UNTOLD, "C4", self._name(leg), "records it", "records nothing")
                if self._deployment.exchange.recordings.recordings[sid].source == BY_COMMAND:
                    (self._runs.add if status == "in-progress" else self._runs.discard)(leg)
                    for one in self._concerned(leg):
                        self._follow_recording(one)
            case _:
                pass

    def _follow_recording(self, one: Consultation) -> None:
        caller = self._deployment.customers.leg_of(one.call)
        is_heard = any(
            ((caller, each.leg) in self._hears or (each.leg, caller) in self._hears)
            and not self._deployment.exchange.leg(each.leg).over
            for each in self._consultations.of_call(one.call)
            if each.leg and not each.colleague  # of the company: the recording goes on (R19)
        )
        self._begins(self._untold, caller, is_so=is_heard and caller in self._runs)

    def _begins(self, since: dict, key, *, is_so: bool) -> None:  # type: ignore[no-untyped-def,type-arg]
        """Or ends: then it is judged for the last time."""
        if is_so:
            since.setdefault(key, self._world.now())
        elif key in since:
            self._judge()
            del since[key]

    # --- judging ----------------------------------------------------------------------------

    def check(self, live: Iterable[Call], tolerance: float, *, is_faultless: bool) -> None:
        """Once a second. `live`: the calls that have not ended."""
        self._tolerance, self._is_faultless = tolerance, is_faultless
        self._judge()
        for call in live:
            self._check_silence(call)

    def _judge(self) -> None:
        for (leg, other), since in self._hears.items():
            one = self._consultations.of_leg(leg) or self._consultations.of_leg(other)
            if one is not None:
                self._judge_pair(one, since, self._until(leg, other))
        for caller, since in self._rings.items():
            if _seconds(since, self._until(caller)) > CHANGE_SECONDS:
                self._violate(RINGING, "R11", self._name(caller), "lets it hear", "says nothing")
        for caller, since in self._untold.items():
            most = PAUSED_SECONDS if self._is_faultless else APART_SECONDS + self._tolerance
            seconds = _seconds(since, self._until(caller))
            if seconds > most:
                self._violate(
                    UNTOLD,
                    "C4",
                    self._name(caller),
                    f"records it with who is consulted, for {seconds:.1f} s",
                    "pauses it before that",
                )

    def _until(self, *legs: str) -> datetime:
        """Now, or the end of one of these legs: after that it hears nobody."""
        ended = (self._deployment.exchange.leg(leg).ended_at for leg in legs)
        return min([self._world.now(), *(at for at in ended if at is not None)])

    def _judge_pair(self, one: Consultation, since: datetime, now: datetime) -> None:
        """Before the agent let them together, and after the agent wanted them apart."""
        before = _seconds(since, min(now, one.together or now))
        after = _seconds(max(since, one.apart), now) if one.apart is not None else 0.0
        most = CHANGE_SECONDS if one.together is None else APART_SECONDS + self._tolerance
        if before > CHANGE_SECONDS or after > most:
            self._violate(
                OVERHEARD,
                "R11",
                f"{self._name(self._deployment.customers.leg_of(one.call))} and {one.number}",
                f"lets one hear the other for {max(before, after):.2f} s",
                "lets nobody hear the other",
            )

    def _check_silence(self, call: Call) -> None:
        exchange, leg = self._deployment.exchange, self._deployment.customers.leg_of(call.id)
        rooms = exchange.conferences.participants
        is_there = any(one.leg in rooms for one in self._consultations.of_call(call.id))
        if leg not in rooms or not is_there:
            return
        last = exchange.ledger.latest(leg)
        if last is None or last.hearing is not Hearing.SILENCE:
            return
        seconds = _seconds(last.since, self._world.now())
        if seconds > self._quiet_seconds():
            said = f"lets it hear nothing for {seconds:.1f} s"
            self._violate(SILENT, "R3", self._name(leg), said, "lets it hear music or voices")

    def _quiet_seconds(self) -> float:
        if not self._is_faultless:
            return QUIET_SECONDS + self._tolerance
        return QUIET_SECONDS + (0.0 if self._deployment.cloud.is_in_turn else TURNS_SECONDS)

    def _name(self, leg: str) -> str:
        return self._deployment.names.of(leg)

    def _violate(self, name: str, rule: str, what: str, product: str, says: str) -> None:
        self._world.violate(name, str(Disagreement(rule, what, product, says)))


def _seconds(since: datetime, until: datetime) -> float:
    return max(0.0, (until - since).total_seconds())
