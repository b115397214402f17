"""A supervisor of the random worlds: listens now and then, coaches, joins in, stops, or is lost."""

from __future__ import annotations

from functools import partial

from app.domain import agent as a
from app.domain.access import Person as User
from app.domain.dialplan import Member
from app.domain.states import InConversation
from app.domain.verbs import TABLE
from app.service.desk import Grant
from tests.simulation.cloud import Instance
from tests.simulation.deployment import Deployment
from tests.simulation.people import Agent

WORKS_CHANCE = 0.6  # of a world
VERBS = {  # at each look
    "listen": 0.3,
    "coach": 0.4,
    "barge": 0.3,
    "take-over": 0.08,
    "stop-listening": 0.2,
}
ENDS_CHANCE = 0.25  # a call that was taken over, at each look


class Supervisor(Agent):
    """On no queue, and offline but for what they listen to, or have taken over."""

    looks_seconds = (2.0, 20.0)
    wants = ""  # the call to listen to next

    def __init__(self, deployment: Deployment, member: Member) -> None:
        super().__init__(deployment, member)
        self._user = User(member.id, member.name, "supervisor")

    def lives(self) -> None:
        while not self.is_gone:
            self.sleeps(*self.looks_seconds)
            state = self.asks("looks", lambda i: i.services.desk.state(self.id))
            if state is None or self.is_gone:
                continue
            match state.agent.presence:
                case a.OnCall(call=call, supervises=True):
                    self.supervises(call)
                case a.OnCall(call=call):
                    self.has_taken_over(call)
                case a.WrapUp():
                    self.asks("offline", lambda i: i.services.desk.set_offline(self.id))
                case _:
                    self.begins()

    def begins(self) -> None:
        """To listen to somebody, as the page lists them."""
        calls = [c.id for c in self.deployment.switch.all_calls if _talks(c.state)]
        is_wanted = self.wants in calls
        if not calls or not (self.happens("listens", 0.5) or is_wanted):
            return
        call = self.world.choices.pick(self._next("which"), sorted(calls))
        if is_wanted:
            call, self.wants = self.wants, ""
        grant = self.asks("supervise", lambda i: self._does(i, "supervise", call))
        if grant is not None:
            self.connects(grant)

    def connects(self, grant: Grant) -> None:
        self.grant = grant
        if self.happens("no microphone", 0.05):
            self.leaves(grant, "no microphone")
            return
        if self.happens("crashes", 0.05):
            self.says("sees the page crash")
            return
        self.sleeps(0.05, 1.5)
        said = {"call": grant.call, "headset": grant.headset, "nonce": grant.nonce}
        who = self.world.numbered(f"{self.name}-leg")
        self.leg = self.deployment.connect(who, f"{self.id}_tab0", said)
        self.deployment.customers.supervises(self.leg, grant.call)
        self.says(f"connects as {grant.headset}")

    def supervises(self, call: str) -> None:
        if self.is_cut_off or self.happens("loses network", 0.05):
            self.deployment.exchange.hang_up(self.leg)
        elif self.grant is not None and self.happens("reloads", 0.05):
            self.leaves(self.grant, "page closed")
            self.deployment.exchange.hang_up(self.leg)
        else:
            for verb, chance in VERBS.items():
                if self.happens(f"uses {verb}", chance):
                    self.asks(verb, partial(self._does, verb=verb, call=call))

    def has_taken_over(self, call: str) -> None:
        if self.is_cut_off or self.happens("loses network", 0.05):
            self.deployment.exchange.hang_up(self.leg)
        elif self.happens("ends it", ENDS_CHANCE):
            self.asks("end", partial(self._does, verb="end", call=call))

    def _does(self, instance: Instance, verb: str, call: str) -> Grant | None:
        return instance.services.desk.do(self._user, call, TABLE[verb], tab="tab0")


def _talks(state: object) -> bool:
    return isinstance(state, InConversation) and state.met
