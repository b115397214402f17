"""Whom an agent consulted in a call, and who of them talks with the caller: read entry by entry."""

from app.console.formatting import number
from app.console.views import Party
from app.domain import events as e
from app.ports import Entry


class Outside:
    """`consulted`: the leg of whom the agent consults, or consulted last; `guests`: in order."""

    def __init__(self) -> None:
        self.consulted = ""
        self.answered: set[str] = set()
        self.guests: list[str] = []
        self.parties: dict[str, Party] = {}

    def name(self, leg: str) -> str:
        party = self.parties.get(leg, Party(None))
        return party.name or number(party.number)

    def take_in(self, entry: Entry) -> None:
        match entry.event:
            case e.ConsultRequested(_, called, _, name):
                leg = next((leg.id for leg in entry.legs), "")
                self.consulted = leg
                self.parties[leg] = Party(called, name)
            case e.JoinedRoom(leg) if leg in self.parties:
                self.answered.add(leg)
            case e.ConsultJoinRequested() | e.ConsultCompleteRequested():
                self.guests.append(self.consulted)
                self.consulted = ""
            case e.ConsultCancelRequested():
                self.consulted = ""  # we hang up on them: that is told by this
            case e.GuestRemoveRequested(_, leg) | e.HungUp(leg):
                self.guests = [guest for guest in self.guests if guest != leg]
                self.consulted = "" if leg == self.consulted else self.consulted
            case _:
                pass
