"""How functions may act, one act at a time: what a state never shows, since it ends well anyway.

A save that nobody performs is performed by somebody else some seconds later; a refresh too many is
heard as a word said twice; a pair that was somebody else's costs that one another try.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from app.domain.agent import Ready
from app.domain.call import Call, Offered, Waiting
from app.ports import WriteSet
from app.service.commit import CLAIM_SECONDS
from app.service.switchboard import MARGIN_SECONDS
from infra.local.exchange.journal import Entry, RestCalled
from tests.simulation.cloud import Instance
from tests.simulation.deployment import Deployment
from tests.simulation.tasks import Task, current
from tests.support.items import LARGEST_CALL_BYTES, call_item_bytes

DOCUMENTS = ("inbound", "client", "calls")  # the second word of a task that answers with one


@dataclass(slots=True)
class Doings:
    """Of one task: the parties that it moved on the board, and the save that it must perform."""

    calls: set[str] = field(default_factory=set)
    agents: set[str] = field(default_factory=set)
    owes: str = ""
    since: datetime | None = None
    asked: int = 0  # the requests that it had made by then


class Conduct:
    def __init__(self, deployment: Deployment) -> None:
        self._site = deployment
        self._calls: dict[str, Call] = {}
        self._weights: dict[str, int] = {}
        self._doings: dict[Task, Doings] = {}
        self._dialled: dict[str, int] = {}
        deployment.on_saved.append(self._saved)
        deployment.exchange.observe(self._noticed)

    # --- saves ------------------------------------------------------------------------------

    def _saved(self, write_set: WriteSet) -> None:
        call, task = write_set.call, current()
        before = self._calls.get(call.id) if call else None
        doings = self._doings.setdefault(task, Doings()) if task else Doings()
        if call is not None:
            self._calls[call.id] = call
            self._is_small(write_set, call)
            if isinstance(call.state, Offered) and isinstance(before and before.state, Waiting):
                self._is_own(call, call.state.agent, doings)
                self._owes(before, call, task, doings)
                return
            self._owes(before, call, task, doings)
            if isinstance(call.state, Waiting) and (before is None or before.state != call.state):
                doings.calls.add(call.id)
        doings.agents |= {a.id for a in write_set.agents if isinstance(a.presence, Ready)}

    def _is_small(self, write_set: WriteSet, call: Call) -> None:
        """S1; looked at only when there is more of it than ever before."""
        cool_downs = call.position.cool_downs if call.position else ()
        weight = len(call.legs) + len(call.out) + len(cool_downs) + len(call.choices)
        if weight > self._weights.get(call.id, 0):
            self._weights[call.id] = weight
            size = call_item_bytes(write_set)
            if size > LARGEST_CALL_BYTES:
                self._violate("a call's item is at most 4 kB", f"{self._name(call)}: {size}")

    def _is_own(self, call: Call, agent: str, doings: Doings) -> None:
        """D3: who moved somebody on the board commits the pair of that one, and no other."""
        moved = doings.calls or doings.agents
        if moved and call.id not in doings.calls and agent not in doings.agents:
            moved_names = [self._site.names.of(c) for c in sorted(doings.calls)]
            self._violate(
                "only one's own pair is offered",
                f"{self._name(call)} to {agent}, by {moved_names} {sorted(doings.agents)}",
            )

    def _owes(self, before: Call | None, call: Call, task: Task | None, doings: Doings) -> None:
        """W3, W6: whose save has landed begins its commands, though the answer was lost."""
        known = {pending.key for pending in before.out} if before else set()
        new = [pending.key for pending in call.out if pending.key not in known]
        if new and task is not None:
            doings.owes = f"{self._name(call)} rev {call.rev}: {new}"
            doings.since, doings.asked = self._site.world.now(), task.asked

    def looks(self) -> None:
        """Once a second. Who had no time left for a command leaves it to the next performer."""
        limit = CLAIM_SECONDS - MARGIN_SECONDS
        for task, doings in list(self._doings.items()):
            if not task.is_over:
                continue
            del self._doings[task]
            is_alive = isinstance(task.owner, Instance) and not task.owner.is_dead
            if not doings.owes or doings.since is None or not is_alive:
                continue
            seconds = (self._site.world.now() - doings.since).total_seconds()
            if task.asked == doings.asked and seconds < limit:
                self._violate("who saves performs", f"{task.name}: {doings.owes}")

    # --- requests ---------------------------------------------------------------------------

    def _noticed(self, entry: Entry) -> None:
        match entry.news:
            case RestCalled(method="POST", path=path, pairs=pairs, status=status) if status < 300:
                url = urlsplit(dict(pairs).get("Url", "")).path
                if url and path.endswith("/Calls.json"):
                    self._is_dialled(url)
                elif url and "/Calls/" in path:
                    self._is_refreshed(path.rpartition("/")[2].partition(".")[0])
            case _:
                pass

    def _is_dialled(self, url: str) -> None:
        """W8: the carrier has no key for a create: it is looked for, and never repeated."""
        self._dialled[url] = self._dialled.get(url, 0) + 1
        if self._dialled[url] > 1:
            self._violate("an offer is dialled once", url)

    def _is_refreshed(self, sid: str) -> None:
        """W9: the answer itself is the view; a refresh would cross it."""
        task, name = current(), self._site.names.of(sid)
        who, _, what = task.name.partition("/") if task else ("", "", "")
        if who == name and what.startswith(DOCUMENTS):
            self._violate("who is being answered is not refreshed", f"{name} by {what}")

    def _name(self, call: Call) -> str:
        return self._site.names.of(call.id)

    def _violate(self, name: str, detail: str) -> None:
        self._site.world.violate(name, detail)
