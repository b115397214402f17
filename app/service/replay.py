"""A call once more, from what was put down of it: the same events must come to the same states.

Each save kept what it took in (S8): the event, the time, the agents that were read. `decide` is
pure, so folding it over the timeline gives each state that was saved, rev by rev; where it does
not, either the code has changed since or a state came to be by something that was not put down.
"""

from collections.abc import Iterator
from dataclasses import replace

from app.domain.call import CALLER, Call
from app.domain.codec import digest
from app.domain.decide import begin, decide
from app.domain.dialplan import Plan
from app.domain.value import value
from app.ports import CallSnapshot, Entry, WholeCall
from app.service.commit import commit_call, left_over


class NotReplayable(Exception):
    """The timeline does not hold enough: it says what is missing."""


@value
class Replayed:
    """One save again. `same`: it is the very state that was saved then."""

    entry: Entry
    call: Call
    same: bool


def replay(whole: WholeCall, plan: Plan) -> Iterator[Replayed]:
    """`plan` is the one that the call began with (`whole.head.plan`). Raises NotReplayable."""
    call: Call | None = None
    for rev, entry in enumerate(whole.timeline, 1):
        if entry.rev != rev:
            raise NotReplayable(f"rev {rev} is not in the timeline")
        call = _first(whole, plan, entry) if call is None else _next(plan, call, entry)
        yield Replayed(entry, call, same=digest(call) == entry.saved)


def _first(whole: WholeCall, plan: Plan, entry: Entry) -> Call:
    head = whole.head
    number = plan.number(head.did)
    leg = next((leg for leg in whole.legs if leg.id == CALLER), None)
    if number is None or leg is None:
        raise NotReplayable(f"the number {head.did} or the caller's leg is not known")
    begun = begin(plan, number, head.id, leg.sid, head.caller, head.name, entry.at)
    return _saved(commit_call(plan, None, begun, entry.event, "", entry.at).write_set.call)


def _next(plan: Plan, before: Call, entry: Entry) -> Call:
    agents = {agent.id: agent for agent in entry.agents}
    decided = decide(plan, before, agents, entry.event, entry.at)
    left = left_over(before, decided.call, entry.at)
    decision = replace(decided, commands=(*left, *decided.commands))
    known = CallSnapshot(before, entry.agents)
    return _saved(commit_call(plan, known, decision, entry.event, "", entry.at).write_set.call)


def _saved(call: Call | None) -> Call:
    if call is None:
        raise NotReplayable("nothing was saved")
    return call
