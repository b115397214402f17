"""Whether a route of the plan leads to a number: denied unless the plan allows it. Pure."""

from collections.abc import Mapping
from datetime import datetime

from app.domain.dialplan import Contact, Plan, Route
from app.domain.hours import Schedule
from app.domain.numbering import OutsideNumber, line_of

REFUSED_KINDS: Mapping[str, str] = {
    "emergency": "Emergency numbers cannot be called from here. Use a telephone.",
    "short": "Short numbers cannot be called from here: they belong to another network.",
    "premium": "Premium-rate numbers may not be called.",
    "unknown": "This number is in no range that is in use: look at its digits again.",
}
_OTHER_KIND = "Numbers of this kind ({kind}) may not be called."


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
