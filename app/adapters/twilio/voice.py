"""The carrier's webhooks over HTTP: check the signature, read the form, have it answered.

A request without a valid signature is refused; `webhook_handlers` does the rest.
"""

import logging
from collections.abc import Callable
from urllib.parse import quote

from flask import Blueprint, Response, abort, g, request

from app.adapters.languages import languages
from app.adapters.twilio import events
from app.adapters.twilio.documents import add_documents
from app.adapters.twilio.signature import is_signed_form, read_form
from app.adapters.twilio.urls import Urls
from app.adapters.twilio.webhook import TWIML, Webhook
from app.adapters.twilio.webhook_handlers import CALLBACKS, DOCUMENTS, WebhookHandlers
from app.ports import Clock, Directory, Sounds, Timers
from app.service.switchboard import Switchboard
from app.web import Count, hold_to_limits, uncounted

_log = logging.getLogger(__name__)


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
    static_host: str = "",
    recordings_url: str = "",
    count: Count = uncounted,
) -> Blueprint:
    """The webhooks below /voice and the sounds below /media.

    `public_url` is what the carrier was told: signatures are checked against it, whatever host a
    proxy names. `static_host` and `recordings_url` as in `Urls`. `count` gets the name of what
    should not happen: `voice.oversized`, `voice.unsigned`, `voice.failed`.
    Raises BadCatalogues: a missing word is found when the process starts, not by a caller.
    """
    languages()
    urls = Urls(public_url, env, static_host, recordings_url)
    voice = Blueprint("voice", __name__)
    handlers = WebhookHandlers(switchboard, directory, timers, clock, urls, count)
    hold_to_limits(voice, count)

    @voice.before_request
    def signed() -> None:
        if request.method != "POST":
            return
        pairs = read_form(request.content_type or "", request.get_data())
        signature = request.headers.get("X-Twilio-Signature")
        if pairs is None or not is_signed_form(
            auth_token, f"{public_url}{_raw_path()}", pairs, signature
        ):
            count("voice.unsigned")
            _log.warning("unsigned request", extra={"path": request.path})
            abort(403)
        g.form = events.fields(pairs)

    for rule in (*DOCUMENTS, *CALLBACKS):
        name = rule.strip("/").replace("/", "-")
        voice.add_url_rule(rule, name, _view(handlers, rule), methods=["POST"])
    add_documents(voice, urls, sounds)
    return voice


def _view(handlers: WebhookHandlers, rule: str) -> Callable[..., Response]:
    def view_function(call: str = "", leg: str = "") -> Response:
        webhook = Webhook(request.path, request.args.to_dict(), g.form, call, leg)
        answer = handlers.handle(rule, webhook)
        return Response(answer.text, answer.status, content_type=TWIML if answer.text else None)

    return view_function


def _raw_path() -> str:
    """Path and query as they were sent: nothing decoded, nothing added (contract D2)."""
    raw = str(request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or "")
    if raw.startswith("/"):
        return raw
    path = quote(f"{request.root_path}{request.path}")  # as `Urls` quotes what it hands out
    query = request.query_string.decode("latin-1")
    return f"{path}?{query}" if query else path
