"""`create_console`: the pages for people as one Flask blueprint."""

from datetime import timedelta

from flask import Blueprint, Response, jsonify, request, session
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from app.console import desk, labels, messages, register, sign_in
from app.console.auth import (
    ConsoleContext,
    account_id,
    add_headers,
    check_request,
    dependencies,
    requires,
)
from app.console.error_pages import words_for
from app.console.interfaces import Dependencies
from app.console.pages import Pages
from app.console.sessions import OVERTIME, session_until
from app.domain.access import Refused
from app.ports import Stale, Unavailable, Unreadable
from app.web import Count, hold_to_limits, uncounted

CARRIERS = ("/voice/", "/media/")  # below these no person asks, but the carrier

push_routes = Blueprint("push", __name__)


@push_routes.post("/push/ticket")
@requires("see the company")
def ticket() -> Response | tuple[Response, int]:
    """What opens the push; 409 where the socket would refuse this page for its address."""
    address = dependencies().push.address_instead_of(request.headers.get("Origin", ""))
    if address is not None:
        return jsonify(words=address, reason="address"), 409
    until = session_until()
    return jsonify(ticket=dependencies().push.ticket(session["sid"], account_id(), until))


def create_console(given: Dependencies, count: Count = uncounted) -> Blueprint:
    """The console of one company. Registering it also sets up the application's session cookie.

    `count` gets the name of what should not happen: `console.oversized`.
    """
    console = Blueprint("console", __name__, static_folder="static", static_url_path="/static")
    pages = Pages(given.settings, given.now)

    with_headers = add_headers(given.settings)

    def set_up(state: BlueprintSetupState) -> None:
        app = state.app
        app.register_error_handler(HTTPException, failed)
        app.extensions["switchroom.console"] = ConsoleContext(given, pages)
        app.url_map.merge_slashes = False  # no redirect but ours, with our headers
        app.secret_key = given.settings.secret_key
        app.config.update(
            SESSION_COOKIE_NAME="switchroom",
            SESSION_COOKIE_HTTPONLY=True,
            SESSION_COOKIE_SAMESITE="Lax",
            SESSION_COOKIE_SECURE=given.settings.secure_cookies,
            # The session's row decides; the cookie outlives it, for a call may be up.
            PERMANENT_SESSION_LIFETIME=timedelta(hours=given.settings.session_hours) + OVERTIME,
            SESSION_REFRESH_EACH_REQUEST=False,
        )

    def failed(error: HTTPException) -> AnyResponse:
        """Also where no route of ours is: there no session is asked for, nor told of."""
        if error.response is not None or request.path.startswith(CARRIERS):
            return error.get_response()
        code = error.code or 500
        words = words_for(code, request.accept_languages)
        response = Response(pages.alone("error.html", csrf="", words=words), code)
        return with_headers(response)

    def refused(refusal: Refused) -> tuple[Response, int]:
        return jsonify(words=str(refusal)), 409

    def cannot_now(_: Exception) -> tuple[Response, int]:
        return jsonify(words=labels.UNREACHABLE), 503

    console.record_once(set_up)
    hold_to_limits(console, count)
    console.before_request(check_request)
    console.after_request(with_headers)
    console.register_error_handler(Refused, refused)
    for not_now in (Unavailable, Unreadable, Stale):
        console.register_error_handler(not_now, cannot_now)
    for section in (
        sign_in.blueprint,
        desk.blueprint,
        register.blueprint,
        messages.blueprint,
        push_routes,
    ):
        console.register_blueprint(section)
    return console
