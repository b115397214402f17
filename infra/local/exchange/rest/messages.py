"""REST requests and responses as values, and the carrier's errors (C1, C9)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias, TypeVar

from infra.local.exchange.violations import NOT_EMULATED
from infra.local.exchange.wire import Pairs, value_of

T = TypeVar("T")
Json: TypeAlias = (
    str | int | float | bool | Mapping[str, "Json"] | list["Json"] | tuple["Json", ...] | None
)


@dataclass(frozen=True, slots=True)
class RestRequest:
    """`path` as sent, decoded per segment; `authorization` the header's value or nothing."""

    method: str
    path: str
    query: Pairs = ()
    form: Pairs = ()
    authorization: str = ""
    used: set[str] = field(default_factory=set, compare=False)  # names that an operation has read

    def asked(self, name: str) -> str | None:
        return value_of(self.query, name)

    def given(self, name: str) -> str | None:
        self.used.add(name)
        return value_of(self.form, name)

    def text(self, name: str, default: str = "") -> str:
        found = self.given(name)
        return default if found is None else found

    def unused(self) -> list[str]:
        """Form parameters that the operation did not read."""
        return sorted({name for name, _ in self.form} - self.used)

    def flag(self, name: str, default: bool) -> bool:
        """C1: `true` is true, anything else false."""
        found = self.given(name)
        return default if found is None else found.lower() == "true"

    def words(self, name: str, default: str) -> frozenset[str]:
        """A list: repeated, or separated by spaces; the default when it is not there."""
        self.used.add(name)
        given = [word for key, value in self.form if key == name for word in value.split()]
        return frozenset(given or default.split())


@dataclass(frozen=True, slots=True)
class RestResponse:
    """`finish` makes the body of what stands in its place: work that nothing should wait for."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: Pairs = ()
    finish: Callable[[bytes], bytes] | None = None

    def finished(self) -> RestResponse:
        return (
            self if self.finish is None else replace(self, body=self.finish(self.body), finish=None)
        )


class RestError(Exception):
    """An answer of the carrier's that refuses: `code` as in its dictionary."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def response(self) -> RestResponse:
        body: dict[str, Json] = {
            "code": self.code,
            "message": self.message,
            "more_info": self._explained_at(),
            "status": self.status,
        }
        if self.code == 20003:
            body["detail"] = "Your AccountSid or AuthToken was incorrect."
        return RestResponse(self.status, json.dumps(body).encode())

    def _explained_at(self) -> str:
        if self.code == NOT_EMULATED:
            return "docs/carrier.md"
        return f"https://www.twilio.com/docs/errors/{self.code}"


def refuse(code: int, message: str, status: int = 400) -> RestError:
    return RestError(status, code, message)


def not_found(path: str) -> RestError:
    return RestError(404, 20404, f"The requested resource {path} was not found")


def look_up(items: Mapping[str, T], sid: str, request: RestRequest) -> T:
    """Raises 20404 when there is none."""
    found = items.get(sid)
    if found is None:
        raise not_found(request.path)
    return found


def whole(request: RestRequest, name: str, default: int, low: int, high: int, code: int) -> int:
    found = request.given(name)
    if not found:
        return default
    if not (found.isascii() and found.isdecimal()) or not low <= int(found) <= high:
        raise refuse(code, f"{name} must be a whole number from {low} to {high}")
    return int(found)


def answer(body: Mapping[str, Json], status: int = 200) -> RestResponse:
    return RestResponse(status, json.dumps(body).encode())


NO_CONTENT = RestResponse(204)
