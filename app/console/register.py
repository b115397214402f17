"""The register: the list of calls, one call, its recording and its notes."""

from flask import Blueprint, Response, abort, jsonify, request

from app.console import show
from app.console.desk import NOTE_LIMIT
from app.console.guard import console, me
from app.console.needs import Refused
from app.console.shell import page

blueprint = Blueprint("register", __name__)

PAGE_SIZE = 25


@blueprint.get("/calls")
def calls() -> str:
    cursor = request.args.get("from") or None
    found = console().needs.register.calls(me(), cursor, PAGE_SIZE)
    return page("calls.html", room="register", found=found, cursor=cursor, detail=None)


@blueprint.get("/calls/<call_id>")
def call(call_id: str) -> str:
    """The call beside the list it was chosen from."""
    detail = console().needs.register.call(me(), call_id)
    if detail is None:
        abort(404)
    cursor = request.args.get("from") or None
    found = console().needs.register.calls(me(), cursor, PAGE_SIZE)
    return page("calls.html", room="register", found=found, cursor=cursor, detail=detail)


@blueprint.post("/calls/<call_id>/note")
def note(call_id: str) -> str:
    text = request.form["text"]
    if len(text) > NOTE_LIMIT:
        raise Refused("too long")
    saved = console().needs.register.save_note(me(), call_id, text)
    return f"Saved {show.clock_seconds(saved, console().needs.settings.time_zone)}"


@blueprint.post("/calls/<call_id>/recordings/<recording_id>/listen")
def listen(call_id: str, recording_id: str) -> Response:
    """A short signed link. A POST, because that somebody listened is written down."""
    return jsonify(url=console().needs.register.listen(me(), call_id, recording_id))
