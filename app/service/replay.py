"""Replays a call from the register: the same events must lead to the same states.

Each save keeps the event it applied (S8), with the time and the agents that were read. `decide` is
pure, so folding it over the timeline gives each state that was saved, rev by rev. Where it does
not, the code has changed since, or the state depended on something that was not saved.
"""

from collections.abc import Iterator

from app.domain.call import CALLER, Call
from app.domain.codec import digest
from app.domain.decide import begin, decide
from app.domain.dialplan import Plan
from app.domain.events import CalledOut
from app.domain.outgoing import place
from app.domain.value import replace, value
from app.ports import CallSnapshot, Entry, WholeCall
from app.service.commit import commit_call, unclaimed_commands


class NotReplayable(Exception):
    """Something is missing in the timeline; the message says what."""


@value
class Replayed:
    """One save, replayed. `same`: the state equals the one that was saved."""

    entry: Entry
    call: Call
    same: bool


def replay(whole: WholeCall, plan: Plan) -> Iterator[Replayed]:
    """`plan` is the one that the call began with (`whole.head.plan`). Raises NotReplayable."""
    call: Call | None = None
    for rev, entry in enumerate(whole.timeline, 1):
        if entry.rev != rev:
            raise NotReplayable(f"rev {rev} is not in the timeline")
        call = (
            _replay_arrival(whole, plan, entry)
            if call is None
            else _replay_event(plan, call, entry)
        )
        yield Replayed(entry, call, same=digest(call) == entry.saved)


def _replay_arrival(whole: WholeCall, plan: Plan, entry: Entry) -> Call:
    head = whole.head
    if isinstance(entry.event, CalledOut):
        return _replay_calling_out(whole, plan, entry, entry.event)
    number = plan.number(head.did)
    leg = next((leg for leg in whole.legs if leg.id == CALLER), None)
    if number is None or leg is None:
        raise NotReplayable(f"the number {head.did} or the caller's leg is not known")
    begun = begin(plan, number, head.id, leg.sid, head.caller, head.name, entry.at)
    return _saved_call(commit_call(plan, None, begun, entry.event, "", entry.at).write_set.call)


def _replay_calling_out(whole: WholeCall, plan: Plan, entry: Entry, event: CalledOut) -> Call:
    head, route = whole.head, plan.route(event.route)
    if route is None or not entry.agents:
        raise NotReplayable(f"the route {event.route} or its agent is not known")
    (agent,) = entry.agents
    begun = place(
        plan, route, agent, head.id, head.caller, head.name, event.nonce, event.tab, entry.at
    )
    commit = commit_call(plan, None, begun, event, "", entry.at, agent)
    return _saved_call(commit.write_set.call)


def _replay_event(plan: Plan, before: Call, entry: Entry) -> Call:
    agents = {agent.id: agent for agent in entry.agents}
    decided = decide(plan, before, agents, entry.event, entry.at)
    left = unclaimed_commands(before, decided.call, entry.at)
    decision = replace(decided, commands=(*left, *decided.commands))
    known = CallSnapshot(before, entry.agents)
    return _saved_call(commit_call(plan, known, decision, entry.event, "", entry.at).write_set.call)


def _saved_call(call: Call | None) -> Call:
    if call is None:
        raise NotReplayable("nothing was saved")
    return call
