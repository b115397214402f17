"""The lists of docs/carrier.md that follow from the exchange's tables: what it does not emulate.

`python -m tests.exchange.edges_page` writes them; a test fails when the page is stale.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import assert_never

from infra.local.exchange.rest.api import ROUTES
from infra.local.exchange.rest.vocabulary import RESOURCES_NOT_EMULATED, Parameters
from infra.local.exchange.twiml.carrier_only import CARRIER_ONLY
from infra.local.exchange.twiml.vocabulary import (
    CARRIER_VERBS,
    IN_PART,
    NOUNS,
    SSML,
    VERBS,
    Attributes,
    AttributeType,
    CharactersOf,
    Element,
    OneOf,
    SomeOf,
    Text,
    Whole,
)

PAGE = Path(__file__).parents[2] / "docs" / "carrier.md"
BEGIN, END = "<!-- from the tables: make docs -->\n", "<!-- end of the tables -->\n"
RUN: dict[str, Element] = {**VERBS, **NOUNS}


def with_edges(page: str) -> str:
    """The page with these lists as they should be."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{edges()}\n{END}{after}"


def edges() -> str:
    parts = (
        ("**TwiML at which a call stops**, in elements that are run:", _stops()),
        ("**Verbs and nouns at which a call stops**, with what they have:", _carrier_only()),
        ("**TwiML without effect:**", _unheeded()),
        ("**TwiML that is run in part**, which nothing warns of:", _in_part()),
        ("**REST resources that are refused**, with all below them:", _resources()),
        ("**REST parameters that are refused:**", _refused_parameters()),
        ("**REST parameters without effect:**", _unheeded_parameters()),
    )
    return "\n".join(
        f"{title}\n\n" + "".join(f"{line}\n" for line in lines) for title, lines in parts
    )


def _stops() -> Iterator[str]:
    yield from _table("in", "not emulated")
    yield f"| Response | {_tags(CARRIER_VERBS)} |"
    for tag, element in RUN.items():
        found = [_attribute(element, name) for name in sorted(element.not_emulated)]
        if element.carrier_children:
            found.append(_tags(element.carrier_children))
        if element.carrier_text:
            found.append(element.carrier_text)
        if found:
            yield f"| {tag} | {', '.join(found)} |"


def _carrier_only() -> Iterator[str]:
    yield from _table("element", "attributes", "inside it")
    for tag, element in sorted(CARRIER_ONLY.items()):
        yield f"| `<{tag}>` | {_code(element.not_emulated)} | {_tags(element.carrier_children)} |"


def _unheeded() -> Iterator[str]:
    yield from _table("in", "taken, and changes nothing here")
    for tag, element in RUN.items():
        if element.without_effect:
            yield f"| {tag} | {', '.join(_unheeded_attributes(element))} |"
    marks = (f"`<{tag}>`" + (f" ({_code(SSML[tag])})" if SSML[tag] else "") for tag in sorted(SSML))
    yield f"| Say | SSML, of which the words are read: {', '.join(marks)} |"


def _in_part() -> Iterator[str]:
    for (tag, name), reason in IN_PART.items():
        yield f"- {tag} `{name}`: {reason}"


def _resources() -> Iterator[str]:
    names = (f"`{name.replace('{}', '…')}`" for name in ("Accounts", *RESOURCES_NOT_EMULATED))
    yield ", ".join(names)


def _refused_parameters() -> Iterator[str]:
    yield from _of_operations(lambda parameters: parameters.not_emulated)


def _unheeded_parameters() -> Iterator[str]:
    yield from _of_operations(lambda parameters: parameters.without_effect)


def _of_operations(group: Callable[[Parameters], Mapping[str, str]]) -> Iterator[str]:
    yield from _table("operation", "parameters")
    for route in ROUTES:
        found = group(route.parameters)
        if found:
            shown = (_parameter(name, found[name]) for name in sorted(found))
            path = route.path.replace("{}", "…").removesuffix(".json")
            yield f"| {route.method} {path} | {', '.join(shown)} |"


def _parameter(name: str, harmless: str) -> str:
    return f"`{name}` other than `{harmless}`" if harmless else f"`{name}`"


def _attribute(element: Element, name: str) -> str:
    here = element.attributes.get(name)
    return f"`{name}`" if here is None else f"`{name}` other than {_values(here)}"


def _unheeded_attributes(element: Element) -> Iterator[str]:
    for name, values in sorted(element.without_effect.items()):
        yield f"`{name}`" if name not in element.attributes else f"`{name}` {_values(values)}"


def _values(values: AttributeType) -> str:
    match values:
        case OneOf(words=words) | SomeOf(words=words):
            return " or ".join(f"`{word}`" for word in sorted(words))
        case Whole(low=low, high=high):
            return f"{low} to {high}"
        case CharactersOf() | Text():
            return "text"
        case _:
            assert_never(values)


def _table(*heads: str) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'-|' * len(heads)}"


def _tags(names: Iterable[str]) -> str:
    return ", ".join(f"`<{name}>`" for name in sorted(names)) or "nothing"


def _code(names: Iterable[str] | Attributes) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)) or "none"


def main() -> int:
    PAGE.write_text(with_edges(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
