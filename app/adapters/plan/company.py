"""A company's file as a whole: its plan, its contacts, and the sounds that callers hear."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from app.adapters import values
from app.adapters.plan.checks import check_references, check_ways
from app.adapters.plan.fields import Fields
from app.adapters.plan.files import Files, Sound
from app.adapters.plan.marks import read_marked
from app.adapters.plan.nodes import Reading, Reference, read_node
from app.adapters.plan.people import contacts_of, members_of, numbers_of
from app.adapters.plan.problems import PlanError, Problems
from app.adapters.plan.times import zone_of
from app.domain import dialplan as d
from app.domain.nodes.base import Node

SHA_LETTERS = 20  # of the plan's hash: it stands in every call
AWAY_REASONS = ("break", "lunch")


@dataclass(frozen=True, slots=True)
class Company:
    """`sounds` by content hash, as prompts name them. `demo_password` opens every account."""

    plan: d.Plan
    contacts: tuple[d.Contact, ...]
    sounds: Mapping[str, Sound]
    demo_password: str | None = None


def read_company(path: Path) -> Company:
    """Raises PlanError with everything that is wrong."""
    problems = Problems()
    fields = Fields(read_marked(path, problems), "the company", problems)
    files = Files(path.parent, problems)
    company = _company(fields, files, problems)
    fields.done()
    if problems.found:
        raise PlanError(path.name, problems.found)
    return company


def _company(fields: Fields, files: Files, problems: Problems) -> Company:
    name = fields.text("company", "Kestrel Parcels")
    reading = Reading(files, zone_of(fields))
    numbers = numbers_of(fields, reading)
    nodes = _nodes(fields, reading)
    queues: list[Reference] = []
    members = members_of(fields, queues)
    check_references(reading, nodes, members, queues, problems)
    check_ways(reading, nodes, problems)
    plan = d.Plan(
        sha="",
        company=name,
        zone=reading.zone,
        numbers=numbers,
        nodes=nodes,
        members=members,
        away_reasons=tuple(word for _, word in fields.words("away_reasons")) or AWAY_REASONS,
    )
    plan = replace(plan, sha=sha_of(plan))
    return Company(plan, contacts_of(fields), files.sounds, fields.optional("demo_password"))


def sha_of(plan: d.Plan) -> str:
    """The hash of what it says; sounds count by their own hashes."""
    text = values.dumps(replace(plan, sha=""))
    return hashlib.sha256(text.encode()).hexdigest()[:SHA_LETTERS]


def _nodes(fields: Fields, reading: Reading) -> dict[str, Node]:
    nodes: dict[str, Node] = {}
    for name, inner in fields.members("nodes", "node", "the names of nodes"):
        node = read_node(name, inner, reading)
        if node is not None:
            nodes[name] = node
    return nodes
