"""Pages and regions: the templates, and the words and numbers they show.

A page is whole on a direct load and only its main region when htmx asks for it. A region is a
fragment with a stable id and a version: what it shows, hashed. A region that shows the same is
not sent again, so a push that is lost or repeated does no harm.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from flask import request, session, url_for
from markupsafe import Markup

from app.console import formatting
from app.console.environment import environment
from app.console.interfaces import Settings
from app.console.views import Assisting, Desk, Idle, Line, Offer, Supervising, WrapUp

_VERSION = "@version@"
REGIONS = (
    "my-status", "line", "phone", "context", "timeline", "to-take", "my-queues", "colleagues",
    "unread", "live-calls", "live-queues", "live-agents",
)  # fmt: skip

STYLESHEETS = (
    "tokens", "base", "components/shell", "components/section", "components/button",
    "components/state", "components/form", "components/menu", "components/rows",
    "components/call", "components/timeline", "components/table", "components/drawer",
    "components/player", "components/dialog", "pages/desk", "pages/wallboard", "pages/register",
    "pages/sign-in", "pages/narrow",
)  # fmt: skip


class Pages:
    """The console's own template environment: it shares nothing with the callers' documents."""

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        self._env = environment(settings.time_zone, now)
        self._env.globals.update(
            url_for=url_for,
            company=settings.company,
            scripts=settings.script_urls,
            stylesheets=STYLESHEETS,
            moment=moment,
            csrf_token=lambda: session.get("csrf", ""),
            timeline_region=lambda desk: self.region("timeline", desk),
        )

    def page(self, template: str, **context: object) -> str:
        """The whole page, or its main region when the shell is there already."""
        inside = "HX-Request" in request.headers
        restored = "HX-History-Restore-Request" in request.headers
        layout = "fragment.html" if inside and not restored else "shell.html"
        return self._env.get_template(template).render(layout=layout, **context)

    def alone(self, template: str, **context: object) -> str:
        """A page without the shell: sign-in, errors."""
        return self._env.get_template(template).render(**context)

    def region(self, name: str, desk: Desk) -> Markup:
        """One live region with its version in it."""
        return self._region(name, desk)[0]

    def changed(self, desk: Desk, known: Mapping[str, str]) -> str:
        """The regions of `known` (name to version) that show something else now."""
        asked = [name for name in REGIONS if name in known]
        older = [name for name in asked if known_version(name, desk) != known[name]]
        regions = [(name, *self._region(name, desk)) for name in older]
        return "\n".join(html for name, html, version in regions if known[name] != version)

    def _region(self, name: str, desk: Desk) -> tuple[Markup, str]:
        html = self._env.get_template(f"regions/{name}.html").render(desk=desk, version=_VERSION)
        version = known_version(name, desk) or formatting.version(html)
        # The template's own output, escaped by it.
        return Markup(html.replace(_VERSION, version)), version  # noqa: S704


def moment(desk: Desk) -> str:
    """Which of the desk's moments this is, for templates and scripts."""
    match desk.moment:
        case Idle():
            return "idle"
        case Offer():
            return "offer"
        case Line():
            return "line"
        case Supervising():
            return "supervising"
        case Assisting():
            return "assisting"
        case WrapUp():
            return "wrap-up"


def known_version(name: str, desk: Desk) -> str | None:
    """Of a region whose version is known before it is rendered.

    A push brings new rows to what all pages share, and the version that they have then: only what
    is this page's own is hashed.
    """
    match name:
        case "context":
            return context_key(desk)
        case "my-queues":
            queues = [(queue.id, queue.name, queue.agents) for queue in desk.queues]
            return f"{desk.overview}-{formatting.version(repr((queues, desk.held_back)))}"
        case "colleagues":
            names = [(colleague.id, colleague.name) for colleague in desk.colleagues]
            return f"{desk.overview}-{formatting.version(repr(names))}"
        case _:
            return None


def context_key(desk: Desk) -> str | None:
    """The middle column holds a half-typed note: it changes with the call alone."""
    match desk.moment:
        case Offer(call=call):
            return f"offer-{call}"
        case Line(call=call) | Supervising(call=call) | Assisting(call=call) | WrapUp(call=call):
            return f"call-{call}"
        case Idle():
            return None
