"""The conversations that go on now, for a supervisor: read when a page asks for them.

Who is in a call, the overview knows; with whom, that call. One request, for at most `SHOWN` calls,
at any number of desks.
"""

from app.domain.access import Person, Subject, may
from app.domain.call import Call
from app.domain.overview import Overview, PersonNow
from app.domain.states import InConversation
from app.domain.value import value
from app.ports import Calls

SHOWN = 40


@value
class LiveCalls:
    """The longest first; `more`: how many others there are."""

    calls: tuple[Call, ...] = ()
    more: int = 0


class Conversations:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def listed(self, person: Person, seen: Overview) -> LiveCalls:
        """Those that this person may supervise; none whose end the overview does not know yet."""
        talking = sorted(
            (
                one
                for one in seen.people
                if one.call and may(person, "supervise", Subject((one.agent,)))
            ),
            key=_since,
        )
        shown = [one.call for one in talking[:SHOWN]]
        found = {call.id: call for call in (self._calls.read_all(shown) if shown else ())}
        calls = (found[call] for call in shown if call in found)
        live = tuple(call for call in calls if isinstance(call.state, InConversation))
        return LiveCalls(live, max(0, len(talking) - SHOWN))


def _since(one: PersonNow) -> tuple[str, str]:
    return one.since.isoformat() if one.since else "", one.agent
