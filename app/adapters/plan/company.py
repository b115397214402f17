"""A company's file as a whole: its plan, its contacts, and the sounds that callers hear."""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import GenericAlias
from typing import Any

from pydantic import Field, ValidationError, create_model

from app.adapters import values
from app.adapters.plan import scalars
from app.adapters.plan.checks import demo_parts, problems_across, remarks_on
from app.adapters.plan.files import Files, Sound
from app.adapters.plan.forms import Form, any_node
from app.adapters.plan.marks import Table, read_marked
from app.adapters.plan.people import AnyContact, AnyNumber, AnyPerson, AnyRoute, PersonName
from app.adapters.plan.problems import PlanError, Problem, Problems
from app.adapters.plan.scalars import Reading
from app.adapters.plan.words import problems_of
from app.domain import dialplan as d
from app.domain import strategies
from app.domain.nodes.base import KINDS, Node
from app.domain.nodes.queue import Queue
from app.domain.value import replace

SHA_LETTERS = 20  # of the plan's hash: it stands in every call
AWAY_REASONS = ("break", "lunch")


class CompanyForm(Form):
    """A company: its numbers, where a call goes, its people."""

    company: scalars.Words = Field(description="The company's name.", examples=["Kestrel Parcels"])
    zone: scalars.Zone = Field(description="Its time zone.", examples=["Europe/London"])
    numbers: tuple[AnyNumber, ...] = Field(
        min_length=1,
        description="The numbers that people dial.",
        examples=['[{number: "+44 20 7946 0800", label: Main line, language: en, start: menu}]'],
    )
    people: dict[PersonName, AnyPerson] = Field(
        description="Who signs in, by a short name.",
        examples=["{anna: {name: Anna Example, email: anna@example.com, role: agent}}"],
    )
    outgoing: dict[scalars.Name, AnyRoute] = Field(
        {},
        description="How people call out, by a short name; without it, nobody may, but in an "
        "emergency.",
        examples=[
            '{uk: {label: UK, shows: "+44 20 7946 0800", queue: deliveries, countries: [GB]}}'
        ],
    )
    contacts: tuple[AnyContact, ...] = Field(
        (),
        description="Callers who are known by name.",
        examples=['[{phone: "+44 20 7946 0142", name: Eleanor}]'],
    )
    away_reasons: tuple[scalars.Words, ...] = Field(
        AWAY_REASONS,
        min_length=1,
        description="Why agents take a break.",
        examples=["[break, lunch]"],
    )
    demo_password: scalars.Password | None = Field(
        None,
        description="Opens every account of a demo, in the local box alone.",
        examples=["kestrel"],
    )
    nodes: dict[str, Any]


def company_form() -> type[CompanyForm]:
    """The model of the whole file, with the kinds of node and the strategies that there are."""
    return _company_form(tuple(KINDS.items()), strategies.names())


@lru_cache(maxsize=4)
def _company_form(
    kinds: tuple[tuple[str, type[Node]], ...], names: tuple[str, ...]
) -> type[CompanyForm]:
    nodes = Field(
        description="Where a call goes, by name.",
        examples=["{bye: {is: greeting, prompt: Goodbye.}}"],
    )
    of_any_kind: Any = GenericAlias(dict, (scalars.Name, any_node()))
    return create_model("Company", __base__=CompanyForm, nodes=(of_any_kind, nodes))


@dataclass(frozen=True, slots=True)
class Company:
    """`sounds` by content hash, as prompts name them. `demo_password` opens every account.

    `remarks` are no mistakes, but worth a look. `demo_parts` are mistakes, but in the local box.
    """

    plan: d.Plan
    contacts: tuple[d.Contact, ...]
    sounds: Mapping[str, Sound]
    demo_password: str | None = None
    remarks: tuple[Problem, ...] = ()
    demo_parts: tuple[Problem, ...] = ()


def read_company(path: Path) -> Company:
    """Raises PlanError with everything that is wrong."""
    problems = Problems()
    root = read_marked(path, problems)
    reading = Reading(Files(path.parent), _names_in(root))
    form = company_form()
    read: CompanyForm | None = None
    try:
        read = form.model_validate(root, context=reading)
    except ValidationError as wrong:
        problems.found += problems_of(wrong, form, root)
    problems.found += problems_across(reading.kept)
    if read is None or problems.found:
        raise PlanError(path.name, problems.found)
    plan = _plan(read)
    remarks = tuple(remarks_on(plan, root))
    contacts = tuple(contact.contact() for contact in read.contacts)
    demo = tuple(demo_parts(plan.members, root))
    return Company(plan, contacts, reading.files.sounds, read.demo_password, remarks, demo)


def _plan(read: CompanyForm) -> d.Plan:
    members = tuple(person.member(name) for name, person in read.people.items())
    plan = d.Plan(
        sha="",
        company=read.company,
        zone=read.zone,
        numbers=tuple(number.number_of() for number in read.numbers),
        nodes=read.nodes,
        members=members,
        away_reasons=read.away_reasons,
        routes=tuple(route.route(name, members) for name, route in read.outgoing.items()),
    )
    return replace(plan, sha=sha_of(plan))


def sha_of(plan: d.Plan) -> str:
    """The hash of what it says; sounds count by their own hashes."""
    text = values.dumps(replace(plan, sha=""))
    return hashlib.sha256(text.encode()).hexdigest()[:SHA_LETTERS]


def _names_in(root: Table) -> dict[str, Collection[str]]:
    """The names that may be referred to, whether or not what they name is right."""
    nodes, persons = root.get("nodes"), root.get("people")
    return {
        "node": list(nodes) if isinstance(nodes, Table) else [],
        "person": list(persons) if isinstance(persons, Table) else [],
        "queue": list(_queues(nodes)) if isinstance(nodes, Table) else [],
    }


def _queues(nodes: Table) -> Iterator[str]:
    for name, part in nodes.items():
        if isinstance(part, Table) and part.get("is") == Queue.kind:
            yield name
