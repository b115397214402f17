"""What an outside telephone does when it is called, as the customer hands it to the exchange.

A JSON file: `{"telephones": [{"number", "name", "does", "steps": [step, …]}, …]}`. `does` is for
people. A step names itself (`"step": "say"`) beside what it needs; its class says what it does.
Whatever comes before `answer` happens while it rings, so that it is early media. A telephone whose
steps are over hangs up when it has answered, and else rings on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from infra.local.exchange.interfaces import Tone
from infra.local.exchange.leg import BUSY_HERE, DECLINED, NOT_FOUND

LANGUAGE = "en-GB"
REFUSALS = frozenset({BUSY_HERE, DECLINED, NOT_FOUND})


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing changes for so long."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The call is answered."""


@dataclass(frozen=True, slots=True)
class Say:
    text: str
    language: str = LANGUAGE


@dataclass(frozen=True, slots=True)
class Sound:
    tone: Tone
    times: int = 1


@dataclass(frozen=True, slots=True)
class Listen:
    """Until it has heard nobody and nothing for `silence_seconds`; `seconds` at most."""

    seconds: float
    silence_seconds: float


@dataclass(frozen=True, slots=True)
class Menu:
    """Says `text`, says what a key's choice is (or `other`), and begins again.

    It is over when no key has come for `seconds` after the text.
    """

    text: str
    choices: Mapping[str, str]
    other: str
    seconds: float
    language: str = LANGUAGE


@dataclass(frozen=True, slots=True)
class Refuse:
    """The call is not taken, with this SIP code."""

    sip_code: str


Step: TypeAlias = Wait | Answer | Say | Sound | Listen | Menu | Refuse
_STEPS: Mapping[str, type[Step]] = {
    "wait": Wait,
    "answer": Answer,
    "say": Say,
    "sound": Sound,
    "listen": Listen,
    "menu": Menu,
    "refuse": Refuse,
}


@dataclass(frozen=True, slots=True)
class Script:
    """One telephone. `name` and `does` are for people."""

    number: str
    name: str
    does: str
    steps: tuple[Step, ...]

    def words(self) -> Iterator[tuple[str, str]]:
        """All that it may say, each with its language."""
        for step in self.steps:
            match step:
                case Say(text=text, language=language):
                    yield text, language
                case Menu(text=text, choices=choices, other=other, language=language):
                    yield from ((one, language) for one in (text, other, *choices.values()))
                case _:
                    pass


def read_scripts(path: Path | None) -> tuple[Script, ...]:
    """None without a file. Raises ValueError when the file holds something else."""
    if path is None or not path.exists():
        return ()
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["telephones"]
        return tuple(_script(one) for one in found)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} holds no telephones: {error}") from error


def _script(one: Mapping[str, Any]) -> Script:
    steps = tuple(_step(**step) for step in one["steps"])
    return Script(one["number"], one["name"], one["does"], steps)


def _step(step: str, **needs: Any) -> Step:
    if "tone" in needs:
        needs["tone"] = Tone(needs["tone"])
    made = _STEPS[step](**needs)
    if isinstance(made, Refuse) and made.sip_code not in REFUSALS:
        raise ValueError(f"a telephone does not refuse with {made.sip_code}")
    return made
