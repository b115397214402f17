"""Every story told by a process that is older than what it reads, as during a deployment.

Each value of a call and of an agent, however deep, carries a field that this version does not
know. Whatever a save keeps of a value, it keeps with that field.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, get_args
from unittest.mock import patch

import pytest

from app.adapters.memory import MemorySwitch
from app.domain import codec
from app.domain.agent import Agent, Presence
from app.domain.states import State
from app.ports import CallSnapshot, WriteSet
from app.service.recent import RecentCalls
from tests.stories import environments
from tests.stories.switch_overrides import STORIES, Story

MARK = "newer"
# What makes a value of a class the same one after a save; a state and a presence are the same if
# all that they say is. Others (commands) are made anew.
IDENTITY = {
    "Call": ("id",),
    "Agent": ("id",),
    "Leg": ("id",),
    "Room": ("name", "sid"),
    "Facts": (),
    "Pending": ("key",),
    "QueuePosition": ("since",),
    "CoolDown": ("agent", "until"),
    "Headset": ("gen",),
    "Device": ("kind", "address"),
    "Today": ("day",),
    "MissedOffer": ("call",),
    "Message": (),
}

WHOLE = {kind.__name__ for kind in (*get_args(State), *get_args(Presence))}


class NewerSwitch(MemorySwitch):
    """What is read is of a newer version; what is saved has lost nothing of it."""

    def __init__(self) -> None:
        super().__init__()
        self.kept = 0
        self.lost: list[str] = []

    def loaded(self, call_id: str, *, fresh: bool) -> CallSnapshot | None:
        found = super().loaded(call_id, fresh=fresh)
        if found is None:
            return None
        marked = CallSnapshot(_marked(found.call), tuple(_marked(a) for a in found.agents))
        self._calls[call_id] = replace(self._calls[call_id], call=marked.call)
        for agent in marked.agents:
            if self._agents.get(agent.id) == found.agents[0]:
                self._agents[agent.id] = agent
        return marked

    def agent(self, agent_id: str) -> Agent:
        marked: Agent = _marked(super().agent(agent_id))
        if agent_id in self._agents:
            self._agents[agent_id] = marked
        return marked

    def save(self, write_set: WriteSet) -> None:
        if not self._has_landed(write_set):
            self._check(write_set)
            if write_set.call is not None and write_set.call.id in self._calls:
                self._compare(self._calls[write_set.call.id].call, write_set.call)
            for agent in write_set.agents:
                if agent.id in self._agents:
                    self._compare(self._agents[agent.id], agent)
        super().save(write_set)

    def _compare(self, before: object, after: object) -> None:
        marked = {_identity(data) for data in _values(codec.plain(before)) if MARK in data}
        for data in _values(codec.plain(after)):
            identity = _identity(data)
            if MARK in data:
                self.kept += 1
            elif identity is not None and identity in marked:
                self.lost.append(f"{identity} in {type(after).__name__}")


def _marked(value: Any) -> Any:
    data = codec.plain(value)
    for one in _values(data):
        one[MARK] = 1
    return codec.value_of(data)


def _values(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, list):
        for one in data:
            yield from _values(one)
    elif isinstance(data, dict) and "_" in data:
        yield data
        for one in list(data.values()):
            yield from _values(one)


def _identity(data: dict[str, Any]) -> str | None:
    names = IDENTITY.get(data["_"])
    if names is not None:
        return f"{data['_']} {[data.get(name) for name in names]}"
    return f"{data['_']} {_unmarked(data)}" if data["_"] in WHOLE else None


def _unmarked(data: Any) -> Any:
    if isinstance(data, list):
        return [_unmarked(one) for one in data]
    if isinstance(data, dict):
        return {name: _unmarked(one) for name, one in data.items() if name != MARK}
    return data


def _told_by_an_older_process(story: Story) -> NewerSwitch:
    switch = NewerSwitch()
    reads_each_time = patch.object(RecentCalls, "get", lambda _self, _call: None)
    with reads_each_time, environments.in_memory(switch=switch) as office:
        story(office)
    return switch


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_an_older_process_drops_nothing_that_it_does_not_know(story: Story) -> None:
    switch = _told_by_an_older_process(story)

    assert switch.lost == []


def test_what_is_newer_is_seen_all_along() -> None:
    """Else nothing would be compared above."""
    switch = _told_by_an_older_process(STORIES["a_caller_ends_the_conversation"])

    assert switch.kept > 50
