"""The register: the list of calls, one call, its recording and its notes."""

import re
from datetime import datetime

from flask import Blueprint, Response, abort, jsonify, request

from app.console import formatting
from app.console.auth import current_account, dependencies, requires
from app.console.shell import page
from app.domain.access import Refused
from app.domain.ids import CURSOR
from app.domain.note import Draft
from app.web import query_id

blueprint = Blueprint("register", __name__)

PAGE_SIZE = 25
NOTE_LIMIT = 8000
NOTE_TOO_LONG = f"This note is too long. {NOTE_LIMIT:,} characters is the most."
VERSION = re.compile(r"[a-z0-9]{1,32}[+]?")


@blueprint.get("/calls")
@requires("see the register")
def calls() -> str:
    cursor = query_id("from", CURSOR)
    found = dependencies().register.calls(current_account(), cursor, PAGE_SIZE)
    return page("calls.html", section="register", found=found, cursor=cursor, detail=None)


@blueprint.get("/calls/<call:call_id>")
@requires("see a call")
def call(call_id: str) -> str:
    """The call beside the list it was chosen from."""
    detail = dependencies().register.call(current_account(), call_id)
    if detail is None:
        abort(404)
    cursor = query_id("from", CURSOR)
    found = dependencies().register.calls(current_account(), cursor, PAGE_SIZE)
    return page("calls.html", section="register", found=found, cursor=cursor, detail=detail)


@blueprint.post("/calls/<call:call_id>/note")
@requires("write a note")
def note(call_id: str) -> Response:
    """My note on a call, live or over. It answers the note as it stands: with what another window
    wrote, when the page had not seen that. Forms put CR LF at the end of lines: pages have LF.
    """
    form = request.form
    text, version, seen = form["text"].replace("\r\n", "\n"), form["version"], form["seen"].split()
    if len(text) > NOTE_LIMIT:
        raise Refused(NOTE_TOO_LONG)
    if not all(VERSION.fullmatch(name) for name in (version, *seen)):
        abort(400)
    draft = Draft(text, version, tuple(seen))
    kept = dependencies().desk.save_note(current_account(), call_id, draft)
    at = formatting.clock_seconds(kept.at, dependencies().settings.time_zone)
    return jsonify(text=kept.text, version=kept.version, words=f"Saved {at}")


@blueprint.post("/calls/<call:call_id>/recordings/<sid:recording_id>/listen")
@requires("hear a recording")
def listen(call_id: str, recording_id: str) -> Response:
    """A short signed link. A POST, because that somebody listened is written down.

    With `since` as an earlier answer had it, the link is of the same listening.
    """
    since = _time(request.form.get("since", ""))
    link = dependencies().register.listen(current_account(), call_id, recording_id, since)
    return jsonify(url=link.url, since=link.since.isoformat())


def _time(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError:
        abort(400)
    if at is not None and at.tzinfo is None:
        abort(400)
    return at
