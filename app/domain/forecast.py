"""What becomes of an offer when its agent does nothing: asked of `decide` itself.

The page says it before it happens, so the rule must not be written a second time.
"""

from datetime import datetime

from app.domain.agent import Agent
from app.domain.call import Call
from app.domain.decide import decide
from app.domain.dialplan import Plan
from app.domain.events import OfferShown, TimePassed
from app.domain.states import Consult, ConsultOffer, InConversation
from app.domain.value import value


@value
class Unanswered:
    """The call and its agent at the instant `at`, when the offer is over by itself."""

    at: datetime
    call: Call
    agent: Agent


def if_unanswered(plan: Plan, call: Call, agent: Agent) -> Unanswered:
    """For whoever looks at the page, which shows the offer. ValueError: the call is not offered."""
    if call.offered_to is None:
        raise ValueError(f"call {call.id} is not offered to anybody")
    agents = {agent.id: agent}
    shown = OfferShown(agent.id, call.offered_to[1])
    call = decide(plan, call, agents, shown, call.updated).call
    at = _ends_at(call)
    after = decide(plan, call, agents, TimePassed(), at)
    changed = next((other for other in after.agents if other.id == agent.id), agent)
    return Unanswered(at, after.call, changed)


def _ends_at(call: Call) -> datetime:
    """When the offer is over by itself; of a conversation, other things end, too."""
    match call.state:
        case InConversation(consult=Consult(offer=ConsultOffer(until=until))):
            return until
        case _:
            return max(call.deadlines)
