"""Numbers, people and contacts of a company's file."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from app.adapters.languages import languages
from app.adapters.plan.forms import Form, Kept
from app.adapters.plan.scalars import (
    EXAMPLE_NUMBER,
    PhoneNumber,
    Words,
    known,
    matching,
    said,
)
from app.domain import dialplan as d
from app.domain.access import Role
from app.domain.agent import DeviceKind

_HASH = "$argon2id$"
_EMAIL = r"[^@\s]+@[^@\s]+"
Email: Any = matching(_EMAIL, "is no e-mail address: write one such as anna@example.com")
NodeName: Any = known("node")
QueueName: Any = known("queue")
Language: Any = Literal[languages()]
PersonName: Any = matching("[a-z0-9_]{1,40}", "is no name: small letters, digits and _ only")


def _hash(text: str) -> str:
    if not text.startswith(_HASH):
        raise said(
            f"this is no argon2id hash: it begins with {_HASH}. Never write a password here."
        )
    return text


class NumberForm(Form):
    """A number that people dial."""

    number: PhoneNumber = Field(
        description="The number, with its country.", examples=[f'"{EXAMPLE_NUMBER}"']
    )
    label: Words = Field(description="What agents read.", examples=["UK main line"])
    language: Language = Field(description="The language of the system's words.", examples=["en"])
    start: NodeName = Field(description="The node where its calls begin.", examples=["menu"])

    def number_of(self) -> d.Number:
        return d.Number(self.number, self.label, self.language, self.start)


class PersonForm(Form):
    """A person who signs in here."""

    name: Words = Field(description="What others read.", examples=["Anna Example"])
    email: Email = Field(description="To sign in with.", examples=["anna@example.com"])
    role: Role = Field(description="What this person may do.", examples=["agent"])
    queues: tuple[QueueName, ...] = Field(
        (), description="The queues whose callers this person takes.", examples=["[one, another]"]
    )
    extension: Words | None = Field(
        None, description="The digits of this person's extension.", examples=["201"]
    )
    password_hash: Annotated[Words, AfterValidator(_hash)] | None = Field(
        None, description="An argon2id hash, never the password.", examples=[f"{_HASH}…"]
    )
    devices: tuple[DeviceKind, ...] = Field(
        ("desk",),
        description="Where this person takes calls, in the order of trying.",
        examples=["[desk, phone]"],
    )
    phone: PhoneNumber | None = Field(
        None, description="The telephone among the devices.", examples=['"+44 7700 900 555"']
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
            devices=self.devices or ("desk",),
            phone=self.phone,
        )


class ContactForm(Form):
    """Somebody who calls, by name."""

    phone: PhoneNumber = Field(
        description="The number they call from.", examples=[f'"{EXAMPLE_NUMBER}"']
    )
    name: Words = Field(description="What agents read.", examples=["Eleanor Whitcombe"])
    company: Words | None = Field(None, description="Whom they work for.", examples=["Ceramics"])
    note: Words | None = Field(None, description="What agents should know.", examples=["Fragile"])

    def contact(self) -> d.Contact:
        return d.Contact(self.phone, self.name, self.company or "", self.note or "")


AnyNumber = Annotated[NumberForm, Kept]
AnyPerson = Annotated[PersonForm, Kept]
AnyContact = Annotated[ContactForm, Kept]
