"""What a page shows of the company is so: soon after the last change, and at the end."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.domain.board import POOL
from app.domain.overview import LATE, Overview, QueueNow, overview
from tests.simulation.deployment import Deployment
from tests.simulation.pages import LOOK_SECONDS

SHOWN = "a page shows what is so"
PUSHED_SECONDS = 1.0 + 2.0 + 1.5 + 0.7  # the pause; two clocks (W12); a function's turn; its way


class SharingChecks:
    """Once after each change, when nothing has changed for as long as its push may take."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._changed = self._checked = deployment.world.now()
        deployment.on_saved.append(self._on_saved)

    def _on_saved(self, _write_set: object) -> None:
        self._changed = self._deployment.world.now()

    def check(self, tolerance_seconds: float, *, is_faultless: bool) -> None:
        """With faults a notice may be lost, which the next sweep repairs, and then its push."""
        late = 0.0 if is_faultless else LOOK_SECONDS + tolerance_seconds
        now, limit = self._deployment.world.now(), timedelta(seconds=PUSHED_SECONDS + late)
        opened = self._deployment.page.opened
        if opened is None or self._checked == self._changed:
            return
        if now < max(self._changed, opened) + limit:
            return
        self._checked = self._changed
        detail = self._difference(limit)
        if detail:
            self._deployment.world.violate(SHOWN, detail)

    def difference_at_end(self) -> str:
        """Of messages, too, which no save tells of."""
        if not self._deployment.page.is_open:
            return ""
        made, kept = self._deployment.overviews.get(), self._deployment.register.open_messages()
        told = dict(made.open_messages) if made else {}
        if told != {mailbox: count for mailbox, count in kept.items() if count}:
            return f"{told} messages, and it is {kept}"
        if self._deployment.world.now() < self._changed + timedelta(seconds=PUSHED_SECONDS):
            return ""  # what the last sweep has changed is on its way
        return self._difference(timedelta(0))

    def _difference(self, limit: timedelta) -> str:
        """Nothing, while somebody could not be read. `limit`: how old what is shown may be."""
        if not self._deployment.page.is_open or self._deployment.versions.spared():
            return ""
        if self._is_just_published():
            return ""
        shown, true = self._deployment.page.shown, self._truth()
        if shown is None:
            return "nothing"
        if shown.people != true.people:
            return f"{shown.people}, and it is {true.people}"
        if _settled(shown, true, limit) != _settled(true, true, limit):
            return f"{shown.queues}, and it is {true.queues}"
        return ""

    def _is_just_published(self) -> bool:
        """Who belongs to the company is looked at each minute: no save tells of it."""
        published = self._deployment.published
        if published is None:
            return False
        seen = published + timedelta(seconds=LOOK_SECONDS + PUSHED_SECONDS)
        return self._deployment.world.now() < seen

    def _truth(self) -> Overview:
        deployment, now = self._deployment, self._deployment.world.now()
        members = [member.id for member in deployment.directory.head().members]
        return overview(
            0,
            now,
            deployment.switch.agents.get_all(members),
            deployment.switch.board.waiting(POOL),
            {},
            now,
        )


def _settled(shown: Overview, true: Overview, limit: timedelta) -> tuple[QueueNow, ...]:
    """Without those that have become late so lately that it may not be shown yet."""
    now: datetime = true.kept_until
    fresh = {
        one.node
        for one in true.queues
        if one.longest_since and timedelta(0) <= now - one.longest_since - LATE <= limit
    }
    return tuple(one for one in shown.queues if one.node not in fresh)
