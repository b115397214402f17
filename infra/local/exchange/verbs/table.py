"""Which function begins which verb, with what it acts on."""

from __future__ import annotations

from functools import partial

from infra.local.exchange.conferences import Conferences
from infra.local.exchange.leg import EndCall
from infra.local.exchange.queues import Queues
from infra.local.exchange.recordings import Recordings
from infra.local.exchange.twiml.program import Verbs
from infra.local.exchange.verbs import (
    dial,
    enqueue,
    gather,
    hangup,
    leave,
    pause,
    play,
    record,
    redirect,
    reject,
    say,
)

# All that a conference's wait, hold and announcement documents may contain.
PROMPT_VERBS: Verbs = {
    "Say": say.begin,
    "Play": play.begin,
    "Pause": pause.begin,
    "Redirect": redirect.begin,
}


def call_verbs(
    conferences: Conferences, queues: Queues, recordings: Recordings, end_call: EndCall
) -> Verbs:
    """The verbs of a call's documents, and of a queue's wait documents inside them."""
    return {
        **PROMPT_VERBS,
        "Gather": gather.begin,
        "Dial": partial(dial.begin, conferences),
        "Enqueue": partial(enqueue.begin, queues),
        "Leave": leave.begin,
        "Record": partial(record.begin, recordings),
        "Hangup": partial(hangup.begin, end_call),
        "Reject": partial(reject.begin, end_call),
    }
