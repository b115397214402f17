"""Configures the company's numbers and the browsers' application at the carrier.

VoiceUrl stands on each number, not on an application, and so does the callback at the end: in a
menu a hang-up sends nothing else (M2). The fallback is asked for by GET: static hosts answer a
POST with 405 (M3). What is there already is updated, so that every run ends in the same place.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from app.adapters.twilio.urls import Urls
from app.domain.dialplan import Number, Plan
from app.domain.numbering import line_of

if TYPE_CHECKING:
    from twilio.rest import Client


class NotRented(LookupError):
    """Numbers of the plan that this account does not have."""

    def __init__(self, numbers: tuple[str, ...]) -> None:
        super().__init__(f"this account does not have {', '.join(numbers)}")
        self.numbers = numbers


def number_fields(number: Number, urls: Urls) -> Mapping[str, str]:
    """The carrier's own form fields for one number."""
    return {
        "PhoneNumber": number.e164,
        "FriendlyName": number.label,
        "VoiceUrl": urls.inbound(),
        "VoiceMethod": "POST",
        "VoiceFallbackUrl": urls.fallback(),
        "VoiceFallbackMethod": "GET",
        "StatusCallback": urls.ended(),
        "StatusCallbackMethod": "POST",
    }


def application_fields(urls: Urls) -> Mapping[str, str]:
    """The carrier's own form fields for what agents' browsers call."""
    return {
        "FriendlyName": f"Switchroom {urls.env}",
        "VoiceUrl": urls.client(),
        "VoiceMethod": "POST",
        "StatusCallback": urls.ended(),
        "StatusCallbackMethod": "POST",
    }


def configure(client: "Client", plan: Plan, urls: Urls, *, rent: bool = False) -> str:
    """Make the plan's numbers ring here; answers the sid of the application.

    Raises NotRented before anything is changed, unless `rent`: then what is missing is bought.
    """
    owned = {line_of(n.phone_number): n for n in client.incoming_phone_numbers.list()}
    missing = tuple(n.e164 for n in plan.numbers if line_of(n.e164) not in owned)
    if missing and not rent:
        raise NotRented(missing)
    for number in plan.numbers:
        wanted = _snake_case(number_fields(number, urls))
        if rented := owned.get(line_of(number.e164)):
            del wanted["phone_number"]
            rented.update(**wanted)
        else:
            client.incoming_phone_numbers.create(**wanted)
    return _application(client, urls)


def _application(client: "Client", urls: Urls) -> str:
    wanted = _snake_case(application_fields(urls))
    found = client.applications.list(friendly_name=wanted["friendly_name"], limit=1)
    application = found[0].update(**wanted) if found else client.applications.create(**wanted)
    return str(application.sid)


def _snake_case(fields: Mapping[str, str]) -> dict[str, str]:
    """`VoiceFallbackUrl` is `voice_fallback_url` in the client."""
    return {
        "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_"): content
        for name, content in fields.items()
    }
