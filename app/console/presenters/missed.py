"""Offers that came to nothing: why, and what became of the call since."""

from app.console import views as v
from app.console.presenters import parts
from app.domain.agent import Agent, Away, MissedOffer
from app.domain.call import Call
from app.domain.dialplan import Plan
from app.domain.states import AtNode, Connecting, Ended, InConversation


def missed(offer: MissedOffer, call: Call, plan: Plan, party: v.Party) -> v.Missed:
    """`plan`: the one that the call runs on."""
    became, agent = "waiting", ""
    match call.state:
        case Connecting(agent=who) if offer.reason == "picked up":
            became, agent = "taken", who
        case InConversation(agent=who):
            became, agent = "answered", who
        case Ended(outcome=outcome):
            became, agent = outcome, call.facts.agents[-1] if call.facts.agents else ""
        case AtNode():
            became = "went on"
        case _:
            pass
    queue = parts.queue_label(plan, call.facts.wait_point)
    return v.Missed(call.id, offer.at, party, queue, offer.reason, became, parts.name(plan, agent))


def is_last(offer: MissedOffer, agent: Agent) -> bool:
    """Nothing was offered to the agent since, and the agent has asked for nothing since."""
    asked = [agent.offered_at, agent.available_at]
    if isinstance(agent.presence, Away) and not agent.presence.automatic:
        asked.append(agent.presence.since)
    return all(at is None or at <= offer.at for at in asked)
