"""The languages that callers are spoken to in, and the system's own words in each.

`twiml-templates/words/<language>.json` is one catalogue: the carrier's name of the language and
every word that a template says. The catalogues that are there are the languages that there are: the
plan, the templates and the tests ask here. They are read and compared with the templates once a
process, when it starts; a catalogue that lacks a word, or has one too many, stops it.
"""

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

TEMPLATES: Final = Path(__file__).parents[2] / "twiml-templates"
DEFAULT_LANGUAGE: Final = "en"  # where no call says which: unknown numbers, and when we are down
_log = logging.getLogger(__name__)
_TAG: Final = re.compile(r"[a-z]{2,3}")
_LOCALE: Final = re.compile(r"[a-z]{2,3}-[A-Z]{2}")
_SAID: Final = re.compile(r"""\bsay\(\s*["']([a-z0-9_]+)["']""")  # {{ say("one_moment", … ) }}


class BadCatalogues(ValueError):
    """The catalogues cannot be used. The message names each file and what to write in it."""


class UnknownLanguage(LookupError):
    """There is no catalogue of this language, so nothing can be said in it."""


@dataclass(frozen=True, slots=True)
class Language:
    """`tag` as plans write it (`pl`), `locale` as the carrier does (`pl-PL`), words by key."""

    tag: str
    locale: str
    words: Mapping[str, str]


def languages() -> tuple[str, ...]:
    """The tags that a plan may use, the default language first. Raises BadCatalogues."""
    return tuple(_catalogues())


def language(tag: str) -> Language:
    """Raises UnknownLanguage; the first call of a process may raise BadCatalogues."""
    found = _catalogues().get(tag)
    if found is None:
        raise UnknownLanguage(f"no catalogue of {tag!r}: add twiml-templates/words/{tag}.json")
    return found


def spoken_language(tag: str) -> str:
    """`tag`, or the default language if it has no catalogue: said in the log, and only where words
    in the wrong language are better than none, such as an apology."""
    if tag in _catalogues():
        return tag
    _log.error("no catalogue of this language", extra={"language": tag[:20]})
    return DEFAULT_LANGUAGE


def read(templates: Path) -> dict[str, Language]:
    """The catalogues of that folder by tag. Raises BadCatalogues with everything that is wrong."""
    said = said_words(templates)
    problems: list[str] = []
    found: dict[str, Language] = {}
    for file in sorted((templates / "words").glob("*.json"), key=_default_first):
        content = _parsed(file, problems)
        if content is not None:
            problems += _problems(file, content, said)
            words = {key: str(word) for key, word in content.words.items()}
            found[file.stem] = Language(file.stem, content.locale, words)
    default = templates / "words" / f"{DEFAULT_LANGUAGE}.json"
    if not problems and DEFAULT_LANGUAGE not in found:
        problems.append(f"{_named(default)} is missing: it is the default language.")
    if problems:
        raise BadCatalogues("\n".join(problems))
    return found


def said_words(templates: Path) -> frozenset[str]:
    """The keys that templates say. They are read as text: to compile them all would cost a start
    of the voice function more than its first answer needs."""
    sources = (file.read_text(encoding="utf-8") for file in templates.rglob("*.xml"))
    return frozenset(key for source in sources for key in _SAID.findall(source))


@cache
def _catalogues() -> Mapping[str, Language]:
    return read(TEMPLATES)


@dataclass(frozen=True, slots=True)
class _Content:
    locale: str
    words: Mapping[str, object]


class _Twice(ValueError):
    pass


def _default_first(file: Path) -> tuple[bool, str]:
    return file.stem != DEFAULT_LANGUAGE, file.stem


def _named(file: Path) -> str:
    return f"twiml-templates/words/{file.name}"


def _parsed(file: Path, problems: list[str]) -> _Content | None:
    """The content of a catalogue whose shape is right; else what to write is in `problems`."""
    name = _named(file)
    try:
        content = json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=_each_key_once)
    except json.JSONDecodeError as wrong:
        problems.append(f"{name}, line {wrong.lineno}: this is no JSON ({wrong.msg}).")
        return None
    except _Twice as twice:
        problems.append(f"{name}: {twice} stands here twice: remove one.")
        return None
    except UnicodeDecodeError:
        problems.append(f"{name}: write it in UTF-8.")
        return None
    match content:
        case {"locale": str(locale), "words": dict(words), **rest} if not rest:
            pass
        case _:
            problems.append(f'{name}: write {{"locale": "en-GB", "words": {{…}}}}, nothing else.')
            return None
    return _Content(locale, words)


def _each_key_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _Twice(next(key for key in keys if keys.count(key) > 1))
    return made


def _problems(file: Path, content: _Content, said: frozenset[str]) -> list[str]:
    name = _named(file)
    problems = []
    if not _TAG.fullmatch(file.stem):
        problems.append(f"{name}: name the file as plans write the language, such as pl.json.")
    if not _LOCALE.fullmatch(content.locale):
        problems.append(f'{name}: locale is "{content.locale}": write one such as "pl-PL".')
    problems += [
        f'{name}: the word {key} is missing: write "{key}": "…" in its words.'
        for key in sorted(said - content.words.keys())
    ]
    problems += [
        f"{name}: no template says {key}: remove it, or say it in a template."
        for key in sorted(content.words.keys() - said)
    ]
    problems += [
        f'{name}: {key} must be text: write "{key}": "…" in its words.'
        for key, word in content.words.items()
        if not isinstance(word, str) or not word.strip()
    ]
    return problems
