"""What every request over HTTP is held to, whoever asks: the size of its body, the form of its ids.

Both are checked before anything is parsed, read or compared, since anybody can send them.
"""

from collections.abc import Callable
from typing import Final

from flask import Blueprint, abort, request
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.routing import BaseConverter

from app.domain import ids

BODY_BYTES: Final = 64 * 1024
Count = Callable[[str], None]


def uncounted(_name: str) -> None:
    """Counts nothing."""


def hold_to_limits(blueprint: Blueprint, count: Count) -> None:
    """Refuse bodies over `BODY_BYTES` (413) before any other check; let routes name our ids.

    Bytes are counted as they are read, so a length that is missing or wrong changes nothing. Counts
    `{blueprint}.oversized`. A route's `<call:…>`, `<leg:…>`, `<sid:…>` and `<sound:…>` match ids of
    that form only; any other address is nobody's (404).
    """

    def add_converters(state: BlueprintSetupState) -> None:
        state.app.url_map.converters.update(CONVERTERS)

    @blueprint.before_request
    def limited() -> None:
        if not _is_within_limit():
            count(f"{blueprint.name}.oversized")
            abort(413)

    blueprint.record_once(add_converters)


def _is_within_limit() -> bool:
    """Reads the body, at most a byte too much of it; the form is parsed from what is read."""
    request.max_content_length = BODY_BYTES + 1
    try:
        return len(request.get_data()) <= BODY_BYTES
    except RequestEntityTooLarge:
        return False


def form_id(name: str, form: str) -> str:
    """The field of the request's form, an id of that form of `app.domain.ids`; 400 otherwise."""
    text = request.form[name]
    if not ids.is_id(form, text):
        abort(400)
    return text


def query_id(name: str, form: str) -> str | None:
    """As `form_id`, of the address; None: it is not there, or empty."""
    text = request.args.get(name)
    if text and not ids.is_id(form, text):
        abort(400)
    return text or None


class _CallId(BaseConverter):
    regex = ids.CALL_ID


class _LegId(BaseConverter):
    regex = ids.LEG_ID


class _Sid(BaseConverter):
    regex = ids.SID


class _SoundId(BaseConverter):
    regex = ids.SOUND_ID


CONVERTERS: Final[dict[str, type[BaseConverter]]] = {
    "call": _CallId,
    "leg": _LegId,
    "sid": _Sid,
    "sound": _SoundId,
}
