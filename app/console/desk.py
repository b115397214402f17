"""The desk: its page, its live regions, and what an agent asks for.

Pages and regions are read; requests answer JSON to the softphone or nothing to a form, and the
page then fetches what changed. A refusal is 409 with its words, never an error page.
"""

import re
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.console import show
from app.console.guard import console, me, safe_path
from app.console.needs import Refused
from app.console.shell import page

blueprint = Blueprint("desk", __name__)

NOTE_LIMIT = 8000
TAB = re.compile(r"[a-z0-9]{1,32}")  # a part of the identity at the carrier


@blueprint.get("/")
def home() -> AnyResponse:
    return redirect(url_for("console.desk.desk"))


@blueprint.get("/desk")
def desk() -> str:
    return page("desk.html", room="desk")


@blueprint.get("/live")
def live() -> Response | tuple[str, int]:
    """The regions whose version is not the one that the page has (`?phone=3f2a…`)."""
    mine = console().needs.desk.desk(me().person.id, request.args)
    changed = console().pages.changed(mine, request.args)
    return Response(changed) if changed else ("", 204)


@blueprint.post("/desk/accept")
def accept() -> Response:
    form = request.form
    grant = console().needs.desk.accept(me().person.id, form["call"], form["leg"], form["tab"])
    return jsonify(params=dict(grant.params), leg=grant.leg)


@blueprint.post("/desk/rejoin")
def rejoin() -> Response:
    form = request.form
    grant = console().needs.desk.rejoin(me().person.id, form["call"], form["tab"])
    return jsonify(params=dict(grant.params), leg=grant.leg)


@blueprint.post("/desk/shown")
def shown() -> tuple[str, int]:
    console().needs.desk.shows(me().person.id, request.form["call"], request.form["leg"])
    return "", 204


@blueprint.post("/desk/decline")
def decline() -> tuple[str, int]:
    console().needs.desk.decline(me().person.id, request.form["call"], request.form["leg"])
    return "", 204


@blueprint.post("/desk/end")
def end() -> tuple[str, int]:
    console().needs.desk.end(me().person.id, request.form["call"])
    return "", 204


@blueprint.post("/desk/headset-lost")
def headset_lost() -> tuple[str, int]:
    """By script, or by the beacon of a page that goes away: a beacon reads no answer."""
    form = request.form
    reason = form.get("reason", "")[:80]
    console().needs.desk.headset_lost(me().person.id, form["call"], form["leg"], reason)
    return "", 204


@blueprint.post("/desk/presence")
def presence() -> tuple[str, int] | AnyResponse:
    """By htmx, or by the plain form where a click came before the scripts: then the page anew."""
    console().needs.desk.set_presence(me().person.id, request.form["wish"][:40])
    if "HX-Request" in request.headers:
        return "", 204
    return redirect(safe_path(urlsplit(request.referrer or "").path), 303)


@blueprint.post("/desk/note")
def note() -> str:
    text = request.form["text"]
    if len(text) > NOTE_LIMIT:
        raise Refused("too long")
    saved = console().needs.desk.save_note(me().person.id, request.form["call"], text)
    return f"Saved {show.clock_seconds(saved, console().needs.settings.time_zone)}"


@blueprint.post("/desk/voice-token")
def voice_token() -> Response:
    """What the Voice SDK starts with: a token of this tab, and the configured options."""
    settings = console().needs.settings
    tab = request.form["tab"]
    if not TAB.fullmatch(tab):
        abort(400)
    token = console().needs.desk.voice_token(me().person.id, tab)
    return jsonify(
        token=token.token,
        ttl_seconds=token.ttl_seconds,
        options=dict(settings.device_options),
        audio=dict(settings.audio_constraints),
    )


@blueprint.post("/desk/beat")
def beat() -> tuple[str, int]:
    console().needs.desk.beat(me().person.id)
    return "", 204
