"""A supervisor sets the status of a colleague: what the agent may ask for, asked by somebody else.

The requests are the agent's own (`Desk.set_status`), with who made them. What is refused in
addition is what nobody can set for another: whom no page, telephone or app could ring, is not
available.
"""

import logging

from app.domain.access import Person, Refused, Subject, may
from app.domain.agent import Holding, OnCall, Ready, Reserved
from app.domain.dialplan import Member
from app.domain.topics import agent_topic
from app.ports import Agents, Directory, Notices
from app.service.desk import Desk

_log = logging.getLogger(__name__)


class Staff:
    def __init__(
        self, *, desk: Desk, agents: Agents, directory: Directory, notices: Notices
    ) -> None:
        self._desk = desk
        self._agents = agents
        self._directory = directory
        self._notices = notices

    def set_status(self, person: Person, agent_id: str, wish: str) -> None:
        """`wish`: as of `Desk.set_status`. Raises Refused. A repeated request is not refused."""
        if not may(person, "supervise", Subject((agent_id,))):
            raise Refused("You may not do that.")
        if agent_id == person.id:
            raise Refused("This is you: set your own status at the top of the page.")
        member = self._directory.head(fresh=True).member(agent_id)
        if member is None:
            raise Refused("This person is not in the company’s plan any more.")
        if not member.takes_calls:
            raise Refused(f"{member.name} is in no queue and has no extension.")
        if wish == "ready":
            self._check_can_be_rung(member)
        self._desk.set_status(agent_id, wish, by=person.id)
        _log.info(
            "a supervisor set a status",
            extra={"agent": agent_id, "by": person.id, "status": wish},
        )

    def _check_can_be_rung(self, member: Member) -> None:
        """Who is in a call is connected already, and may be there still after it."""
        if any(device != "desk" for device in member.devices):
            return
        presence = self._agents.get(member.id).presence
        if isinstance(presence, Ready | Reserved | OnCall | Holding):
            return
        if not self._notices.is_heard(agent_topic(member.id)):
            raise Refused(f"{member.name} has no page open: no call could ring there.")
