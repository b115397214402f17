"""Who looks at the office of a story, and what the presenters show them."""

from datetime import timedelta

from app.console import labels
from app.console import views as v
from app.console.interfaces import Account
from app.console.pages import REGIONS
from app.console.presenters.desk import DeskPresenter
from app.console.presenters.messages import MessagesPresenter
from app.console.presenters.register import RegisterPresenter
from app.domain.access import Person
from app.service.live import Conversations
from tests.stories.company import MAIN
from tests.stories.office import Office
from tests.stories.people import Caller
from tests.support.overviews import make_overview, reader_of

ELEANOR = "+442079460142"
THIRTY = timedelta(seconds=30)
CLEO = Account(Person("cleo", "Cleo", "agent"), "cleo@kestrel.example")
ANNA = Account(Person("anna", "Anna", "agent"), "anna@kestrel.example")
BEN = Account(Person("ben", "Ben", "agent"), "ben@kestrel.example")
BOSS = Account(Person("boss", "Boss", "supervisor"), "boss@kestrel.example")


def desk_of(office: Office) -> DeskPresenter:
    ports = office.services.ports
    return DeskPresenter(
        desk_service=office.services.desk,
        staff=office.services.staff,
        outgoing=office.services.outgoing,
        pickup=office.services.pickup,
        conversations=Conversations(ports.calls),
        agents=ports.agents,
        overviews=reader_of(office),
        directory=ports.directory,
        register=ports.register,
        tokens=ports.tokens,
        clock=ports.clock,
    )


def register_of(office: Office) -> RegisterPresenter:
    ports = office.services.ports
    return RegisterPresenter(ports.register, ports.recordings, ports.directory, ports.clock)


def messages_of(office: Office) -> MessagesPresenter:
    ports = office.services.ports
    return MessagesPresenter(ports.register, ports.directory, ports.notices, ports.clock)


def seen(office: Office, viewer: Account = ANNA) -> v.Desk:
    make_overview(office)
    return desk_of(office).desk(viewer, REGIONS)


def told(happenings: tuple[v.Happening, ...]) -> list[str]:
    return [labels.describe(happening).title for happening in happenings]


def a_call_rings(office: Office, number: str = ELEANOR) -> Caller:
    caller, anna = office.caller(number), office.agent("anna")
    anna.is_ready()
    caller.dials(MAIN)
    caller.presses("1")
    return caller
