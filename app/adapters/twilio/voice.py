"""The carrier's webhooks: check the signature, tell the switchboard, answer what the leg hears.

Never a 500 (W10): who asks for a document always gets one, and a fact that cannot be told is
logged whole. A fact about an unknown call is ignored; a request that is not signed is refused.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec
from urllib.parse import quote

from flask import Blueprint, Response, abort, g, request
from werkzeug.exceptions import HTTPException

from app.adapters.twilio import events
from app.adapters.twilio.answers import Answers, Count
from app.adapters.twilio.documents import add_documents
from app.adapters.twilio.signature import is_signed_form, read_form
from app.adapters.twilio.urls import Urls
from app.domain.replies import SayGoodbye
from app.ports import Clock, Directory, Sounds, Timers, Unavailable
from app.service.switchboard import Switchboard, UnknownCall

P = ParamSpec("P")

BODY_BYTES: Final = 1_000_000
_log = logging.getLogger(__name__)


def uncounted(_name: str) -> None:
    """Where nobody measures."""


def create_voice(
    *,
    switchboard: Switchboard,
    directory: Directory,
    timers: Timers,
    sounds: Sounds,
    clock: Clock,
    public_url: str,
    auth_token: str,
    env: str,
    count: Count = uncounted,
) -> Blueprint:
    """The webhooks below /voice and the sounds below /media.

    `public_url` is what the carrier was told: signatures are checked against it, whatever host a
    proxy names. `count` gets the name of what should not happen: `voice.unsigned`, `voice.failed`.
    """
    urls = Urls(public_url, env)
    voice = Blueprint("voice", __name__)
    answers = Answers(switchboard, directory, timers, clock, urls, count)

    @voice.before_request
    def signed() -> None:
        if request.method != "POST":
            return
        if (request.content_length or 0) > BODY_BYTES:
            abort(413)
        pairs = read_form(request.content_type or "", request.get_data(cache=False))
        signature = request.headers.get("X-Twilio-Signature")
        if pairs is None or not is_signed_form(
            auth_token, f"{public_url}{_raw_path()}", pairs, signature
        ):
            count("voice.unsigned")
            _log.warning("unsigned request", extra={"path": request.path})
            abort(403)
        g.form = events.fields(pairs)

    _add_documents_of_legs(voice, answers)
    _add_facts(voice, answers)
    add_documents(voice, urls, sounds)
    return voice


def _add_documents_of_legs(voice: Blueprint, answers: "Answers") -> None:
    leg_rule = "/voice/calls/<call>/<leg>"
    for rule, handler in (
        ("/voice/inbound", Answers.inbound),
        ("/voice/client", Answers.client),
        (leg_rule, Answers.again),
        (f"{leg_rule}/pressed", Answers.pressed),
        (f"{leg_rule}/heard", Answers.heard),
        (f"{leg_rule}/wait", Answers.wait),
        (f"{leg_rule}/left-queue", Answers.left_queue),
        (f"{leg_rule}/left-room", Answers.left_room),
        (f"{leg_rule}/message", Answers.message),
    ):
        name = rule.rpartition("/")[2].strip("<>")
        voice.add_url_rule(rule, name, _always(answers, handler), methods=["POST"])


def _add_facts(voice: Blueprint, answers: "Answers") -> None:
    for rule, handler in (
        ("/voice/rooms/<call>", Answers.room),
        ("/voice/status", Answers.caller_ended),
        ("/voice/status/<call>/<leg>", Answers.leg_ended),
        ("/voice/recordings/<call>", Answers.recorded),
    ):
        name = f"fact-{rule.split('/')[2]}-{rule.count('<')}"
        voice.add_url_rule(rule, name, _accepted(answers, handler), methods=["POST"])


def _always(
    answers: Answers, handler: Callable[Concatenate[Answers, P], Response]
) -> Callable[P, Response]:
    """Who asks for a document gets one, whatever happens (W10)."""

    @wraps(handler)
    def view_function(*args: P.args, **kwargs: P.kwargs) -> Response:
        try:
            return handler(answers, *args, **kwargs)
        except UnknownCall:
            answers.unknown()
            return answers.shows(SayGoodbye(), "", "")
        except HTTPException:
            raise
        except Unavailable:
            answers.failed()
            return answers.asks_for_patience()
        except Exception:  # noqa: BLE001 - a caller is on the line: an apology instead of an error
            answers.failed()
            return answers.apologises()

    return view_function


def _accepted(
    answers: Answers, handler: Callable[Concatenate[Answers, P], None]
) -> Callable[P, Response]:
    """A fact is accepted, whatever becomes of it: the answer of a callback controls nothing."""

    @wraps(handler)
    def view_function(*args: P.args, **kwargs: P.kwargs) -> Response:
        try:
            handler(answers, *args, **kwargs)
        except UnknownCall:
            answers.unknown()
        except Exception:  # noqa: BLE001 - logged whole; a 500 would only make the carrier complain
            answers.failed()
        return Response(status=204)

    return view_function


def _raw_path() -> str:
    """Path and query as they were sent: nothing decoded, nothing added (contract D2)."""
    raw = str(request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or "")
    if raw.startswith("/"):
        return raw
    path = quote(f"{request.root_path}{request.path}")  # as `Urls` quotes what it hands out
    query = request.query_string.decode("latin-1")
    return f"{path}?{query}" if query else path
