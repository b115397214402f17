"""The voice settings that numbers and applications share (C7, C8)."""

from __future__ import annotations

from infra.local.exchange.inventory import METHOD_FIELDS, VOICE_FIELDS, Voice
from infra.local.exchange.rest.fields import METHODS
from infra.local.exchange.rest.messages import Json, RestRequest, refuse

PARAMETERS = {name: "".join(part.capitalize() for part in name.split("_")) for name in VOICE_FIELDS}


def change(voice: Voice, request: RestRequest) -> None:
    """Set what is given. 21209 for a method that is none, 21405 for a fallback without a URL."""
    given = {name: request.given(parameter) for name, parameter in PARAMETERS.items()}
    settings = dict(voice.settings)
    for name, value in given.items():
        if value is None:
            continue
        if name in METHOD_FIELDS and value.upper() not in METHODS:
            raise refuse(21209, f"{PARAMETERS[name]} must be GET or POST")
        settings[name] = value.upper() if name in METHOD_FIELDS else value
    if settings.get("voice_fallback_url") and not settings.get("voice_url"):
        raise refuse(21405, "VoiceFallbackUrl needs a VoiceUrl")
    voice.settings = settings
    voice.friendly_name = request.text("FriendlyName", voice.friendly_name)


def render(voice: Voice) -> dict[str, Json]:
    return {name: voice.setting(name) or None for name in VOICE_FIELDS}
