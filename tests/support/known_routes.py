"""Applications that are made for each test anew, and have the same routes each time.

To compile the routes of the product takes longer than to answer all that a story asks of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.routing import Map

if TYPE_CHECKING:
    from flask.typing import RouteCallable

_ROUTES: dict[str, Map] = {}  # by the application's name
_KNOWN = set[tuple[str, str, str]]()


class KnownRoutes(Flask):
    """All applications of one name share their compiled routes, and no more than these."""

    def __init__(self, name: str) -> None:
        super().__init__(name, static_folder=None)
        self.url_map = _ROUTES.setdefault(name, Map())

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: RouteCallable | None = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        if endpoint is None or view_func is None:
            raise TypeError(f"{rule} has no endpoint or no view: what would be shared?")
        known = (self.name, rule, endpoint)
        if known in _KNOWN:
            self.view_functions[endpoint] = view_func
        else:
            super().add_url_rule(rule, endpoint, view_func, provide_automatic_options, **options)
            _KNOWN.add(known)
