"""Shows 7: all that the carrier has is run here or is in the list; nothing is silently ignored."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest

from infra.local.exchange import rest, verbs
from infra.local.exchange.rest.api import ROUTES, Route, handle
from infra.local.exchange.rest.messages import RestRequest
from infra.local.exchange.rest.voices import PARAMETERS as VOICE_PARAMETERS
from infra.local.exchange.twiml.carrier_only import CARRIER_ONLY
from infra.local.exchange.twiml.parse import Document, parse
from infra.local.exchange.twiml.vocabulary import IN_PART, NOUNS, SSML, VERBS
from infra.local.exchange.violations import NOT_EMULATED
from infra.local.exchange.virtual import TEST_ACCOUNT
from tests.exchange.edges_page import PAGE, edges, with_edges
from tests.exchange.harness import Harness

CARRIER = Path(__file__).parents[3] / "shared" / "carrier"
ROOT = f"/2010-04-01/Accounts/{TEST_ACCOUNT.sid}/"
CREDENTIALS = base64.b64encode(f"{TEST_ACCOUNT.sid}:{TEST_ACCOUNT.auth_token}".encode()).decode()
RUN = {**VERBS, **NOUNS}
INSIDE = {
    "Say": "words",
    "Play": "/a.wav",
    "Redirect": "/x",
    "Enqueue": "q",
    "Conference": "r",
    "Dial": "<Conference>r</Conference>",
}


def read_file(name: str) -> Any:
    file = CARRIER / name
    if not file.exists():
        pytest.skip("the carrier's data files are not here")
    return json.loads(file.read_text())


def sources(package: Any, *, but: str = "") -> str:
    files = Path(package.__path__[0]).glob("*.py")
    return "".join(file.read_text() for file in sorted(files) if file.name != but)


def test_the_page_has_the_lists_of_the_tables() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert with_edges(page) == page
    assert f"code of its own: {NOT_EMULATED}" in page


# --- TwiML ---


def elements() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = read_file("twiml-vocabulary.json")["elements"]
    return {tag.rpartition("/")[2]: one for tag, one in found.items() if tag != "Response"}


def path_to(tag: str, known: dict[str, dict[str, Any]]) -> tuple[str, ...]:
    """The elements from the verb to this one, by the shortest way of nesting."""
    verbs_of_carrier = read_file("twiml-vocabulary.json")["elements"]["Response"]
    ways: list[tuple[str, ...]] = [(verb,) for verb in verbs_of_carrier["allowed_children"]]
    for way in ways:
        if way[-1] == tag:
            return way
        children = (child.rpartition("/")[2] for child in known[way[-1]]["allowed_children"])
        ways += [(*way, child) for child in children if child not in way]
    raise AssertionError(f"{tag} may stand nowhere")


def document(way: tuple[str, ...], attribute: str = "", value: str = "") -> bytes:
    inner = INSIDE.get(way[-1], "")
    for depth, tag in reversed(list(enumerate(way))):
        last = depth == len(way) - 1
        given = f" {attribute}={quoteattr(value)}" if attribute and last else ""
        inner = f"<{tag}{given}>{inner}</{tag}>"
    return f"<Response>{inner}</Response>".encode()


def said_of(body: bytes) -> tuple[bool, list[str]]:
    """Whether the verb is in the document that is run, and what was said with our own code."""
    parsed = parse(body)
    assert isinstance(parsed, Document)
    assert {violation.code for violation in parsed.violations} <= {NOT_EMULATED}, parsed
    return bool(parsed.verbs), [violation.message for violation in parsed.violations]


def listed_or_run(tag: str, attribute: str = "") -> bool:
    """In our tables as run, or in the list of docs/carrier.md by its name."""
    if tag in RUN and (not attribute or attribute in RUN[tag].attributes):
        return True
    if tag in RUN:
        return attribute in {*RUN[tag].without_effect, *RUN[tag].not_emulated}
    if tag in SSML:
        return not attribute or attribute in SSML[tag]
    return not attribute or attribute in CARRIER_ONLY[tag].not_emulated


def test_every_verb_and_noun_of_the_carriers_is_run_or_named() -> None:
    known = elements()

    for tag in known:
        stays, said = said_of(document(path_to(tag, known)))
        is_run = tag in RUN
        assert stays
        assert is_run or any(f"{tag} is not" in one or f" {tag} has no" in one for one in said), tag
        assert listed_or_run(tag)
        assert is_run or f"`<{tag}>`" in edges()


def values_of(attribute: dict[str, Any]) -> tuple[str, ...]:
    if attribute.get("type") == "boolean":
        return ("true", "false")
    if attribute.get("type") == "integer":
        return ("5",)
    words = attribute.get("enum") or attribute.get("enum_sample")
    return tuple(words) if words else ("1",)


def every_attribute() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (tag, name, about)
        for tag, one in elements().items()
        for name, about in one["attributes"].items()
        if not about.get("only_in_java")  # names of one client's code, not of TwiML
    ]


def test_every_attribute_of_the_carriers_is_run_or_named_with_each_of_its_values() -> None:
    known = elements()
    every = every_attribute()

    for tag, name, about in every:
        for value in values_of(about):
            stays, said = said_of(document(path_to(tag, known), name, value))
            called = tag if tag in CARRIER_ONLY else f"{tag} {name}"
            named = any(f"{called} is" in one or f"{called} has" in one for one in said)
            run = tag in RUN and name in RUN[tag].attributes
            assert stays
            assert named or run, (tag, name, value)
            assert listed_or_run(tag, name)
            assert run or f"`{name}`" in edges()
    assert len(every) > 300


def test_every_attribute_that_is_run_is_read_by_its_verb() -> None:
    """Or it has but one value that asks for nothing; or the list says that it is run in part."""
    code = sources(verbs)

    unread = [
        f"{tag} {name}"
        for tag, element in RUN.items()
        for name in element.attributes
        if f'"{name}"' not in code
        and name not in {*element.not_emulated, *element.without_effect}
        and (tag, name) not in IN_PART
    ]

    assert unread == []


def test_a_misspelt_name_is_a_typing_error_even_in_what_is_not_emulated() -> None:
    parsed = parse(b'<Response><Connect><Stream ulr="x"/></Connect><Conect/></Response>')

    assert isinstance(parsed, Document)
    typing = [one.where for one in parsed.violations if one.code == 12200]
    assert typing == ["Response/Connect/Stream", "Response/Conect"]


# --- REST ---


def operations() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read_file("rest-contract-compact.json")["operations"]
    return found


def path_of(operation: dict[str, Any]) -> str:
    path = operation["path"].replace("{AccountSid}", TEST_ACCOUNT.sid)
    return re.sub(r"\{\w+\}", "XX1", path)


def route_of(operation: dict[str, Any]) -> Route | None:
    below = path_of(operation).removeprefix(ROOT)
    return next(
        (
            one
            for one in ROUTES
            if one.method == operation["method"] and one.pattern.fullmatch(below)
        ),
        None,
    )


def send(
    harness: Harness,
    operation: dict[str, Any],
    query: tuple[tuple[str, str], ...] = (),
    form: tuple[tuple[str, str], ...] = (),
) -> tuple[int, int]:
    """The HTTP status, and the error code or 0."""
    request = RestRequest(
        operation["method"], path_of(operation), query, form, f"Basic {CREDENTIALS}"
    )
    response = handle(harness.network.exchange, request)
    body = json.loads(response.body) if response.body[:1] == b"{" else {}
    return response.status, body.get("code", 0)


def test_every_operation_of_the_carriers_is_here_or_refused_by_name(harness: Harness) -> None:
    refused = 0

    for operation in operations():
        answered = send(harness, operation)
        if answered == (501, NOT_EMULATED):
            refused += 1
        else:
            assert route_of(operation) is not None, operation["operationId"]
            assert answered[0] not in (405, 501)
    assert 0 < refused < len(operations())


def test_every_parameter_of_the_carriers_is_read_or_named(harness: Harness) -> None:
    checked = 0

    for operation in operations():
        if send(harness, operation) == (501, NOT_EMULATED):
            continue
        route = route_of(operation)
        assert route is not None
        for where in ("query", "form"):
            for parameter in operation[where]:
                name = parameter["name"]
                checked += 1
                before = len(harness.network.exchange.violations)
                given = ((name, "something"),)
                answered = send(harness, operation, **{where: given})
                if name in route.parameters.read - {*route.parameters.without_effect}:
                    continue
                assert answered == (501, NOT_EMULATED), (operation["operationId"], name)
                said = harness.network.exchange.violations[before:]
                assert [(one.code, one.parameter) for one in said] == [  # type: ignore[union-attr]
                    (NOT_EMULATED, name)
                ]
                assert f"`{name}`" in edges()
    assert checked > 200


def test_every_parameter_that_is_read_is_known_to_the_code_of_its_operation() -> None:
    code = sources(rest, but="vocabulary.py")
    built = {*VOICE_PARAMETERS.values()}

    unread = {
        f"{route.method} {route.path} {name}"
        for route in ROUTES
        for name in route.parameters.read
        if f'"{name.rstrip("<>")}"' not in code and name not in built
    }

    assert unread == set()


def test_no_operation_reads_what_is_not_declared(harness: Harness) -> None:
    """Each operation with a plausible form: what it reads is in its table."""
    for route in ROUTES:
        if route.method != "POST":
            continue
        given = tuple((name, "+15005550001") for name in sorted(route.parameters.read))
        path = ROOT + route.path.replace("{}", "XX1")
        request = RestRequest("POST", path, (), given, f"Basic {CREDENTIALS}")
        handle(harness.network.exchange, request)
        assert request.used <= route.parameters.read, route.path
