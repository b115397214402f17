"""Field by field: what a person may write that would mean something else, or nothing.

`TRIED` lists it: the field, what was written, and what happens. Each refusal has the line and says
what to write; what is accepted means what was written.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from app.adapters.plan import PlanError, read_company
from app.domain.nodes.menu import Menu
from tests.adapters.plan.test_company import GOOD

COMFORT = "comfort: Please hold."
PHONE = "phone: +44 20 7946 0142"
OPEN = "open: {mon-fri: 08:00-18:00, sat: [09:00-12:00, 13:00-24:00]}"
ROLE = "role: agent"
HASH = "$argon2id$v=19$m=65536,t=3,p=4$82WSB276kEGgwYIg8HQlrg$h0FZ0LLwGeNrajuaseeNeDv99ujb"
BOX = "box: {is: mailbox, label: Box, prompt: After the tone.}"


def _row(*rows: str) -> str:
    return f"who: {{is: branch, rows: [{', '.join(rows)}], otherwise: box}}\n  {BOX}"


# Each field: what stands in the good file, what is written instead, what is said of it.
TRIED = [
    # Any text
    ("a prompt", "prompt: Type it.", "prompt: Type #.", "only Type is left"),
    ("a prompt", "prompt: Type it.", "prompt: Press # and wait.", "only Press is left"),
    ("a prompt", "prompt: Type it.", "prompt: # is the key.", "nothing is left of this text"),
    ("a prompt", "prompt: Type it.", 'prompt: "Press # and wait."', "is read"),
    ("a prompt", "prompt: Type it.", "prompt: >-\n      Press # and wait.", "is read"),
    ("a prompt", "prompt: Type it.", 'prompt: "Thank you \\ud83d\\ude00"', "is read"),
    ("a prompt", "prompt: Type it.", 'prompt: "Half \\ud83d"', "has the character U+FFFD"),
    ("a prompt", "prompt: Type it.", 'prompt: "Ring \\a"', "has the character U+0007"),
    ("a prompt", "prompt: Type it.", 'prompt: "A \\ufffe"', "has the character U+FFFE"),
    ("a prompt", "prompt: Type it.", 'prompt: "A \\u202e"', "has the character U+202E"),
    ("a prompt", "prompt: Type it.", "prompt: !binary SGVsbG8=", "YAML takes !word off"),
    ("a prompt", "prompt: Type it.", "prompt: &Co is the company.", "YAML takes &word off"),
    ("a prompt", "prompt: Type it.", "prompt: ~", "~ is YAML's word for nothing"),
    ("a prompt", "prompt: Type it.", 'prompt: "…"', "… has no word to speak"),
    ("a prompt", "prompt: Type it.", "prompt: {say: Hm # hm\n      }", "only Hm is left"),
    ("a prompt", "prompt: Type it.", "prompt: Type <it> & wait.", "is read"),
    # The company
    ("company", "company: Kestrel", "company: Kestrel #1", "only Kestrel is left"),
    ("company", "company: Kestrel", "company: null", "null is YAML's word for nothing"),
    ("company", "company: Kestrel", 'company: "Null"', "is read"),
    ("company", "company: Kestrel", "company: No", "is read"),
    ("company", "company: Kestrel", "? [a]\n: b\ncompany: Kestrel", "a name is a text"),
    ("zone", "Europe/London", "Etc/GMT+5", "no time zone of a place"),
    ("zone", "Europe/London", "EST", "write area and city, such as Europe/London"),
    ("zone", "Europe/London", "right/Europe/London", "no time zone of a place"),
    ("zone", "Europe/London", "UTC", "is read"),
    ("zone", "Europe/London", "Europe/London # ours", "is read"),
    ("away_reasons", "company: K", "away_reasons: []\ncompany: K", "away_reasons of the company"),
    ("away_reasons", "company: K", "away_reasons: [a, a]\ncompany: K", "a stands in this list"),
    ("away_reasons", "company: K", "away_reasons: [no]\ncompany: K", "is read"),
    ("demo_password", "company: K", 'demo_password: "a "\ncompany: K', "ends with a space"),
    ("demo_password", "company: K", "demo_password: a #1\ncompany: K", "only a is left"),
    # Numbers
    ("numbers", '\n  - {number: "+44 20 7946 0800", label: Main, language: en, start: hours}',
     " []", "numbers of the company is empty"),
    ("number", "+44 20 7946 0800", "+44 7946 0800", "is no full telephone number"),
    ("number", "+44 20 7946 0800", "+1 555 0147", "is no full telephone number"),
    ("number", "+44 20 7946 0800", "+44 (0)20 7946-0800", "is read"),
    ("number", "+44 20 7946 0800", "+44 20 7946 0800 / 0801", "is no full telephone number"),
    ("label", "label: Main,", "label: &Main line,", "YAML takes &word off"),
    # Nodes
    ("open", OPEN, "open: {}", "it is never open: write open"),
    ("open", "sat: [09:00-12:00, 13:00-24:00]", "fri: 08:00-13:00", "fri is in mon-fri and in fri"),
    ("open", "13:00-24:00", "11:00-24:00", "times of sat overlap"),
    ("open", "mon-fri: 08:00", "mon-fri: 8:00", "is no span of time: write it as 08:00-18:00"),
    ("open", "08:00-18:00", "22:00-06:00", "within one day"),
    ("holidays", "[2026-12-25]", "[2026-12-25, 2026-12-25]", "stands in this list twice"),
    ("holidays", "[2026-12-25]", "[2026-02-30]", "is no day: write it as 2026-12-25."),
    ("choices", "      1: {label: Sales", "      #: {label: Sales", 'write "#": for the key'),
    ("choices", "      1: {label: Sales", '      "#": {label: Sales', "is read"),
    ("choices", "      1: {label: Sales", "      01: {label: Sales", "01 is no key"),
    ("digits", "digits: 3", "digits: 3.0", "digits is 3.0: write a whole number from 1 to 8."),
    ("digits", "digits: 3", "digits: 0_3", "digits is 0_3: write a whole number from 1 to 8."),
    ("digits", "digits: 3", "digits: 3 # of them", "is read"),
    ("extensions", "{007: anna-line}", "{}", "no extension leads anywhere"),
    ("extensions", "{007: anna-line}", "{7: anna-line}", "7 has not 3 digits"),
    ("record", COMFORT, f"{COMFORT}, record: 2", "Write one of: always, by hand, never."),
    ("record", COMFORT, f"{COMFORT}, record: no", "record is no: write record: never, or"),
    ("record", COMFORT, f"{COMFORT}, record: TRUE", "record is TRUE: write record: always, or"),
    ("record", COMFORT, f"{COMFORT}, record: by-hand", "Did you mean by hand?"),
    ("record", COMFORT, f"{COMFORT}, record: [by hand]", "sales is no text: write record: always"),
    ("priority", COMFORT, f"{COMFORT}, priority: 1e0", "priority is 1e0: write a whole number"),
    ("comfort", COMFORT, "comfort: Hold, please.", "has no field please."),
    ("rows", BOX, _row(), "it has no rows"),
    ("rows", BOX, _row("{then: box}"), "this row is true of nobody"),
    ("rows", BOX, _row("{withheld: maybe, then: box}"), "withheld is maybe: write yes or no."),
    ("rows", BOX, _row("{withheld: no, then: box}"), "this row is true of nobody"),
    ("rows", BOX, _row("{prefixes: [+44], then: box}", "{prefixes: [+4420], then: bye}"),
     "a row above takes +4420 already"),
    ("rows", BOX, _row("{prefixes: [+44], then: box}", "{numbers: [+442079460142], then: bye}"),
     "a row above takes +442079460142 already"),
    ("rows", BOX, _row("{withheld: yes, then: box}", "{withheld: yes, then: bye}"),
     "a row above takes callers who withhold their number already"),
    ("prefixes", BOX, _row("{prefixes: [+999], then: box}"), "+999 is no country's beginning"),
    ("prefixes", BOX, _row("{prefixes: [+52155], then: box}"), "any more: write +5255."),
    ("prefixes", BOX, _row("{prefixes: [+44 20], then: box}"), "is no beginning of a number"),
    ("prefixes", BOX, _row("{prefixes: [+48, +48], then: box}"), "stands in this list twice"),
    ("numbers", BOX, _row("{numbers: [+17378742833], then: box}"), "write withheld: yes"),
    ("numbers", BOX, _row("{numbers: [+266696687], then: box}"), "is no full telephone number"),
    # People
    ("email", "anna@kestrel.example", "<anna@kestrel.example>", "is no e-mail address"),
    ("email", "anna@kestrel.example", "anna@kestrel.example.", "is no e-mail address"),
    ("email", "anna@kestrel.example", '"anna@kestrel.example,b"', "is no e-mail address"),
    ("email", "anna@kestrel.example", '"anna@kestrel.example\\u200b"', "is no e-mail address"),
    ("email", "anna@kestrel.example", "ANNA@kestrel.example", "is read"),
    ("queues", "queues: [sales]", "queues: [sales, sales]", "sales stands in this list twice"),
    ("extension", "extension: 007}", "extension: 7a}", "7a is no extension: write digits"),
    ("extension", "extension: 007}", 'extension: "0 07"}', "0 07 is no extension"),
    ("password_hash", ROLE, f"{ROLE}, password_hash: {HASH[:40]}", "a part of an argon2id hash"),
    ("password_hash", ROLE, f'{ROLE}, password_hash: "{HASH}"', "is read"),
    ("devices", ROLE, f"{ROLE}, devices: []", "devices of person anna is empty"),
    ("devices", ROLE, f"{ROLE}, devices: [desk, desk]", "desk stands in this list twice"),
    ("phone", ROLE, f"{ROLE}, phone: +447700900555", "this telephone never rings"),
    ("phone", ROLE, f"{ROLE}, devices: [phone], phone: +442079460800", "a number of the company"),
    ("phone", ROLE, f'{ROLE}, devices: [phone], phone: "+44 20 7946 0100 ext. 12"', "more than"),
    ("phone", ROLE, f"{ROLE}, devices: [phone], phone: +44 20 7946 0100 x12", "is more than"),
    ("phone", ROLE, f"{ROLE}, devices: [phone], phone: tel:+442079460100;ext=12", "is more than"),
    ("phone", ROLE, f'{ROLE}, devices: [phone], phone: "+44 20 7946 0100#12"', "is more than"),
    ("phone", ROLE, f'{ROLE}, devices: [phone], phone: "+44 20 7946 0100,,12"', "telephone number"),
    ("phone", ROLE, f"{ROLE}, devices: [phone], phone: +1 800 FLOWERS", "is more than"),
    # Contacts
    ("contact phone", PHONE, "phone: +44 20 7946 0142 #12\n   ", "is left of this text"),
    ("contact phone", PHONE, "phone: +52 1 55 1234 5678", "is read"),
    ("contact phone", PHONE, "phone: +44 20 7946 0142 home", "telephone number"),
    ("contact name", "name: Eleanor", "name: ~", "~ is YAML's word for nothing"),
    ("contact note", "note: Fragile", "note: Fragile # see 12\n   ", "only Fragile is left"),
    ("contact note", "note: Fragile", "note: # see 12\n   ", "nothing is left of this text"),
]  # fmt: skip
READ = [(old, new) for _, old, new, happens in TRIED if happens == "is read"]
REFUSED = [one for one in TRIED if one[3] != "is read"]


def _company(folder: Path, text: str) -> Path:
    path = folder / "company.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("field", "old", "new", "said"), REFUSED)
def test_what_would_mean_something_else_is_refused_with_its_line(
    tmp_path: Path, field: str, old: str, new: str, said: str
) -> None:
    assert GOOD.count(old) >= 1, old

    with pytest.raises(PlanError) as wrong:
        read_company(_company(tmp_path, GOOD.replace(old, new, 1)))

    first = GOOD[: GOOD.index(old)].count("\n") + 1
    lines = range(first, first + new.count("\n") + 2)
    problems = wrong.value.problems
    assert any(one.line in lines and said in one.message for one in problems), (field, problems)


@pytest.mark.parametrize(("old", "new"), READ)
def test_what_means_what_was_written_is_read(tmp_path: Path, old: str, new: str) -> None:
    read_company(_company(tmp_path, GOOD.replace(old, new, 1)))


def test_two_halves_of_a_character_are_that_character(tmp_path: Path) -> None:
    text = GOOD.replace("Sales 1, an extension 2.", '"Thank you \\ud83d\\ude00"')

    plan = read_company(_company(tmp_path, text)).plan

    assert plan.node("menu", Menu).prompt.text == "Thank you 😀"


@pytest.mark.parametrize("other", ["+52 1 55 1234 5678", "+52 55 1234 5678", "+52 (55) 1234-5678"])
def test_two_numbers_of_one_line_are_one_contact(tmp_path: Path, other: str) -> None:
    text = f"{GOOD}  - {{phone: +52 1 55 1234 5678, name: Luz}}\n"
    read = read_company(_company(tmp_path, text))

    with pytest.raises(PlanError, match=r"\+525512345678 stands here twice"):
        read_company(_company(tmp_path, f"{text}  - {{phone: {other}, name: Luz}}\n"))

    assert read.contacts[1].phone == "+525512345678"


def test_a_person_s_extension_rings_that_person(tmp_path: Path) -> None:
    other = "  ben: {name: Ben, email: ben@kestrel.example, role: agent}\n"
    text = GOOD.replace("agent: anna,", "agent: ben,").replace("contacts:", f"{other}contacts:")

    with pytest.raises(PlanError, match="007 is the extension of anna, but rings ben"):
        read_company(_company(tmp_path, text))


def test_a_queue_that_nobody_answers_is_remarked_upon(tmp_path: Path) -> None:
    company = read_company(_company(tmp_path, GOOD.replace("queues: [sales], ", "")))

    assert [one.message for one in company.remarks] == [
        "nobody answers sales: it is in no one's queues."
    ]
