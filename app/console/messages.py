"""Messages: of one mailbox, open or done; each is heard here and finished here."""

from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.console.auth import current_account, dependencies, requires
from app.console.shell import page
from app.domain.ids import CURSOR
from app.web import query_id

blueprint = Blueprint("messages", __name__)

PAGE_SIZE = 25


@blueprint.get("/messages")
@requires("work on a mailbox")
def messages() -> str:
    """`in`: the mailbox; without it, the first with open ones. `show=done`; `from`: a cursor."""
    asked = request.args
    return _shown(asked.get("in"), query_id("from", CURSOR), done=asked.get("show") == "done")


@blueprint.post("/messages/<call:call_id>/done")
@requires("work on a mailbox")
def finish(call_id: str) -> str | AnyResponse:
    return _settled(call_id, done=True)


@blueprint.post("/messages/<call:call_id>/open")
@requires("work on a mailbox")
def reopen(call_id: str) -> str | AnyResponse:
    return _settled(call_id, done=False)


def _settled(call_id: str, *, done: bool) -> str | AnyResponse:
    """The list as it is after it: by htmx, or by the plain form the page anew."""
    dependencies().messages.settle(current_account(), call_id, done=done)
    mailbox, was_done = request.form.get("in", ""), not done
    if "HX-Request" in request.headers:
        return _shown(mailbox, None, done=was_done)
    query = urlencode({"in": mailbox, **({"show": "done"} if was_done else {})})
    return redirect(f"{url_for('console.messages.messages')}?{query}", 303)


def _shown(mailbox: str | None, cursor: str | None, *, done: bool) -> str:
    found = dependencies().messages.messages(
        current_account(), mailbox, cursor, PAGE_SIZE, done=done
    )
    if found is None:
        abort(404)
    return page("messages.html", section="messages", found=found)
