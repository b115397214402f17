"""Whether a route of the plan leads to a number: denied unless the plan allows it. Pure.

An emergency call is denied to nobody: its route is made of what the plan says of the person (O6).
"""

from collections.abc import Mapping
from datetime import datetime

from app.domain.dialplan import Contact, Plan, Route
from app.domain.hours import Schedule
from app.domain.nodes.base import WaitPoint
from app.domain.numbering import OutsideNumber, line_of

REFUSED_KINDS: Mapping[str, str] = {
    "short": "Short numbers cannot be called from here: they belong to another network.",
    "premium": "Premium-rate numbers may not be called.",
    "unknown": "This number is in no range that is in use: look at its digits again.",
}
EMERGENCY_NAME = "Emergency services"  # of whoever answers there
_OTHER_KIND = "Numbers of this kind ({kind}) may not be called."


def emergency_route(plan: Plan, agent: str) -> Route | None:
    """By which this person's emergency calls go; None in a plan without a number or a queue.

    The number that is seen there is the person's own for that; else the first whose address is
    registered; else the first there is, since a call without an address is better than none.
    """
    member = plan.member(agent)
    own = member.emergency_number if member else None
    known = [number for number in plan.numbers if number.emergency_address]
    chosen = [number for number in known if number.e164 == own]
    seen = next(iter((*chosen, *known, *plan.numbers)), None)
    queues = [name for name, node in plan.nodes.items() if isinstance(node, WaitPoint)]
    of_member = [name for name in member.queues if name in queues] if member else []
    queue = next(iter((*of_member, *queues)), None)
    if seen is None or queue is None:
        return None
    return Route("emergency", seen.label, seen.e164, queue, (), (), (agent,))


def why_not(
    plan: Plan,
    route: Route,
    agent: str,
    number: OutsideNumber,
    contact: Contact | None,
    now: datetime,
) -> str:
    """In words for the agent; empty: it may be called. `contact`: whose number it is, if known."""
    member, line = plan.member(agent), line_of(number.e164)
    if number.kind not in route.kinds:
        return REFUSED_KINDS.get(number.kind, _OTHER_KIND.format(kind=number.kind))
    if plan.number(number.e164) is not None:
        return "This is one of our own numbers."
    if member is not None and member.phone and line_of(member.phone) == line:
        return "This is your own telephone."
    if number.country not in route.countries:
        allowed = ", ".join(route.countries)
        return f"Calls to that country ({number.country}) are not allowed, only to {allowed}."
    if contact is not None and contact.do_not_call:
        return f"{contact.name} is not to be called."
    if route.open and not Schedule(plan.zone, route.open).is_open(now):
        return f"{route.label} is not called at this time: look into the company’s file."
    return ""
