"""What templates of the console share, whether a request renders them or the worker.

The console's own: it shares nothing with the callers' documents.
"""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import jinja2
from markupsafe import Markup

from app.console import formatting, labels

STATIC = "/static"
LANGUAGE = "en"  # of the pages' words


def environment(zone: ZoneInfo, now: Callable[[], datetime]) -> jinja2.Environment:
    """Filters, words and icons; what needs a request, a page adds."""
    env = jinja2.Environment(
        loader=jinja2.PackageLoader("app.console", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    env.filters.update(
        number=formatting.number,
        span=formatting.span,
        version=formatting.version,
        initials=formatting.initials,
        clock=lambda at: formatting.clock(at, zone),
        clock_seconds=lambda at: formatting.clock_seconds(at, zone),
        day=lambda at: formatting.day(at, now(), zone),
        seconds_since=lambda at: (now() - at).total_seconds(),
    )
    env.globals.update(icon=_icon, now=now, labels=labels, language=LANGUAGE)
    return env


def _icon(name: str, label: str = "") -> Markup:
    """`i-name` is an icon, `g-name` a state's glyph; both of the one sprite."""
    kind = "g" if name.startswith("g-") else "i"
    drawing = Markup(
        '<svg class="{}" aria-hidden="true"><use href="{}/icons/sprite.svg#{}"/></svg>'
    )
    spoken = Markup('<span class="sr">{}</span>').format(label) if label else ""
    return drawing.format(kind, STATIC, name) + spoken
