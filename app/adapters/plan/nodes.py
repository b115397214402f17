"""The nodes of the dial plan, each kind with its fields; what they point at is checked later."""

import re
from dataclasses import dataclass, field

from app.adapters.plan.fields import Fields
from app.adapters.plan.files import Files
from app.adapters.plan.marks import Table, Text
from app.adapters.plan.times import schedule_of
from app.domain.nodes.ask_extension import AskExtension, ExtensionNumber
from app.domain.nodes.base import Node
from app.domain.nodes.extension import Extension
from app.domain.nodes.greeting import Greeting
from app.domain.nodes.hours import Hours
from app.domain.nodes.mailbox import Mailbox
from app.domain.nodes.menu import Choice, Menu
from app.domain.nodes.queue import Queue
from app.domain.replies import Prompt
from app.domain.strategies import LONGEST_IDLE, names

KINDS = ("greeting", "menu", "ask extension", "queue", "extension", "mailbox", "hours")
LONGEST_WORDS = 3000  # what the carrier speaks in one go, with room for its escapes


@dataclass(frozen=True, slots=True)
class Reference:
    """Somebody points at a name, from that line."""

    line: int
    name: str
    by: str


@dataclass(slots=True)
class Reading:
    """What reading the nodes needs, and what it leaves to be checked when all names are known."""

    files: Files
    zone: str
    nodes: list[Reference] = field(default_factory=list)
    agents: list[Reference] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)

    def node(self, fields: Fields, name: str) -> str:
        """The name of the node to go on at."""
        target = fields.text(name, "the name of a node")
        self.points_at(target, fields.line_of(name), fields.what)
        return target

    def points_at(self, target: str, line: int, by: str) -> None:
        if target:
            self.nodes.append(Reference(line, target, by))


def read_node(name: str, fields: Fields, reading: Reading) -> Node | None:
    """None when not even its kind is known."""
    reading.lines[name] = fields.line
    kind = fields.one_of("is", KINDS)
    fields.what = f"{kind or 'node'} {name}"
    node = _read(kind, fields, reading)
    if node is not None:
        fields.done()
    return node


def _read(kind: str, fields: Fields, reading: Reading) -> Node | None:
    match kind:
        case "greeting":
            then = reading.node(fields, "then") if fields.has("then") else None
            return Greeting(prompt_of(fields, "prompt", reading.files), then)
        case "menu":
            return Menu(
                prompt_of(fields, "prompt", reading.files),
                _choices(fields, reading),
                reading.node(fields, "otherwise"),
                fields.number("attempts", 3, 1, 9),
                fields.number("timeout_seconds", 5, 1, 60),
            )
        case "ask extension":
            digits = fields.number("digits", 3, 1, 8)
            return AskExtension(
                prompt_of(fields, "prompt", reading.files),
                digits,
                _extensions(fields, reading, digits),
                reading.node(fields, "otherwise"),
                fields.number("attempts", 3, 1, 9),
                fields.number("timeout_seconds", 5, 1, 60),
            )
        case "queue":
            return _queue(fields, reading)
        case "extension":
            return _extension(fields, reading)
        case "mailbox":
            return Mailbox(
                fields.text("label", "Voicemail, UK"),
                prompt_of(fields, "prompt", reading.files),
                fields.number("max_seconds", 120, 5, 3600),
            )
        case "hours":
            schedule = schedule_of(fields, "")
            return Hours(
                schedule.spans,
                reading.node(fields, "opened"),
                reading.node(fields, "closed"),
                schedule.holidays,
                schedule.zone,
            )
        case _:
            return None


def prompt_of(fields: Fields, name: str, files: Files) -> Prompt:
    """Words alone, or `say` with a `sound` file; the words are for who reads, too."""
    part = fields.part(name, "Welcome to …")
    if isinstance(part, Text):
        return Prompt(_words(fields, name, part.text))
    if not isinstance(part, Table):
        if part is not None:
            fields.wrong(name, f"{name} is no text: write {name}: Welcome to …")
        return Prompt("")
    inner = Fields(part, f"{name} of {fields.what}", fields.problems)
    words = _words(inner, "say", inner.text("say", "Welcome to …"))
    sound = inner.optional("sound")
    audio = files.sound(sound, inner.line_of("sound")) if sound else None
    inner.done()
    return Prompt(words, audio)


