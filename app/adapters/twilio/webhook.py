"""A request of the carrier and our response, as values without HTTP."""

from collections.abc import Mapping

from app.adapters.twilio.events import Form
from app.domain.value import value

TWIML = "text/xml; charset=utf-8"


@value
class Webhook:
    """Its signature is checked. `call` and `leg` come from the path; empty if it has none."""

    path: str
    query: Mapping[str, str]
    form: Form
    call: str = ""
    leg: str = ""


@value
class WebhookResponse:
    """A document (200), or none: accepted (204), to be repeated (503), no call sid (400)."""

    text: str
    status: int = 200


ACCEPTED = WebhookResponse("", 204)
TRY_AGAIN = WebhookResponse("", 503)
BAD_REQUEST = WebhookResponse("", 400)
