"""The overview's rows as a push carries them: rendered once, of people and queues that changed.

A page puts them in the place of the rows that it shows. Its own region has the same rows, of the
same macros; who has missed a version fetches that.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from app.console import views as v
from app.console.environment import LANGUAGE, environment
from app.console.presenters import parts
from app.domain.dialplan import Plan
from app.domain.overview import OverviewChange
from app.ports import Directory

LARGEST_BYTES = 32_000  # a WebSocket's message is charged by 32 kB


class OverviewRows:
    def __init__(self, directory: Directory, now: Callable[[], datetime]) -> None:
        self._directory = directory
        self._now = now
        self._macros_of = cache(self._load_macros)  # by zone: templates are compiled once

    def fields(self, change: OverviewChange) -> Mapping[str, object]:
        """What the message says beside topic and version; nothing, where pages must fetch."""
        if not change.before:
            return {}
        plan = self._directory.head()
        macros = self._macros_of(plan.zone)
        fields: dict[str, object] = {
            "after": str(change.before),
            "language": LANGUAGE,
            "people": {row.id: str(macros.person(row)) for row in _people(plan, change)},
            "queues": {row.id: str(macros.queue(row)) for row in _queues(plan, change)},
            "concerned": list(change.concerned),
        }
        is_small = len(json.dumps(fields).encode()) <= LARGEST_BYTES
        return fields if is_small else {}

    def _load_macros(self, zone: str) -> Any:
        return environment(ZoneInfo(zone), self._now).get_template("_rows.html").module


def _people(plan: Plan, change: OverviewChange) -> list[v.Colleague]:
    shown = ((one, plan.member(one.agent)) for one in change.people)
    return [parts.colleague(one, member) for one, member in shown if member is not None]


def _queues(plan: Plan, change: OverviewChange) -> list[v.QueueRow]:
    return [parts.queue_row(plan, one) for one in change.queues if one.node in plan.nodes]
