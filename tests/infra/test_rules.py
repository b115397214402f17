"""Every code that a comment, a test or a page cites leads to a line of this repository's docs.

Ours are in docs/rules.md and docs/failures.md. What the carrier's documentation says is the
contract in docs/carrier.md: the exchange and its tests cite it bare, everything else as "contract"
and a code.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = (".ci", "app", "demo", "docs", "infra", "tests", "twiml-templates")
TEXT = frozenset({".css", ".html", ".js", ".md", ".py", ".toml", ".txt", ".xml", ".yaml", ".yml"})
NOT_OURS = frozenset({"vendor", "node_modules", "__pycache__"})

CODE = r"[A-KMO-SVW]\d{1,2}|I\.\d{1,2}"
CITED = re.compile(rf"(?<![\w.%#/+&\\-])(?:{CODE})(?!\w)")
OF_THE_CONTRACT = re.compile(rf"\b[Cc]ontract\s+(?:parts? )?(?:{CODE})(?:(?:, | and )(?:{CODE}))*")
ONLY_OF_THE_CONTRACT = frozenset("ABEIJK")
BARE_CONTRACT = ("infra/local/exchange/", "tests/exchange/", "docs/carrier.md")
FOREIGN = frozenset({"C90"})  # a rule of ruff, named in pyproject.toml
DRAWING = re.compile(r'\bd="[^"]*"')  # the path of an SVG


@cache
def rules() -> frozenset[str]:
    stated = re.findall(r"^- \*\*([A-Z]\d+)\. ", _doc("rules.md"), re.MULTILINE)
    failures = re.findall(r"^\| (F\d+) \|", _doc("failures.md"), re.MULTILINE)
    twice = [code for code, times in Counter([*stated, *failures]).items() if times > 1]
    assert not twice, f"{twice} are stated twice"
    return frozenset([*stated, *failures])


@cache
def contract() -> frozenset[str]:
    _, _, lines = _doc("carrier.md").partition("\n## The contract\n")
    return frozenset(re.findall(rf"\*\*({CODE})\*\*", lines))


def unresolved(path: str, text: str) -> Iterator[str]:
    """The codes in that file, each with its line, that lead nowhere."""
    for number, line in enumerate(_prose(path, text), start=1):
        named = [match.span() for match in OF_THE_CONTRACT.finditer(line)]
        for match in CITED.finditer(line):
            code = match.group()
            is_named = any(begin <= match.start() < end for begin, end in named)
            if code not in FOREIGN and code not in _where_it_may_be(path, code, is_named=is_named):
                yield f"{path}:{number}: {code}"


def _where_it_may_be(path: str, code: str, *, is_named: bool) -> frozenset[str]:
    if is_named or code[0] in ONLY_OF_THE_CONTRACT:
        return contract()
    if path.startswith(BARE_CONTRACT):
        return contract() | rules()
    return rules()


def _prose(path: str, text: str) -> list[str]:
    lines = text.split("\n")
    if path.endswith(".toml"):
        return [line.partition("#")[2] for line in lines]
    return [DRAWING.sub("", line) for line in lines]


def _doc(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def _files() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from (path for path in sorted((ROOT / folder).rglob("*")) if path.suffix in TEXT)
    yield from (path for path in sorted(ROOT.iterdir()) if path.suffix in TEXT)
    yield ROOT / "Makefile"


def test_every_code_cited_is_a_rule_a_failure_or_part_of_the_contract() -> None:
    lost = [
        found
        for path in _files()
        if not NOT_OURS & set(path.parts)
        for found in unresolved(path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))
    ]

    assert not lost, "state them in docs/rules.md:\n" + "\n".join(lost)


def test_every_rule_says_what_breaks_without_it() -> None:
    page, _, _ = _doc("rules.md").partition("\n## F. ")
    stated = re.split(r"\n(?=- \*\*)|\n\n", page)

    silent = [rule[:60] for rule in stated if rule.startswith("- **") and "*Else*" not in rule]

    assert not silent


@pytest.mark.parametrize(
    ("path", "cited"),
    [
        ("app/domain/call.py", "{}9"),
        ("app/domain/call.py", "contract {}9"),
        ("app/domain/call.py", "contract A2, {}9"),
        ("infra/local/exchange/room.py", "({}9)"),
        ("docs/theory.md", "as {}9 says"),
    ],
)
def test_a_code_without_a_rule_is_found(path: str, cited: str) -> None:
    text = "fine\n" + cited.format("W" + "9")

    assert list(unresolved(path, text)) == [f"{path}:2: " + "W" + "99"]


def test_a_code_of_the_contract_is_no_rule_of_ours() -> None:
    """Both have a first line under D; only the contract has one under A."""
    code = "A" + "11"

    assert not list(unresolved("app/domain/call.py", f"contract {code}"))
    assert not list(unresolved("tests/exchange/test_conferences.py", code))
    assert list(unresolved("app/domain/call.py", f"contract {'W' + '6'}"))


def test_drawings_and_settings_cite_nothing() -> None:
    assert not list(unresolved("app/console/templates/x.html", f'<path d="{"M" + "99"} 4"/>'))
    assert not list(unresolved("pyproject.toml", f'select = ["{"C" + "99"}"]'))
