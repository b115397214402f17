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
    """A document; or none, for a fact that was accepted (204) or a request that is none (400)."""

    text: str
    status: int = 200


ACCEPTED = Answer("", 204)
NO_ARRIVAL = Answer("", 400)
