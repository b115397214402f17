"""A request of the carrier and its answer, as values: nothing here knows how they travel."""

from collections.abc import Mapping

from app.adapters.twilio.events import Form
from app.domain.value import value

TWIML = "text/xml; charset=utf-8"


@value
class Webhook:
    """Checked and read already. `call` and `leg` are those that its address names, if any."""

    path: str
    query: Mapping[str, str]
    form: Form
    call: str = ""
    leg: str = ""


@value
class Answer:
    """A document, or none: a fact is accepted (204) or cannot be kept now (503); no call (400)."""

    text: str
    status: int = 200


ACCEPTED = Answer("", 204)
NOT_NOW = Answer("", 503)
NO_ARRIVAL = Answer("", 400)
