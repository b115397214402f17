"""The ports to what all pages share: when each topic is sent, and the overview that is sent."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from app.domain.overview import Overview

LISTENERS_REMEMBERED = timedelta(seconds=1)  # by each process: less than FETCH_AGAIN in push.js
SHARED_PAUSE = timedelta(seconds=1)  # between two sends of one topic
SEND_LOST = timedelta(seconds=5)  # a planned send that is so late is planned again


class SharedTopics(Protocol):
    """Changed by conditional writes alone: the processes share no timer.

    Suite: test_shared_topics.
    """

    def want(self, topic: str, until: datetime) -> None:
        """Somebody listens to the topic until then; never earlier than somebody else wants."""

    def plan(self, topics: Sequence[str], now: datetime) -> Mapping[str, datetime | None]:
        """When to send which of them: whoever is told must see to it that they are taken then.

        None: nobody listens. Left out: a send that is planned already tells of this change, too.
        """

    def take(self, topic: str, now: datetime) -> datetime | None:
        """Begin the send that is due: until when it is wanted. None: none is (a repeated job).

        What is read after it is told by this send; a change after it plans another.
        """


class Overviews(Protocol):
    """The last overview. Suite: test_overviews."""

    def get(self) -> Overview | None:
        """A moment behind the truth. None: there is none that this version can read."""

    def put(self, overview: Overview) -> bool:
        """Whole, as one item. False: there is a later version. ValueError: it is too large."""
