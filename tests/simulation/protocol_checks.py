"""How functions must save and perform commands: breaches that no call's state shows afterwards.

A command that its saver leaves is performed by another function some seconds later; one refresh too
many repeats a word to the caller; an offer of another function's pair costs that function a retry.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from app.domain.agent import Ready
from app.domain.call import Call
from app.domain.states import Offered, Waiting
from app.ports import WriteSet
from app.service.switchboard import MARGIN
from infra.local.exchange.journal import Entry, RestCalled
from tests.simulation.cloud import SKEW_SECONDS, Instance
from tests.simulation.deployment import Deployment
from tests.simulation.fault_profiles import Fault
from tests.simulation.tasks import Task, current
from tests.support.items import LARGEST_CALL_BYTES, bytes_without_others

DOCUMENTS = ("inbound", "client", "calls")  # the second word of a task that answers with one


@dataclass(slots=True)
class TaskRecord:
    """One task: the parties that it moved on the board, and the commands that it must perform."""

    name: str = ""  # of what it handles now: a batch has several messages
    calls: set[str] = field(default_factory=set)
    agents: set[str] = field(default_factory=set)
    unperformed: str = ""
    until: datetime | None = None  # from then on it may leave them to the next performer
    asked: int = 0  # the requests that it had made by then


class ProtocolChecks:
    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._calls: dict[str, Call] = {}
        self._largest: dict[str, int] = {}
        self._records: dict[Task, TaskRecord] = {}
        self._dialled: dict[str, int] = {}
        deployment.on_saved.append(self._on_saved)
        deployment.on_refused.append(self._on_refused)
        deployment.exchange.observe(self._on_entry)

    # --- saves ------------------------------------------------------------------------------

    def _on_saved(self, write_set: WriteSet) -> None:
        call, task = write_set.call, current()
        before = self._calls.get(call.id) if call else None
        record = self._record(task)
        if call is not None:
            self._calls[call.id] = call
            self._check_item_size(write_set, call)
            if isinstance(call.state, Offered) and isinstance(before and before.state, Waiting):
                self._check_own_pair(call, call.state.agent, record)
                self._note_new_commands(before, call, task, record)
                return
            self._note_new_commands(before, call, task, record)
            if isinstance(call.state, Waiting) and (before is None or before.state != call.state):
                record.calls.add(call.id)
        record.agents |= {a.id for a in write_set.agents if isinstance(a.presence, Ready)}

    def _record(self, task: Task | None) -> TaskRecord:
        if task is None:
            return TaskRecord()
        record = self._records.setdefault(task, TaskRecord(task.name))
        if record.name != task.name:
            record.name, record.calls, record.agents = task.name, set(), set()
        return record

    def _on_refused(self, write_set: WriteSet) -> None:
        """Who is left of a pair that was stale is paired by the task that found it so (D2).

        A task that moved nobody pairs everybody, then as before.
        """
        call, record = write_set.call, self._record(current())
        has_moved = record.calls or record.agents
        if has_moved and call is not None and isinstance(call.state, Offered):
            record.calls.add(call.id)
            record.agents.add(call.state.agent)

    def _had_a_conflict(self) -> bool:
        """The store refused a save of the present task: to the task that pair is stale, too."""
        task = current()
        struck = self._deployment.cloud.struck
        return task is not None and any(
            where == task.name and what is Fault.CONFLICT for _, where, what in struck
        )

    def _check_item_size(self, write_set: WriteSet, call: Call) -> None:
        """S1. Measured only when the call has more entries than ever before: to measure is dear."""
        cool_downs = call.position.cool_downs if call.position else ()
        entries = len(call.legs) + len(call.out) + len(cool_downs) + len(call.choices)
        if entries > self._largest.get(call.id, 0):
            self._largest[call.id] = entries
            size = bytes_without_others(write_set)
            if size > LARGEST_CALL_BYTES:
                self._violate("a call's item is at most 4 kB", f"{self._name(call)}: {size}")

    def _check_own_pair(self, call: Call, agent: str, record: TaskRecord) -> None:
        """D3: a task that moved a party on the board offers only a pair with that party."""
        has_moved = record.calls or record.agents
        if self._had_a_conflict():
            return
        if has_moved and call.id not in record.calls and agent not in record.agents:
            moved_names = [self._deployment.names.of(c) for c in sorted(record.calls)]
            self._violate(
                "a task offers only pairs of a party that it moved",
                f"{self._name(call)} to {agent}, by {moved_names} {sorted(record.agents)}",
            )

    def _note_new_commands(
        self, before: Call | None, call: Call, task: Task | None, record: TaskRecord
    ) -> None:
        """W3, W6: the task whose save landed begins its commands, even if the answer was lost."""
        known = {pending.key for pending in before.out} if before else set()
        new = [pending.key for pending in call.out if pending.key not in known]
        if new and task is not None:
            record.unperformed = f"{self._name(call)} rev {call.rev}: {new}"
            record.asked = task.asked
            if call.claim_until is not None:
                record.until = call.claim_until - MARGIN - timedelta(seconds=SKEW_SECONDS)

    def check(self) -> None:
        """Once a second. A task without time left for a command leaves it to the next performer."""
        for task, record in list(self._records.items()):
            if not task.is_over:
                continue
            del self._records[task]
            is_alive = isinstance(task.owner, Instance) and not task.owner.is_dead
            if not record.unperformed or record.until is None or not is_alive:
                continue
            if task.asked == record.asked and self._deployment.world.now() < record.until:
                self._violate(
                    "a task that saves a command performs it", f"{task.name}: {record.unperformed}"
                )

    # --- requests ---------------------------------------------------------------------------

    def _on_entry(self, entry: Entry) -> None:
        match entry.news:
            case RestCalled(method="POST", path=path, pairs=pairs, status=status) if status < 300:
                url = urlsplit(dict(pairs).get("Url", "")).path
                if url and path.endswith("/Calls.json"):
                    self._check_dialled_once(url)
                elif url and "/Calls/" in path:
                    self._check_not_refreshed(path.rpartition("/")[2].partition(".")[0])
            case _:
                pass

    def _check_dialled_once(self, url: str) -> None:
        """W8: the carrier has no idempotency key for a create: it is looked up, never repeated."""
        self._dialled[url] = self._dialled.get(url, 0) + 1
        if self._dialled[url] > 1:
            self._violate("an offer is dialled once", url)

    def _check_not_refreshed(self, sid: str) -> None:
        """W9: the answer to the webhook is the new document; a refresh would replace it."""
        task, name = current(), self._deployment.names.of(sid)
        who, _, what = task.name.partition("/") if task else ("", "", "")
        if who == name and what.startswith(DOCUMENTS):
            self._violate("a leg that is being answered is not refreshed", f"{name} by {what}")

    def _name(self, call: Call) -> str:
        return self._deployment.names.of(call.id)

    def _violate(self, name: str, detail: str) -> None:
        self._deployment.world.violate(name, detail)
