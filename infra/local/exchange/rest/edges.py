"""The edges of the REST API: what the carrier has and this exchange has not, refused by name.

501 with the code NOT_EMULATED, which is neither a wrong address (20404) nor a wrong name (20001).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from infra.local.exchange.exchange import Exchange
from infra.local.exchange.rest.messages import RestError, RestRequest
from infra.local.exchange.rest.vocabulary import RESOURCES_NOT_EMULATED, Parameters
from infra.local.exchange.violations import NOT_EMULATED, RestViolation
from infra.local.exchange.wire import API_VERSION

NOT_IMPLEMENTED = 501
ACCOUNTS = re.compile(rf"/{API_VERSION}/Accounts(/[^/]+)?\.json")
_BELOW_ACCOUNT = re.compile(
    "|".join(f"({name.replace('{}', '[^/]+')})(?:[./].*)?" for name in RESOURCES_NOT_EMULATED)
)


def check_resource(exchange: Exchange, request: RestRequest, root: str) -> None:
    """Raises 501 for a resource of the carrier's that is not here."""
    if ACCOUNTS.fullmatch(request.path):
        raise _refused(exchange, request, "Accounts")
    below = request.path.removeprefix(root)
    found = _BELOW_ACCOUNT.fullmatch(below)
    if found is not None and found.lastindex is not None:
        raise _refused(exchange, request, RESOURCES_NOT_EMULATED[found.lastindex - 1])


def check_parameters(exchange: Exchange, request: RestRequest, parameters: Parameters) -> None:
    """Raises 501; warns of what is taken without effect, and of names that nobody knows."""
    pairs = (*request.form, *request.query)
    for name in _asking(pairs, parameters.not_emulated):
        raise _refused(exchange, request, name)
    for name in _asking(pairs, parameters.without_effect):
        if exchange.context.strict:
            raise _refused(exchange, request, name)
        _note(exchange, request, NOT_EMULATED, name, "has no effect here")
    known = parameters.read | {*parameters.without_effect, *parameters.not_emulated}
    for name in sorted({name for name, _ in pairs} - known):
        _note(exchange, request, 20001, name, "is unknown")


def warn_of_unused(exchange: Exchange, request: RestRequest, parameters: Parameters) -> None:
    """C1: the carrier only warns; here tests assert that there is none."""
    for name in request.unused():
        if name in parameters.read and name not in parameters.without_effect:
            _note(exchange, request, 20001, name, "is not heeded beside the others")


def _asking(pairs: Iterable[tuple[str, str]], names: Mapping[str, str]) -> list[str]:
    """Those of the names that ask for something: not empty, and not the harmless value."""
    return sorted(
        {name for name, value in pairs if name in names and value not in ("", names[name])}
    )


def _refused(exchange: Exchange, request: RestRequest, name: str) -> RestError:
    _note(exchange, request, NOT_EMULATED, name, "is not emulated here")
    return RestError(NOT_IMPLEMENTED, NOT_EMULATED, f"{name} is not emulated here")


def _note(exchange: Exchange, request: RestRequest, code: int, name: str, what: str) -> None:
    exchange.context.violations.append(RestViolation(code, request.path, name))
    exchange.context.warn(code, f"{request.method} {request.path}: {name} {what}", None)