def _words(fields: Fields, name: str, words: str) -> str:
    words = " ".join(words.split())
    if len(words) > LONGEST_WORDS:
        fields.wrong(name, f"these are {len(words)} characters: use at most {LONGEST_WORDS}.")
    return words


def _choices(fields: Fields, reading: Reading) -> tuple[Choice, ...]:
    table = fields.table("choices", "{1: {label: Sales, then: sales}}")
    choices: list[Choice] = []
    for digit, part in table.fields.items() if table else ():
        line = table.lines[digit] if table else fields.line
        if not re.fullmatch(r"[0-9*#]", digit):
            fields.problems.add(line, f"{digit} is no key: write one of 0 to 9, * or #.")
        if not isinstance(part, Table):
            said = f"key {digit} leads nowhere: write {digit}: {{label: Sales, then: sales}}"
            fields.problems.add(line, said)
            continue
        choice = Fields(part, f"key {digit} of {fields.what}", fields.problems)
        label = choice.text("label", "Sales")
        choices.append(Choice(digit, label, reading.node(choice, "then")))
        choice.done()
    return tuple(choices)


def _extensions(fields: Fields, reading: Reading, digits: int) -> tuple[ExtensionNumber, ...]:
    """Each number to the node it rings."""
    table = fields.table("extensions", "{201: anna-line}")
    choices: list[ExtensionNumber] = []
    for number, part in table.fields.items() if table else ():
        line = table.lines[number] if table else fields.line
        if not re.fullmatch(rf"[0-9]{{{digits}}}", number):
            fields.problems.add(line, f"{number} has not {digits} digits, as {fields.what} asks.")
        target = part.text.strip() if isinstance(part, Text) else ""
        if not target:
            fields.problems.add(line, f"{number} rings nobody: write {number}: a node's name")
            continue
        reading.points_at(target, line, fields.what)
        choices.append(ExtensionNumber(number, target))
    return tuple(choices)


def _queue(fields: Fields, reading: Reading) -> Queue:
    return Queue(
        label=fields.text("label", "Deliveries"),
        otherwise=reading.node(fields, "otherwise"),
        comfort=prompt_of(fields, "comfort", reading.files),
        music=_music(fields, reading),
        ring_seconds=fields.number("ring_seconds", 20, 5, 120),
        max_wait_seconds=fields.number("max_wait_seconds", 600, 10, 7200),
        wrap_up_seconds=fields.number("wrap_up_seconds", 30, 0, 3600),
        record=fields.yes("record", otherwise=True),
        priority=fields.number("priority", 5, 1, 10),
        strategy=_strategy(fields),
    )


def _strategy(fields: Fields) -> str:
    return fields.one_of("strategy", names()) if fields.has("strategy") else LONGEST_IDLE


def _extension(fields: Fields, reading: Reading) -> Extension:
    agent = fields.text("agent", "a person's name in `people`")
    reading.agents.append(Reference(fields.line_of("agent"), agent, fields.what))
    return Extension(
        agent=agent,
        label=fields.text("label", "Anna, extension 201"),
        otherwise=reading.node(fields, "otherwise"),
        comfort=prompt_of(fields, "comfort", reading.files),
        music=_music(fields, reading),
        ring_seconds=fields.number("ring_seconds", 20, 5, 120),
        max_wait_seconds=fields.number("max_wait_seconds", 25, 10, 7200),
        wrap_up_seconds=fields.number("wrap_up_seconds", 10, 0, 3600),
        record=fields.yes("record", otherwise=True),
        priority=fields.number("priority", 3, 1, 10),
    )


def _music(fields: Fields, reading: Reading) -> str | None:
    name = fields.optional("music")
    return reading.files.sound(name, fields.line_of("music")) if name else None
