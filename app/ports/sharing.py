"""The port to when each shared topic is sent: at most once a second, whoever changes it."""

from datetime import datetime, timedelta
from typing import Protocol

SHARED_PAUSE = timedelta(seconds=1)  # between two sends of one topic
SEND_LOST = timedelta(seconds=5)  # a planned send that is so late is planned again


class SharedTopics(Protocol):
    """One row a topic, changed by conditional writes alone: the processes share no timer.

    Suite: test_shared_topics.
    """

    def want(self, topic: str, until: datetime) -> None:
        """Somebody listens to the topic until then; never earlier than somebody else wants."""

    def plan(self, topic: str, now: datetime) -> datetime | None:
        """When to send the topic: whoever is told must see to it that it is taken then.

        None: nobody listens, or a send that is planned already will tell of this change, too.
        """

    def take(self, topic: str, now: datetime) -> bool:
        """Begin the send that is due. False: there is none (a repeated job).

        What is read after it is told by this send; a change after it plans another.
        """
