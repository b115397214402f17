"""Whom an agent consulted in a call, and who of them talks with the caller: read entry by entry.

Somebody outside is known by their leg, a colleague by the name in the plan: which of their legs
comes into the room is not known when they are asked.
"""

from app.console.formatting import number
from app.console.views import Party
from app.domain import events as e
from app.domain.call import agent_of
from app.ports import Entry


class Outside:
    """`consulted`: whom the agent consults, or consulted last; `guests`: in order.

    `colleagues`: who of them is one of ours.
    """

    def __init__(self) -> None:
        self.colleagues: set[str] = set()
        self.consulted = ""
        self.answered: set[str] = set()
        self.guests: list[str] = []
        self.parties: dict[str, Party] = {}

    def name(self, leg: str) -> str:
        party = self.parties.get(self.known_as(leg), Party(None))
        return party.name or number(party.number)

    def known_as(self, leg: str) -> str:
        """The colleague whose headset that is; else the leg itself."""
        return agent_of(leg) if agent_of(leg) in self.colleagues else leg

    def take_in(self, entry: Entry) -> None:
        match entry.event:
            case e.ConsultRequested(_, called, _, name, colleague):
                who = colleague or next((leg.id for leg in entry.legs), "")
                self.consulted = who
                self.parties[who] = Party(called, name)
                self.answered.discard(who)
                self.colleagues |= {colleague} - {""}
            case e.JoinedRoom(leg) if self.known_as(leg) in self.parties:
                self.answered.add(self.known_as(leg))
            case e.ConsultJoinRequested() | e.ConsultCompleteRequested():
                self.guests.append(self.consulted)
                self.consulted = ""
            case e.ConsultCancelRequested():
                self.consulted = ""  # we hang up on them: that is told by this
            case e.ColleagueLeft(who) | e.OfferDeclined(who):
                self._is_gone(who)
            case e.GuestRemoveRequested(_, leg) | e.HungUp(leg) | e.HeadsetLost(leg):
                self._is_gone(self.known_as(leg))
            case _:
                pass
        self._has_given(entry)

    def _is_gone(self, who: str) -> None:
        self.guests = [guest for guest in self.guests if guest != who]
        self.consulted = "" if who == self.consulted else self.consulted

    def _has_given(self, entry: Entry) -> None:
        """Whoever is the agent of the call now is no guest of it."""
        colleague = next((guest for guest in self.guests if guest in self.colleagues), "")
        is_left = isinstance(entry.event, e.ConsultCompleteRequested | e.LeaveRequested)
        if colleague and is_left:
            self.guests.remove(colleague)
