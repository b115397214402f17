"""A company's file: the demo's is right, and whatever is wrong is said with line and remedy."""

from __future__ import annotations

import hashlib
import wave
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.adapters import values
from app.adapters.plan import PlanError, Problem, read_company
from app.domain import dialplan as d
from app.domain import strategies
from app.domain.hours import Span
from app.domain.nodes.ask_extension import AskExtension, ExtensionNumber
from app.domain.nodes.branch import Branch, CallerRow
from app.domain.nodes.greeting import Greeting
from app.domain.nodes.hours import Hours
from app.domain.nodes.mailbox import Mailbox
from app.domain.nodes.menu import Choice, Menu
from app.domain.nodes.queue import Queue
from app.domain.replies import Prompt

ROOT = Path(__file__).parents[3]

GOOD = """\
company: Kestrel
zone: Europe/London
numbers:
  - {number: "+44 20 7946 0800", label: Main, language: en, start: hours}
nodes:
  hours:
    is: hours
    open: {mon-fri: 08:00-18:00, sat: [09:00-12:00, 13:00-24:00]}
    holidays: [2026-12-25]
    opened: menu
    closed: box
  menu:
    is: menu
    prompt: Sales 1, an extension 2.
    choices:
      1: {label: Sales, then: sales}
      2: {label: Extension, then: ask}
    otherwise: box
  ask:
    is: ask extension
    prompt: Type it.
    digits: 3
    extensions: {007: anna-line}
    otherwise: bye
  sales: {is: queue, label: Sales, comfort: Please hold., otherwise: box}
  anna-line: {is: extension, agent: anna, label: Anna, comfort: Ringing., otherwise: box}
  box: {is: mailbox, label: Box, prompt: After the tone.}
  bye: {is: greeting, prompt: Goodbye.}
people:
  anna: {name: Anna, email: anna@kestrel.example, role: agent, queues: [sales], extension: 007}
contacts:
  - {phone: +44 20 7946 0142, name: Eleanor, note: Fragile}
"""


def _write(folder: Path, text: str) -> Path:
    path = folder / "company.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def _wrong(folder: Path, old: str, new: str) -> list[tuple[int, str]]:
    """What is said of the good file with one thing changed."""
    assert GOOD.count(old) >= 1, old
    with pytest.raises(PlanError) as wrong:
        read_company(_write(folder, GOOD.replace(old, new, 1)))
    return [(problem.line, problem.message) for problem in wrong.value.problems]


def _line_of(text: str, words: str) -> int:
    """The first line that has these words."""
    return next(n for n, line in enumerate(text.splitlines(), 1) if words in line)


def test_a_right_file_becomes_a_plan(tmp_path: Path) -> None:
    company = read_company(_write(tmp_path, GOOD))

    plan = company.plan
    assert plan.numbers == (d.Number("+442079460800", "Main", "en", "hours"),)
    assert plan.node("menu", Menu).choices[1] == Choice("2", "Extension", "ask")
    assert plan.node("ask", AskExtension).extensions == (ExtensionNumber("007", "anna-line"),)
    assert plan.member("anna") == d.Member(
        "anna", "Anna", "anna@kestrel.example", "agent", ("sales",), "007"
    )
    assert company.contacts == (d.Contact("+442079460142", "Eleanor", "", "Fragile"),)


def test_scalars_stay_the_text_that_was_written(tmp_path: Path) -> None:
    """YAML has octal numbers, numbers of base 60, and eleven words for yes and no."""
    text = (
        GOOD.replace("sat: [09:00-12:00, 13:00-24:00]", "sat: 09:00-12:30")
        .replace("label: Sales, then", "label: No, then")
        .replace("label: Extension", "label: off")
        .replace("prompt: After the tone.", "prompt: Yes")
        .replace("{007: anna-line}", "{007: anna-line, 012: anna-line, 010: box}")
    )

    plan = read_company(_write(tmp_path, text)).plan

    assert [one.number for one in plan.node("ask", AskExtension).extensions] == [
        "007",
        "012",
        "010",
    ]
    assert Span((5,), time(9), time(12, 30)) in plan.node("hours", Hours).open
    assert [choice.label for choice in plan.node("menu", Menu).choices] == ["No", "off"]
    assert plan.node("box", Mailbox).prompt == Prompt("Yes")


