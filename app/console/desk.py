"""The desk: its page, its live regions, and what an agent asks for.

Pages and regions are read; requests answer JSON to the softphone or nothing to a form, and the
page then fetches what changed. A refusal is 409 with its words, never an error page.
"""

import re
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.console import formatting
from app.console.auth import account_id, dependencies, pages, safe_path
from app.console.interfaces import Refused
from app.console.shell import page

blueprint = Blueprint("desk", __name__)

NOTE_LIMIT = 8000
TAB = re.compile(r"[a-z0-9]{1,32}")  # a part of the identity at the carrier


@blueprint.get("/")
def home() -> AnyResponse:
    return redirect(url_for("console.desk.desk"))


@blueprint.get("/desk")
def desk() -> str:
    return page("desk.html", section="desk")


@blueprint.get("/live")
def live() -> Response | tuple[str, int]:
    """The regions whose version is not the one that the page has (`?phone=3f2a…`)."""
    mine = dependencies().desk.desk(account_id(), request.args)
    changed = pages().changed(mine, request.args)
    return Response(changed) if changed else ("", 204)


@blueprint.post("/desk/accept")
def accept() -> Response:
    form = request.form
    grant = dependencies().desk.accept(account_id(), form["call"], form["leg"], form["tab"])
    return jsonify(params=dict(grant.params), leg=grant.leg)


@blueprint.post("/desk/rejoin")
def rejoin() -> Response:
    form = request.form
    grant = dependencies().desk.rejoin(account_id(), form["call"], form["tab"])
    return jsonify(params=dict(grant.params), leg=grant.leg)


@blueprint.post("/desk/shown")
def shown() -> tuple[str, int]:
    dependencies().desk.shows(account_id(), request.form["call"], request.form["leg"])
    return "", 204


@blueprint.post("/desk/decline")
def decline() -> tuple[str, int]:
    dependencies().desk.decline(account_id(), request.form["call"], request.form["leg"])
    return "", 204


@blueprint.post("/desk/end")
def end() -> tuple[str, int]:
    dependencies().desk.end(account_id(), request.form["call"])
    return "", 204


@blueprint.post("/desk/headset-lost")
def headset_lost() -> tuple[str, int]:
    """By script, or by the beacon of a page that goes away: a beacon reads no answer."""
    form = request.form
    reason = form.get("reason", "")[:80]
    dependencies().desk.headset_lost(account_id(), form["call"], form["leg"], reason)
    return "", 204


@blueprint.post("/desk/presence")
def presence() -> tuple[str, int] | AnyResponse:
    """By htmx, or by the plain form where a click came before the scripts: then the page anew."""
    dependencies().desk.set_presence(account_id(), request.form["wish"][:40])
    if "HX-Request" in request.headers:
        return "", 204
    return redirect(safe_path(urlsplit(request.referrer or "").path), 303)


@blueprint.post("/desk/note")
def note() -> str:
    text = request.form["text"]
    if len(text) > NOTE_LIMIT:
        raise Refused("too long")
    saved = dependencies().desk.save_note(account_id(), request.form["call"], text)
    return f"Saved {formatting.clock_seconds(saved, dependencies().settings.time_zone)}"


@blueprint.post("/desk/voice-token")
def voice_token() -> Response:
    """What the Voice SDK starts with: a token of this tab, and the configured options."""
    settings = dependencies().settings
    tab = request.form["tab"]
    if not TAB.fullmatch(tab):
        abort(400)
    token = dependencies().desk.voice_token(account_id(), tab)
    return jsonify(
        token=token.token,
        ttl_seconds=token.ttl_seconds,
        options=dict(settings.device_options),
        audio=dict(settings.audio_constraints),
    )


@blueprint.post("/desk/beat")
def beat() -> tuple[str, int]:
    dependencies().desk.beat(account_id())
    return "", 204
