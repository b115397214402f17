"""The desk: its page, its live regions, and what an agent asks for.

Pages and regions are read; requests answer JSON to the softphone or nothing to a form, and the
page then fetches what changed. A refusal is 409 with its words, never an error page.
"""

from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.console.auth import account_id, current_account, dependencies, pages, requires, safe_path
from app.console.interfaces import VerbForm
from app.console.shell import page
from app.domain import verbs
from app.domain.ids import AGENT_ID, CALL_ID, LEG_ID, SHOWN_CALL, SHOWN_LEG, TAB_ID, TARGET
from app.domain.verb import Verb
from app.service.desk import Grant
from app.web import form_id, query_id

NUMBER_KEPT = 80  # characters of what was typed

blueprint = Blueprint("desk", __name__)


@blueprint.get("/")
@requires("see the company")
def home() -> AnyResponse:
    return redirect(url_for("console.desk.desk"))


@blueprint.get("/desk")
@requires("use the desk")
def desk() -> str:
    return page("desk.html", section="desk")


@blueprint.get("/wallboard")
@requires("supervise")
def wallboard() -> str:
    """Who talks, who waits and who is here, for a supervisor, who may listen."""
    return page("wallboard.html", section="live")


@blueprint.get("/live")
@requires("use the desk")
def live() -> Response | tuple[str, int]:
    """The regions whose version is not the one that the page has (`?phone=3f2a…`)."""
    mine = dependencies().desk.desk(current_account(), request.args)
    changed = pages().changed(mine, request.args)
    return Response(changed) if changed else ("", 204)


@blueprint.post("/desk/calls/<verb>")
@requires("handle a call")
def do(verb: str) -> Response | tuple[str, int]:
    """One of `app.domain.verbs`, about the call that the page shows: its id, its leg, this tab.

    409 with words, when it cannot be done now; a verb that connects answers what to call in with.
    """
    asked = verbs.TABLE.get(verb)
    if asked is None or asked.is_local:
        abort(404)
    grant = dependencies().desk.do(current_account(), asked, _form_of(asked))
    if grant is None:
        return "", 204
    return _may_call_in(grant)


def _form_of(verb: Verb) -> VerbForm:
    call, leg, tab = form_id("call", CALL_ID), form_id("leg", SHOWN_LEG), form_id("tab", TAB_ID)
    match verb.takes:
        case "target":
            return VerbForm(call, leg, tab, target=form_id("target", TARGET))
        case "guest":
            return VerbForm(call, leg, tab, target=form_id("target", LEG_ID))
        case "number":
            return VerbForm(call, leg, tab, number=_typed("number"), route=_typed("route"))
        case "" | "slot":
            return VerbForm(call, leg, tab)


def _typed(name: str) -> str:
    return request.form.get(name, "")[:NUMBER_KEPT]


@blueprint.post("/desk/call-out")
@requires("call out")
def call_out() -> Response:
    """Call a number, as somebody typed it, from this tab, by one of the agent's routes.

    409 with words, when it may not or cannot be called now.
    """
    number, route, tab = _typed("number"), _typed("route"), form_id("tab", TAB_ID)
    return _may_call_in(dependencies().desk.call_out(current_account(), number, tab, route))


@blueprint.post("/desk/pickup")
@requires("pick up a call")
def pick_up() -> Response:
    """Pick up the call that the page names, from this tab; without one, the longest that waits.

    409 with words, when that may not or cannot be done now.
    """
    call = form_id("call", SHOWN_CALL)
    grant = dependencies().desk.pick_up(current_account(), call, form_id("tab", TAB_ID))
    return _may_call_in(grant)


def _may_call_in(grant: Grant) -> Response:
    params = {"call": grant.call, "headset": grant.headset, "nonce": grant.nonce}
    return jsonify(params=params, leg=grant.headset)


@blueprint.get("/desk/targets")
@requires("handle a call")
def targets() -> str:
    """Where the caller of that call may be sent: the rows that have these words."""
    call = query_id("call", CALL_ID)
    if call is None:
        abort(400)
    found = dependencies().desk.targets(current_account(), call, request.args.get("words", "")[:80])
    return pages().alone("targets.html", targets=found)


@blueprint.post("/desk/shown")
@requires("use the desk")
def shown() -> tuple[str, int]:
    dependencies().desk.shows(account_id(), form_id("call", CALL_ID), form_id("leg", LEG_ID))
    return "", 204


@blueprint.post("/desk/headset-lost")
@requires("use the desk")
def headset_lost() -> tuple[str, int]:
    """By script, or by the beacon of a page that goes away: a beacon reads no answer."""
    form = request.form
    reason = form.get("reason", "")[:80]
    call, leg = form_id("call", CALL_ID), form_id("leg", LEG_ID)
    dependencies().desk.headset_lost(account_id(), call, leg, reason)
    return "", 204


@blueprint.post("/desk/presence")
@requires("use the desk")
def presence() -> tuple[str, int] | AnyResponse:
    """By htmx, or by the plain form where a click came before the scripts: then the page anew."""
    dependencies().desk.set_presence(account_id(), request.form["wish"][:40])
    if "HX-Request" in request.headers:
        return "", 204
    return redirect(safe_path(urlsplit(request.referrer or "").path), 303)


@blueprint.post("/wallboard/status")
@requires("supervise")
def status_of() -> tuple[str, int]:
    """Another agent's status. 409 with words, when it may not or cannot be set now."""
    agent = form_id("agent", AGENT_ID)
    dependencies().desk.set_status_of(current_account(), agent, request.form["wish"][:40])
    return "", 204


@blueprint.post("/desk/voice-token")
@requires("use the desk")
def voice_token() -> Response:
    """What the Voice SDK starts with: a token of this tab, and the configured options."""
    settings = dependencies().settings
    token = dependencies().desk.voice_token(account_id(), form_id("tab", TAB_ID))
    return jsonify(
        token=token.token,
        ttl_seconds=token.ttl_seconds,
        options=dict(settings.device_options),
        audio=dict(settings.audio_constraints),
    )


@blueprint.post("/desk/beat")
@requires("use the desk")
def beat() -> tuple[str, int]:
    dependencies().desk.beat(account_id())
    return "", 204