@pytest.mark.parametrize("name", strategies.names())
def test_a_queue_may_name_any_strategy_of_the_table(tmp_path: Path, name: str) -> None:
    text = GOOD.replace("comfort: Please hold.", f"comfort: Please hold., strategy: {name}")

    company = read_company(_write(tmp_path, text))

    assert company.plan.node("sales", Queue).strategy == name


def test_hours_are_read_as_written(tmp_path: Path) -> None:
    company = read_company(_write(tmp_path, GOOD))

    hours = company.plan.node("hours", Hours)
    assert hours.open == (
        Span((0, 1, 2, 3, 4), time(8), time(18)),
        Span((5,), time(9), time(12)),
        Span((5,), time(13), time.max),
    )
    assert hours.holidays == (date(2026, 12, 25),)


def test_days_may_go_round_the_end_of_the_week(tmp_path: Path) -> None:
    text = GOOD.replace("mon-fri: 08:00-18:00", "sun-mon: 08:00-18:00")

    company = read_company(_write(tmp_path, text))

    assert company.plan.node("hours", Hours).open[0].days == (0, 6)


def test_the_same_file_has_the_same_hash_and_another_has_another(tmp_path: Path) -> None:
    first = read_company(_write(tmp_path, GOOD)).plan.sha

    again = read_company(_write(tmp_path, GOOD + "\n# a remark\n")).plan.sha
    other = read_company(_write(tmp_path, GOOD.replace("Type it.", "Type it now."))).plan.sha

    assert first == again
    assert other != first


def test_a_plan_survives_being_stored(tmp_path: Path) -> None:
    plan = read_company(ROOT / "switchroom.yaml").plan

    assert values.loads(values.dumps(plan)) == plan


def test_a_person_is_seen_in_an_emergency_by_a_number_that_has_an_address(tmp_path: Path) -> None:
    text = GOOD.replace("start: hours", "start: hours, emergency_address: 10 Market Street")
    text = text.replace("role: agent", 'role: agent, emergency_number: "+44 20 7946 0800"')

    plan = read_company(_write(tmp_path, text)).plan

    assert [one.emergency_address for one in plan.numbers] == ["10 Market Street"]
    assert plan.members[0].emergency_number == "+442079460800"


