"""Numbers, people and contacts of a company's file."""

import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, Field

from app.adapters.languages import languages
from app.adapters.plan.forms import Form, Kept
from app.adapters.plan.scalars import (
    EXAMPLE_NUMBER,
    Country,
    PhoneNumber,
    Whole,
    Word,
    Words,
    Yes,
    known,
    matching,
    said,
)
from app.adapters.plan.times import OpeningHours
from app.domain import dialplan as d
from app.domain.access import Role
from app.domain.agent import CALLS_KEPT, DeviceKind
from app.domain.hours import Span
from app.domain.ids import AGENT_ID
from app.domain.numbering import CallableKind

_HASH = "$argon2id$"
_WHOLE_HASH = re.compile(
    r"\$argon2id\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]{11,}\$[A-Za-z0-9+/]{16,}"
)
_MAILBOX = r"[^@\s<>()\[\],;:\"\\]+"
_HOST = r"[^\W_]([\w-]*[^\W_])?"
_EMAIL = rf"{_MAILBOX}@{_HOST}(\.{_HOST})*"
Email: Any = matching(_EMAIL, "is no e-mail address: write one such as anna@example.com")
NodeName: Any = known("node")
QueueName: Any = known("queue")
PersonKnown: Any = known("person")
Language: Any = Literal[languages()]
Extension: Any = matching("[0-9]{1,8}", "is no extension: write digits, such as 201")
PersonName: Any = matching(AGENT_ID, "is no name: small letters, digits and _ only")


def _hash(text: str) -> str:
    if not text.startswith(_HASH):
        raise said(
            f"this is no argon2id hash: it begins with {_HASH}. Never write a password here."
        )
    if not _WHOLE_HASH.fullmatch(text):
        raise said("this is a part of an argon2id hash, which opens nothing: write all of it.")
    return text


class NumberForm(Form):
    """A number that people dial."""

    number: PhoneNumber = Field(
        description="The number, with its country.", examples=[f'"{EXAMPLE_NUMBER}"']
    )
    label: Words = Field(description="What agents read.", examples=["UK main line"])
    language: Language = Field(description="The language of the system's words.", examples=["en"])
    start: NodeName = Field(description="The node where its calls begin.", examples=["menu"])
    emergency_address: Words | None = Field(
        None,
        description="The address that is registered with the carrier for this number: where the "
        "emergency services come to.",
        examples=["10 Market Street, London SE1 9AA"],
    )

    def number_of(self) -> d.Number:
        address = self.emergency_address or ""
        return d.Number(self.number, self.label, self.language, self.start, address)


class PersonForm(Form):
    """A person who signs in here."""

    name: Words = Field(description="What others read.", examples=["Anna Example"])
    email: Email = Field(description="To sign in with.", examples=["anna@example.com"])
    role: Role = Field(description="What this person may do.", examples=["agent"])
    queues: tuple[QueueName, ...] = Field(
        (), description="The queues whose callers this person takes.", examples=["[one, another]"]
    )
    extension: Extension | None = Field(
        None, description="The digits of this person's extension.", examples=["201"]
    )
    password_hash: Annotated[Word, AfterValidator(_hash)] | None = Field(
        None, description="An argon2id hash, never the password.", examples=[f"{_HASH}…"]
    )
    devices: tuple[DeviceKind, ...] = Field(
        ("desk",),
        min_length=1,
        description="Where this person takes calls, in the order of trying.",
        examples=["[desk, phone]"],
    )
    phone: PhoneNumber | None = Field(
        None, description="The telephone among the devices.", examples=['"+44 7700 900 555"']
    )

    emergency_number: PhoneNumber | None = Field(
        None,
        description="The number of the company that is seen when this person calls the emergency "
        "services: its address is where the person works.",
        examples=[f'"{EXAMPLE_NUMBER}"'],
    )

    def member(self, name: str) -> d.Member:
        return d.Member(
            id=name,
            name=self.name,
            email=self.email.lower(),
            role=self.role,
            queues=self.queues,
            extension=self.extension,
            password_hash=self.password_hash,
            devices=self.devices,
            phone=self.phone,
            emergency_number=self.emergency_number,
        )


class ContactForm(Form):
    """Somebody who calls, by name."""

    phone: PhoneNumber = Field(
        description="The number they call from.", examples=[f'"{EXAMPLE_NUMBER}"']
    )
    name: Words = Field(description="What agents read.", examples=["Eleanor Whitcombe"])
    company: Words | None = Field(None, description="Whom they work for.", examples=["Ceramics"])
    note: Words | None = Field(None, description="What agents should know.", examples=["Fragile"])
    do_not_call: Yes = Field(
        default=False, description="Nobody may call this number from here.", examples=["yes"]
    )

    def contact(self) -> d.Contact:
        return d.Contact(
            self.phone, self.name, self.company or "", self.note or "", self.do_not_call
        )


class RouteForm(Form):
    """A way to call out: who may, what is seen there, and where it may lead."""

    label: Words = Field(description="What agents read.", examples=["UK customers"])
    shows: PhoneNumber = Field(
        description="Which of the company's numbers is seen there.",
        examples=[f'"{EXAMPLE_NUMBER}"'],
    )
    queue: QueueName = Field(
        description="Whose calls they are: its recording, its times, its agents if one is lost.",
        examples=["deliveries"],
    )
    countries: tuple[Country, ...] = Field(
        min_length=1, description="The countries that may be called.", examples=["[GB, DE]"]
    )
    kinds: tuple[CallableKind, ...] = Field(
        ("fixed", "mobile"),
        min_length=1,
        description="The kinds of number that may be called.",
        examples=["[fixed, mobile, free]"],
    )
    people: tuple[PersonKnown, ...] | None = Field(
        None,
        min_length=1,
        description="Who may use it; else everybody who takes callers of the queue.",
        examples=["[anna]"],
    )
    most: Annotated[Whole, Field(ge=1, le=CALLS_KEPT)] = Field(
        10,
        description="How many calls one person may begin within ten minutes.",
        examples=["10"],
    )
    open: OpeningHours | None = Field(
        None,
        description="The days and times at which it may be used, in the company's zone.",
        examples=["{mon-fri: 08:00-20:00}"],
    )

    def route(self, name: str, members: Iterable[d.Member]) -> d.Route:
        of_queue = tuple(member.id for member in members if self.queue in member.queues)
        people = of_queue if self.people is None else self.people
        opened = cast(tuple[Span, ...], self.open or ())
        return d.Route(
            name,
            self.label,
            self.shows,
            self.queue,
            self.countries,
            self.kinds,
            people,
            self.most,
            opened,
        )


AnyNumber = Annotated[NumberForm, Kept]
AnyRoute = Annotated[RouteForm, Kept]
AnyPerson = Annotated[PersonForm, Kept]
AnyContact = Annotated[ContactForm, Kept]
