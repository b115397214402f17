"""Numbers, people and contacts of a company's file. Numbers are normalised once, here (F63)."""

import re

import phonenumbers

from app.adapters.languages import languages
from app.adapters.plan.fields import Fields
from app.adapters.plan.nodes import Reading, Reference
from app.domain import dialplan as d
from app.domain.agent import DeviceKind

ROLES = ("agent", "supervisor", "admin")
_AGENT = re.compile(r"[a-z0-9_]{1,40}")  # it becomes an identity at the carrier
_HASH = "$argon2id$"


def e164(fields: Fields, name: str, example: str) -> str:
    """The number in that field as E.164; any spacing may be written."""
    word = fields.text(name, f'"{example}"')
    if not word:
        return ""
    try:
        parsed = phonenumbers.parse(word)
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        said = f"{word} is no full telephone number: write it with country, such as {example}."
        fields.wrong(name, said)
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def numbers_of(company: Fields, reading: Reading) -> tuple[d.Number, ...]:
    if not company.has("numbers"):
        company.part("numbers", "a list of the numbers that people dial")
    numbers: list[d.Number] = []
    for fields in company.tables("numbers", "a number"):
        number = e164(fields, "number", "+44 20 7946 0800")
        fields.what = f"number {number}".strip()
        if number and any(other.e164 == number for other in numbers):
            fields.wrong("number", f"{number} stands here twice: remove one.")
        label = fields.text("label", "UK main line")
        language = fields.one_of("language", languages())
        numbers.append(d.Number(number, label, language, reading.node(fields, "start")))
        fields.done()
    return tuple(numbers)


def members_of(company: Fields, queues: list[Reference]) -> tuple[d.Member, ...]:
    """`queues` is filled with what people are members of."""
    members: list[d.Member] = []
    emails: dict[str, int] = {}
    for name, fields in company.members("people", "person", "the names of people"):
        if not _AGENT.fullmatch(name):
            fields.problems.add(
                fields.line, f"{name} is no name: small letters, digits and _ only."
            )
        email = fields.text("email", f"{name}@example.com").lower()
        first = emails.setdefault(email, fields.line_of("email"))
        if email and first != fields.line_of("email"):
            fields.wrong("email", f"{email} stands in line {first} too: each person has their own.")
        elif email and not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
            fields.wrong("email", f"{email} is no e-mail address: write {name}@example.com.")
        extension = fields.optional("extension")
        if extension and any(other.extension == extension for other in members):
            fields.wrong("extension", f"{extension} is another person's extension: choose one.")
        member_of = fields.words("queues")
        queues += [Reference(line, queue, fields.what) for line, queue in member_of]
        members.append(
            d.Member(
                id=name,
                name=fields.text("name", "Anna Example"),
                email=email,
                role=fields.one_of("role", ROLES),
                queues=tuple(queue for _, queue in member_of),
                extension=extension,
                password_hash=_password_hash(fields),
                devices=_devices(fields),
                phone=e164(fields, "phone", "+44 7700 900 555") if fields.has("phone") else None,
            )
        )
        fields.done()
    return tuple(members)


def _devices(fields: Fields) -> tuple[DeviceKind, ...]:
    """Where this person takes calls, in the order of trying; without a word, at the desk."""
    devices: list[DeviceKind] = []
    for _, word in fields.words("devices"):
        match word:
            case "desk" | "client" | "phone":
                devices.append(word)
            case _:
                fields.wrong("devices", f"{word} is no device: write desk, client or phone.")
    if "phone" in devices and not fields.has("phone"):
        fields.wrong("devices", 'the telephone has no number: add phone: "+44 7700 900 555".')
    return tuple(devices) or ("desk",)


def _password_hash(fields: Fields) -> str | None:
    found = fields.optional("password_hash")
    if found is not None and not found.startswith(_HASH):
        said = f"this is no argon2id hash: it begins with {_HASH}. Never write a password here."
        fields.wrong("password_hash", said)
    return found


def contacts_of(company: Fields) -> tuple[d.Contact, ...]:
    contacts: list[d.Contact] = []
    for fields in company.tables("contacts", "a contact"):
        phone = e164(fields, "phone", "+44 20 7946 0142")
        fields.what = f"contact {phone}".strip()
        if phone and any(other.phone == phone for other in contacts):
            fields.wrong("phone", f"{phone} stands here twice: remove one.")
        contacts.append(
            d.Contact(
                phone,
                fields.text("name", "Eleanor Whitcombe"),
                fields.optional("company") or "",
                fields.optional("note") or "",
            )
        )
        fields.done()
    return tuple(contacts)