def test_a_sound_is_named_by_its_content_and_changes_the_plan(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "hello.wav"), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", "NONE"))
        sound.writeframes(b"\1\0" * 80)
    text = GOOD.replace("prompt: Goodbye.", "prompt: {say: Goodbye., sound: hello.wav}")

    company = read_company(_write(tmp_path, text))

    body = (tmp_path / "hello.wav").read_bytes()
    sha = hashlib.sha256(body).hexdigest()
    assert company.plan.node("bye", Greeting).prompt == Prompt("Goodbye.", sha, seconds=1)
    assert (company.sounds[sha].content_type, company.sounds[sha].body) == ("audio/wav", body)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("company: Kestrel\n", "", "the company has no company: write company: Kestrel Parcels"),
        ("Europe/London", "Europe/Londn", "Europe/Londn is no time zone"),
        ("+44 20 7946 0800", "020 7946 0800", "is no full telephone number"),
        ("+44 20 7946 0800", "+44 20", "write it with country, such as +44 20 7946 0800"),
        ("language: en", "language: xx", "language: xx of number +442079460800 is not"),
        ("start: hours", "start: huors", "no node is called so. Did you mean hours?"),
        ("start: hours", "begin: hours", "number +442079460800 has no field begin"),
        ("start: hours", "begin: hours", "number +442079460800 has no start"),
        ("08:00-18:00", "8-18", "8-18 is no span of time: write it as 08:00-18:00"),
        ("08:00-18:00", "18:00-08:00", "18:00-08:00 is no span of time"),
        ("08:00-18:00", "08:00-25:00", "08:00-25:00 is no span of time"),
        ("mon-fri", "mon-friday", "mon-friday are no days: write mon-fri"),
        ("2026-12-25", "25.12.2026", "25.12.2026 is no day: write it as 2026-12-25."),
        ("is: menu", "is: ivr", "is: ivr of node menu is not known. Write one of: ask"),
        ("      2: {", "      1: {", "1 stands here twice (first in line 16): remove one."),
        ("      2: {", "      12: {", "12 is no key: write one of 0 to 9, * or #."),
        ("label: Sales, then: sales}", "label: Sales}", "key 1 of menu menu has no then"),
        ("then: sales}", "then: sale}", "names sale, but no node is called so. Did you mean"),
        ("prompt: Type it.", "promt: Type it.", "has no field promt. Did you mean prompt?"),
        ("digits: 3", "digits: three", "digits is three: write a whole number from 1 to 8."),
        ("agent: anna", "agent: ana", "no person is called so. Did you mean anna?"),
        ("queues: [sales]", "queues: [sails]", "no queue is called so. Did you mean sales?"),
        ("queues: [sales]", "queues: [menu]", "names menu, but no queue is called so"),
        ("queues: [sales]", "queues: sales", "write queues: [one, another]"),
        ("role: agent", "role: boss", "role: boss of person anna is not known."),
        ("role: agent", "role: agent, password_hash: secret", "this is no argon2id hash"),
        ("Please hold.", "{say: Hold., sound: no.wav}", "there is no file no.wav"),
        ("Please hold.", "{say: Hold., sound: ../x.wav}", "lies outside of the plan's folder"),
        ("Please hold.", "{say: Hold., sound: company.yaml}", "company.yaml is no WAV file"),
        ("Please hold.", "{sound: company.yaml}", "has no say: write say: Welcome to"),
        (
            "comfort: Please hold.",
            "comfort: Hold., record: maybe",
            "Write one of: always, by hand, never.",
        ),
        ("comfort: Please hold.", "comfort: Hold., priority: 0", "number from 1 to 10."),
        ("label: Sales, c", "strategy: loudest, label: S, c", "Write one of: fewest calls"),
        ("label: Sales, c", "strategy: longest, label: S, c", "Did you mean longest idle?"),
        ("  anna-line: {", "  Anna Line: {", "Anna Line is no name"),
        ("phone: +44 20 7946 0142", "phone: Eleanor", "Eleanor is no full telephone number"),
        ("  bye: {is: greeting, prompt: Goodbye.}", "  bye: Goodbye.", "bye has no fields"),
        ("company: Kestrel", "one_moment: Wait.\ncompany: K", "has no field one_moment"),
        ("is: mailbox", "is: goto", "goto box has no then: write then: menu"),
        ("is: mailbox, ", "", "node box has no is: write is: ask extension"),
        ("is: mailbox", "is: mailbox, max_seconds: [1]", "max_seconds of mailbox box is no number"),
        ("- {number:", "- Main\n  - {number:", "here should be fields: write numbers: [{number"),
        ("Type it.", "x" * 3001, "these are 3001 characters: use at most 3000."),
        ("email: anna@", "email: anna at ", "is no e-mail address: write one such as"),
        ("role: agent", "role: agent, devices: [phone]", "the telephone has no number: add"),
        (
            "role: agent",
            'role: agent, emergency_number: "+44 20 7946 0800"',
            "+442079460800 has no emergency_address in numbers: write one there.",
        ),
        ("role: agent", "role: agent, devices: [fax]", "devices: fax of person anna is not"),
        ("1: {label: Sales, then: sales}", "1: sales", "1 of menu menu has no fields: write"),
        ("007: anna-line", "007: ", "007 of ask extension ask is no text: write extensions:"),
        ("[2026-12-25]", "2026-12-25", "holidays of hours hours is no list: write"),
        ("comfort: Please hold.", "comfort: [a]", "comfort of queue sales is no text: write"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    problems = _wrong(tmp_path, old, new)

    line = GOOD[: GOOD.index(old)].count("\n") + 1
    assert any(at == line and said in message for at, message in problems), problems


@pytest.mark.parametrize(
    ("old", "new", "said", "at"),
    [
        ("prompt: Type it.", "promt: Type it.", "ask extension ask has no prompt", "  ask:"),
        ("digits: 3", "digits: 4", "007 has not 4 digits", "extensions:"),
        (
            "zone: Europe/London",
            "zone: Europe/London\nname: *z",
            "references (*name)",
            "name: *z",
        ),
        ("company: Kestrel", "company: [Kestrel", "this is no YAML", "zone:"),
        (
            "agent: anna",
            "agent: anna, color: red",
            "extension anna-line has no field color.",
            "anna-line: {",
        ),
    ],
)
def test_what_is_wrong_elsewhere_is_said_with_the_line_to_change(
    tmp_path: Path, old: str, new: str, said: str, at: str
) -> None:
    problems = _wrong(tmp_path, old, new)

    line = _line_of(GOOD.replace(old, new, 1), at)
    assert any(found == line and said in message for found, message in problems), problems


@pytest.mark.parametrize(
    ("node", "said"),
    [
        ("{is: branch, rows: [{then: bye, prefixes: [48]}], otherwise: box}", "48 is no beginning"),
        ("{is: branch, rows: [{then: no, withheld: yes}], otherwise: box}",
         "number 1 of rows of branch new names no, but no node is called so."),
        ("{is: branch, rows: [{then: bye, numbers: [12]}], otherwise: box}", "12 is no full"),
        ("{is: branch, rows: [{withheld: yes}], otherwise: box}",
         "number 1 of rows of branch new has no then: write then: polish-menu"),
        ("{is: branch, rows: bye, otherwise: box}", "rows of branch new is no list: write rows: ["),
        ("{is: branch, rows: []}", "branch new has no otherwise: write otherwise: menu"),
        ("{is: goto, then: nowhere}", "goto new names nowhere, but no node is called so."),
        ("{is: goto, then: new}", "a silent caller goes round for ever: new → new."),
    ],
)  # fmt: skip
def test_a_wrong_node_is_said_with_its_line(tmp_path: Path, node: str, said: str) -> None:
    text = GOOD.replace("  bye:", f"  new: {node}\n  bye:", 1)

    with pytest.raises(PlanError) as wrong:
        read_company(_write(tmp_path, text))

    line = _line_of(text, "  new:")
    assert any(one.line == line and said in one.message for one in wrong.value.problems), str(wrong)


def test_a_branch_is_read_as_written(tmp_path: Path) -> None:
    rows = (
        '[{prefixes: ["+48", +4430], then: box}, {numbers: [+44 20 7946 0142], then: bye}, '
        "{withheld: yes, then: menu}]"
    )
    text = GOOD.replace("  bye:", f"  who: {{is: branch, rows: {rows}, otherwise: box}}\n  bye:")

    plan = read_company(_write(tmp_path, text)).plan

    assert plan.nodes["who"] == Branch(
        (
            CallerRow("box", prefixes=("+48", "+4430")),
            CallerRow("bye", numbers=("+442079460142",)),
            CallerRow("menu", withheld=True),
        ),
        "box",
    )


def test_a_node_to_which_no_call_can_come_is_remarked_upon(tmp_path: Path) -> None:
    text = GOOD.replace("  bye:", "  spare: {is: goto, then: box}\n  bye:")

    company = read_company(_write(tmp_path, text))

    said = "no call can come to spare: nothing leads there."
    assert company.remarks == (Problem(_line_of(text, "spare:"), said),)
    assert read_company(_write(tmp_path, GOOD)).remarks == ()


def test_things_that_stand_twice_are_said(tmp_path: Path) -> None:
    person = GOOD[GOOD.index("  anna: {") :].splitlines()[0]
    text = GOOD.replace(person, f"{person}\n{person.replace('anna:', 'ben:')}", 1)
    contact = GOOD.splitlines()[-1]
    text += f"{contact}\n"
    number = GOOD[GOOD.index("  - {number") :].splitlines()[0]
    text = text.replace(number, f"{number}\n{number}", 1)

    with pytest.raises(PlanError) as wrong:
        read_company(_write(tmp_path, text))

    email = f"anna@kestrel.example stands in line {_line_of(text, '  anna: {')} too"
    assert email in str(wrong.value)
    assert "007 is another person's extension: choose one." in str(wrong.value)
    assert "+442079460142 stands here twice: remove one." in str(wrong.value)
    assert "+442079460800 stands here twice: remove one." in str(wrong.value)


@pytest.mark.parametrize(
    ("old", "new", "way"),
    [
        ("then: ask}\n    otherwise: box", "then: ask}\n    otherwise: menu", "menu → menu"),
        ("otherwise: bye", "otherwise: menu2", "ask → menu2 → ask"),
        ("comfort: Please hold., otherwise: box", "comfort: H., otherwise: sales", "sales → sales"),
        ("closed: box", "closed: hours", "hours → hours"),
    ],
)
def test_a_silent_caller_never_goes_round_for_ever(
    tmp_path: Path, old: str, new: str, way: str
) -> None:
    menu2 = (
        "  menu2: {is: menu, prompt: Hm., choices: {1: {label: A, then: box}}, otherwise: ask}\n"
    )
    text = GOOD.replace("  box:", f"{menu2}  box:", 1)
    assert old in text

    with pytest.raises(PlanError) as wrong:
        read_company(_write(tmp_path, text.replace(old, new, 1)))

    assert f"a silent caller goes round for ever: {way}." in str(wrong.value)


def test_everything_wrong_is_said_at_once_in_order(tmp_path: Path) -> None:
    text = GOOD.replace("language: en", "language: xx").replace("is: menu", "is: ivr")
    text = text.replace("role: agent", "role: boss")

    with pytest.raises(PlanError) as wrong:
        read_company(_write(tmp_path, text))

    lines = [problem.line for problem in wrong.value.problems]
    assert lines == sorted(lines)
    wrong_ones = [_line_of(text, words) for words in ("language: xx", "is: ivr", "role: boss")]
    assert set(wrong_ones) <= set(lines)
    assert str(wrong.value).startswith(f"company.yaml, line {wrong_ones[0]}: ")


@pytest.mark.parametrize("content", [b"", b"- a\n- b\n", b"hello", b"\xff\xfe\x00", b"[" * 5000])
def test_what_is_no_company_at_all_is_said_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "company.yaml"
    path.write_bytes(content)

    with pytest.raises(PlanError) as wrong:
        read_company(path)

    assert len(wrong.value.problems) == 1


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="there is no such file"):
        read_company(tmp_path / "absent.yaml")


# --- Whatever people type -----------------------------------------------------------------------

SCRAPS = (
    *("", " ", ":", "-", "{", "}", "[", "]", '"', "'", "#", "*", "|", ">", "%", "---", "? x"),
    *("&a", "!!int 3", "1e9", "\t", "null", "is: queue", "then: 3", "\0", "\ud83d", "<<: {a: b}"),
)


@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # one file, written anew each time
)
@given(at=st.integers(0, len(GOOD)), cut=st.integers(0, 40), scrap=st.sampled_from(SCRAPS))
def test_any_slip_of_the_pen_is_a_plan_or_a_said_mistake(
    tmp_path: Path, at: int, cut: int, scrap: str
) -> None:
    path = tmp_path / "company.yaml"
    path.write_text(GOOD[:at] + scrap + GOOD[at + cut :], "utf-8", errors="surrogatepass")

    problems = _problems(path)

    assert all(problem.line >= 1 and problem.message for problem in problems)


def _problems(path: Path) -> tuple[Problem, ...]:
    try:
        read_company(path)
    except PlanError as wrong:
        return wrong.problems
    return ()
