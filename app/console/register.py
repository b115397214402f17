"""The register: the list of calls, one call, its recording and its notes."""

from flask import Blueprint, Response, abort, jsonify, request

from app.console import formatting
from app.console.auth import current_account, dependencies, requires
from app.console.desk import NOTE_LIMIT, NOTE_TOO_LONG
from app.console.shell import page
from app.domain.access import Refused

blueprint = Blueprint("register", __name__)

PAGE_SIZE = 25


@blueprint.get("/calls")
@requires("see the register")
def calls() -> str:
    cursor = request.args.get("from") or None
    found = dependencies().register.calls(current_account(), cursor, PAGE_SIZE)
    return page("calls.html", section="register", found=found, cursor=cursor, detail=None)


@blueprint.get("/calls/<call_id>")
@requires("see a call")
def call(call_id: str) -> str:
    """The call beside the list it was chosen from."""
    detail = dependencies().register.call(current_account(), call_id)
    if detail is None:
        abort(404)
    cursor = request.args.get("from") or None
    found = dependencies().register.calls(current_account(), cursor, PAGE_SIZE)
    return page("calls.html", section="register", found=found, cursor=cursor, detail=detail)


@blueprint.post("/calls/<call_id>/note")
@requires("write a note")
def note(call_id: str) -> str:
    text = request.form["text"]
    if len(text) > NOTE_LIMIT:
        raise Refused(NOTE_TOO_LONG)
    saved = dependencies().register.save_note(current_account(), call_id, text)
    return f"Saved {formatting.clock_seconds(saved, dependencies().settings.time_zone)}"


@blueprint.post("/calls/<call_id>/recordings/<recording_id>/listen")
@requires("hear a recording")
def listen(call_id: str, recording_id: str) -> Response:
    """A short signed link. A POST, because that somebody listened is written down."""
    return jsonify(url=dependencies().register.listen(current_account(), call_id, recording_id))
