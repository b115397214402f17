"""What each event costs at the database: measured through the real services, put on a page.

`python -m tests.adapters.operations` writes docs/operations.md anew; the test compares it.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest

from app.adapters.memory import (
    MemoryNotices,
    MemoryOverviews,
    MemoryTimers,
    MemoryUnreadableItems,
)
from app.adapters.numbers import MetadataNumbers
from app.adapters.plan import read_company
from app.domain import events as e
from app.domain.access import Person
from app.domain.call import Call
from app.domain.commands import Pending, StartRecording
from app.domain.verbs import TABLE
from app.ports import Done, SweepJob, unreported
from app.service.desk import Desk, Grant
from app.service.distributor import Distributor
from app.service.outgoing import Outgoing
from app.service.pickup import Pickup
from app.service.staff import Staff
from app.service.sweep import LEASE_SECONDS, Sweep
from app.service.switchboard import Switchboard
from app.service.unreadable import Restoration
from tests.adapters.operations_store import Store, on_dynamo
from tests.adapters.operations_table import ROWS, Cost
from tests.adapters.whole_calls import CALLS, Step, table
from tests.support import ministack
from tests.support.verbs import click

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "operations.md"
DID, ELEANOR, NEIGHBOUR = "+442079460800", "+442079460142", "+442079460143"


class SilentCarrier:
    """Does what it is told, and tells nothing back by itself."""

    def perform(self, call: Call, pending: Pending) -> Done:
        is_recording = isinstance(pending.command, StartRecording)
        return Done(f"RE{len(call.recorded) + 1}" if is_recording else None)

    def find(self, call: Call, pending: Pending) -> Done:
        return Done()

    def live_legs(self) -> Mapping[str, bool]:
        return {}


class Day:
    """The services on one store, and a day of calls through them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        timers, notices = MemoryTimers(), MemoryNotices(lambda topic: True)
        distributor = Distributor(
            board=store.board,
            calls=store.calls,
            agents=store.agents,
            directory=store.directory,
            timers=timers,
            notices=notices,
            clock=store.clock,
            ids=store.ids,
        )
        self.switchboard = Switchboard(
            calls=store.calls,
            agents=store.agents,
            carrier=SilentCarrier(),
            timers=timers,
            notices=notices,
            directory=store.directory,
            clock=store.clock,
            ids=store.ids,
            distributor=distributor,
        )
        self.desk = Desk(
            switchboard=self.switchboard,
            distributor=distributor,
            calls=store.calls,
            agents=store.agents,
            board=store.board,
            directory=store.directory,
            timers=timers,
            notices=notices,
            clock=store.clock,
            ids=store.ids,
        )
        self.staff = Staff(
            desk=self.desk, agents=store.agents, directory=store.directory, notices=notices
        )
        self.outgoing = Outgoing(
            switchboard=self.switchboard,
            desk=self.desk,
            agents=store.agents,
            directory=store.directory,
            numbers=MetadataNumbers(),
            clock=store.clock,
            ids=store.ids,
        )
        self.sweep = Sweep(
            calls=store.calls,
            carrier=SilentCarrier(),
            switchboard=self.switchboard,
            distributor=distributor,
            restoration=Restoration(
                kept=MemoryUnreadableItems(),
                calls=store.calls,
                agents=store.agents,
                board=store.board,
                directory=store.directory,
                clock=store.clock,
            ),
            report=unreported,
            directory=store.directory,
            leases=store.leases,
            timers=timers,
            clock=store.clock,
            ids=store.ids,
        )
        self.costs: dict[str, Cost] = {}
        company = read_company(ROOT / "switchroom.yaml")
        store.directory.publish(company.plan, previous=None)
        for contact in company.contacts:
            store.directory.put_contact(contact)
        store.take()

    def spends(self, event: str, doing: Callable[[], object]) -> None:
        doing()
        self.costs[event] = self.store.take()
        self.store.clock.advance(1)

    def arrives(self, call: str) -> None:
        self.switchboard.arrive(call, f"CA{call:0>32}", ELEANOR, DID)

    def tells(self, call: str, event: e.Event) -> None:
        self.switchboard.handle(call, event)

    def offer(self, call: str) -> str:
        """The leg as which the call is offered. Without counting."""
        loaded = self.store.calls.get(call)
        self.store.take()
        return str(getattr(loaded.call.state, "leg", "")) if loaded else ""

    def talks(self, agent: str, call: str) -> None:
        """Accepted, and both are in the room. Without counting."""
        click(self.desk, agent, "accept", call, leg=self.offer(call))
        loaded = self.store.calls.get(call)
        state = loaded.call.state if loaded else None
        headset, nonce = str(getattr(state, "headset", "")), str(getattr(state, "nonce", ""))
        room = f"CF{headset}"
        self.tells(call, e.HeadsetConnected(headset, nonce, f"CA{headset}"))
        for event in (e.JoinedRoom(headset, room), e.JoinedRoom("1", room), e.RoomStarted(room)):
            self.tells(call, event)
        self.store.take()

    def comes_in_for_own_call(self, headset: str) -> str:
        """The headset of an agent who calls out, up to the room: the call. Without counting."""
        (call_id,) = self.store.calls.live()
        loaded = self.store.calls.get(call_id)
        nonce = str(getattr(loaded.call.state, "nonce", "")) if loaded else ""
        self.tells(call_id, e.HeadsetConnected(headset, nonce, "CAheadset"))
        self.store.take()
        return call_id

    def calls_out_and_talks(self, person: Person) -> str:
        """Eleanor is called, and answers: the call. Without counting."""
        self.desk.set_ready(person.id)
        headset = self.outgoing.call(person, ELEANOR, "tab1").headset
        call_id = self.comes_in_for_own_call(headset)
        for event in (e.JoinedRoom(headset, "CF1"), e.JoinedRoom("1", "CF1", "CAcalled")):
            self.tells(call_id, event)
        self.store.take()
        return call_id

    def ends_all_calls(self) -> None:
        """Without counting."""
        for call_id in self.store.calls.live():
            loaded = self.store.calls.get(call_id)
            for leg in loaded.call.legs if loaded else ():
                self.tells(call_id, e.HungUp(leg.id))
        self.store.take()

    def reaches_claims(self, call: str) -> None:
        """Without counting."""
        self.arrives(call)
        self.tells(call, e.Pressed("1", 1, "2"))
        self.store.take()


def measured(store: Store) -> dict[str, Cost]:
    """One day: each event of ROWS happens once, in their order."""
    day = Day(store)
    spends, tells, desk = day.spends, day.tells, day.desk
    spends("inbound", lambda: day.arrives("c1"))
    store.clock.advance(31)
    spends("inbound, the head's 30 s over", lambda: day.arrives("c2"))
    spends("key press in a menu", lambda: tells("c1", e.Pressed("1", 1, "1")))
    spends("key press, repeated", lambda: tells("c1", e.Pressed("1", 1, "1")))
    to_queue = e.Pressed("1", 2, "1")
    spends("key press into a queue, nobody ready", lambda: tells("c1", to_queue))
    spends("wait request", lambda: tells("c1", e.AskedWhileWaiting("1")))
    spends("caller gone, waiting", lambda: tells("c1", e.HungUp("1")))

    spends("agent ready, nobody waits", lambda: desk.set_ready("tomasz"))
    spends("a desk's beat", lambda: desk.heartbeat("tomasz"))
    claims = e.Pressed("1", 1, "2")
    spends("key press into a queue, and pairing", lambda: tells("c2", claims))
    spends("ringing, answered: nothing new", lambda: tells("c2", e.RoomEnded("CF0")))
    spends("accept", lambda: click(desk, "tomasz", "accept", "c2", leg="2", tab="tab1"))
    loaded = store.calls.get("c2")
    nonce = getattr(loaded.call.state, "nonce", "") if loaded else ""
    store.take()
    headset, room = "tomasz.1", "CF1"
    calls_in = e.HeadsetConnected(headset, nonce, "CAheadset")
    spends("the headset calls in", lambda: tells("c2", calls_in))
    spends("the headset joins: talking", lambda: tells("c2", e.JoinedRoom(headset, room)))
    spends("the room has started", lambda: tells("c2", e.RoomStarted(room)))
    joins = "the caller joins: recording begins"
    spends(joins, lambda: tells("c2", e.JoinedRoom("1", room)))
    spends("caller gone, talking", lambda: tells("c2", e.HungUp("1")))
    store.clock.advance(60)
    spends("wrap-up over, nobody waits", lambda: desk.end_due_wrap_up("tomasz"))

    day.reaches_claims("c3")
    spends("caller gone, offered", lambda: tells("c3", e.HungUp("1")))
    desk.set_away("tomasz", "lunch")
    day.reaches_claims("c4")
    spends("agent ready, and pairing", lambda: desk.set_ready("tomasz"))
    spends("declined, nobody else ready", lambda: click(desk, "tomasz", "decline", "c4", leg="2"))
    desk.set_offline("tomasz")
    day.ends_all_calls()
    _transfers(day)
    _parks(day)
    _supervises(day)
    _sets_statuses(day)
    _calls_out(day)
    _consults(day)
    _consults_a_colleague(day)
    _confers(day)
    _has_two_calls(day)
    spends("a sweep, nothing live", lambda: day.sweep.sweep(SweepJob()))
    for n in range(100):
        day.arrives(f"d{n}")
    desk.set_ready("tomasz")
    store.clock.advance(LEASE_SECONDS)
    store.take()
    spends("a sweep, 100 calls live", lambda: day.sweep.sweep(SweepJob()))
    return day.costs


def _transfers(day: Day) -> None:
    """Tomasz sends a caller to a queue, where Priya takes the call and sends it to Tomasz."""
    desk = day.desk
    desk.set_ready("tomasz")
    day.reaches_claims("c5")
    day.talks("tomasz", "c5")
    day.spends("hold", lambda: click(desk, "tomasz", "hold", "c5"))
    to_queue = "transfer to a queue, nobody ready"
    day.spends(to_queue, lambda: click(desk, "tomasz", "transfer", "c5", target="business"))
    desk.set_ready("priya")
    day.talks("priya", "c5")
    desk.set_ready("tomasz")
    day.store.take()
    to_colleague = "transfer to a colleague, and pairing"
    day.spends(to_colleague, lambda: click(desk, "priya", "transfer", "c5", target="line-tomasz"))
    leg = day.offer("c5")
    back = "declined: the caller is back at the sender"
    day.spends(back, lambda: click(desk, "tomasz", "decline", "c5", leg=leg))
    for agent in ("tomasz", "priya"):
        desk.set_offline(agent)
    day.ends_all_calls()


def _parks(day: Day) -> None:
    """Tomasz parks a caller, and Priya takes the call."""
    desk, store = day.desk, day.store
    desk.set_ready("tomasz")
    day.reaches_claims("c6")
    day.talks("tomasz", "c6")
    day.spends("park", lambda: click(desk, "tomasz", "park", "c6"))
    desk.set_ready("priya")
    store.take()
    pickup = Pickup(
        switchboard=day.switchboard,
        desk=desk,
        agents=store.agents,
        directory=store.directory,
        overviews=MemoryOverviews(),
        clock=store.clock,
        ids=store.ids,
    )
    priya = Person("priya", "Priya Shah", "agent")
    day.spends("a parked call is picked up", lambda: pickup.pick_up(priya, "c6", "tab1"))
    day.ends_all_calls()
    for agent in ("tomasz", "priya"):
        desk.set_offline(agent)


def _supervises(day: Day) -> None:
    """Priya, who has a break, listens to Tomasz, coaches him, and takes the call over."""
    desk = day.desk
    desk.set_ready("tomasz")
    day.reaches_claims("c7")
    day.talks("tomasz", "c7")
    desk.set_away("priya", "lunch")
    day.store.take()
    priya = Person("priya", "Priya Shah", "supervisor")

    def asks(verb: str) -> None:
        desk.do(priya, "c7", TABLE[verb], tab="tab1")

    day.spends("a supervisor begins to listen", lambda: asks("supervise"))
    call = day.switchboard.load("c7").call
    supervision = call.supervision
    assert supervision is not None
    connects = e.HeadsetConnected(supervision.headset, supervision.nonce, "CAs")
    day.store.take()
    day.spends("the supervisor's page calls in", lambda: day.tells("c7", connects))
    day.tells("c7", e.JoinedRoom(supervision.headset, str(call.room.sid)))
    day.store.take()
    day.spends("coach", lambda: asks("coach"))
    day.spends("take over", lambda: asks("take-over"))
    for agent in ("tomasz", "priya"):
        desk.set_offline(agent)
    day.ends_all_calls()


def _sets_statuses(day: Day) -> None:
    """Priya sets Tomasz to available, whom nobody waits for, and then to a break."""
    priya = Person("priya", "Priya Shah", "supervisor")
    ready, away = "a supervisor makes an agent available", "a supervisor sets an agent to a break"
    day.spends(ready, lambda: day.staff.set_status(priya, "tomasz", "ready"))
    day.spends(away, lambda: day.staff.set_status(priya, "tomasz", "lunch"))
    day.desk.set_offline("tomasz")
    day.store.take()


def _calls_out(day: Day) -> None:
    """Oliver, who is available, calls Eleanor, who answers."""
    oliver = Person("oliver", "Oliver Marsh", "agent")
    day.desk.set_ready("oliver")
    day.store.take()
    day.spends("call out", lambda: day.outgoing.call(oliver, ELEANOR, "tab1"))
    call_id = day.comes_in_for_own_call("oliver.1")
    joins = "the headset joins: the number is dialled"
    day.spends(joins, lambda: day.tells(call_id, e.JoinedRoom("oliver.1", "CF1")))
    answers = "whoever is called answers: recording begins"
    day.spends(answers, lambda: day.tells(call_id, e.JoinedRoom("1", "CF1", "CAcalled")))
    day.desk.set_offline("oliver")
    day.ends_all_calls()


def _has_two_calls(day: Day) -> None:
    """Oliver, who talks with Eleanor, calls her neighbour, and switches back."""
    oliver = Person("oliver", "Oliver Marsh", "agent")
    first = day.calls_out_and_talks(oliver)
    begins = "another call: the first on hold, left; then the call"
    grants: list[Grant] = []
    day.spends(begins, lambda: grants.append(day.outgoing.call(oliver, NEIGHBOUR, "tab1")))
    call_id, headset = grants[0].call, grants[0].headset
    day.tells(call_id, e.HeadsetConnected(headset, grants[0].nonce, "CAheadset"))
    for event in (e.JoinedRoom(headset, "CF1"), e.JoinedRoom("1", "CF1", "CAcalled")):
        day.tells(call_id, event)
    day.store.take()
    back = "switch back: the second on hold, left; then the first is taken"
    day.spends(back, lambda: click(day.desk, "oliver", "switch", first, tab="tab1"))
    day.desk.set_offline("oliver")
    day.ends_all_calls()


def _consults(day: Day) -> None:
    """Oliver, in a call that he made, consults Eleanor's neighbour, and leaves them together."""
    oliver, consult = Person("oliver", "Oliver Marsh", "agent"), TABLE["consult"]
    call_id = day.calls_out_and_talks(oliver)
    began = "consult: the hold, then the dial"
    day.spends(began, lambda: day.outgoing.consult(oliver, call_id, consult, NEIGHBOUR))
    answers = "whoever is consulted answers"
    day.spends(answers, lambda: day.tells(call_id, e.JoinedRoom("2", "CF1", "CAconsulted")))
    day.spends("swap", lambda: click(day.desk, "oliver", "swap", call_id))
    day.spends("complete", lambda: click(day.desk, "oliver", "complete", call_id))
    day.desk.set_offline("oliver")
    day.ends_all_calls()


def _consults_a_colleague(day: Day) -> None:
    """Tomasz, and then leaves the call to him."""
    oliver, name = Person("oliver", "Oliver Marsh", "agent"), "Tomasz Zieliński"
    call_id = day.calls_out_and_talks(oliver)
    day.desk.set_ready("tomasz")
    day.store.take()
    begun = "consult a colleague: reserved, the hold, then it rings"
    day.spends(begun, lambda: day.outgoing.consult(oliver, call_id, TABLE["consult"], name))
    grants = list[Grant | None]()
    accept = partial(click, day.desk, "tomasz", "accept", call_id, leg="2")
    day.spends("the colleague accepts", lambda: grants.append(accept()))
    (grant,) = grants
    assert grant is not None
    headset, nonce = grant.headset, grant.nonce
    day.tells(call_id, e.HeadsetConnected(headset, nonce, "CAcolleague"))
    day.store.take()
    comes = "the colleague comes into the room"
    day.spends(comes, lambda: day.tells(call_id, e.JoinedRoom(headset, "CF1")))
    given = "complete: the call is the colleague's"
    day.spends(given, lambda: click(day.desk, "oliver", "complete", call_id))
    for who in ("oliver", "tomasz"):
        day.desk.set_offline(who)
    day.ends_all_calls()


def _confers(day: Day) -> None:
    """So again, but all three talk before Oliver leaves them."""
    oliver = Person("oliver", "Oliver Marsh", "agent")
    call_id = day.calls_out_and_talks(oliver)
    day.outgoing.consult(oliver, call_id, TABLE["consult"], NEIGHBOUR)
    day.tells(call_id, e.JoinedRoom("2", "CF1", "CAconsulted"))
    day.store.take()
    day.spends("join all three", lambda: click(day.desk, "oliver", "join", call_id))
    day.spends("leave a conference", lambda: click(day.desk, "oliver", "leave", call_id))
    day.desk.set_offline("oliver")
    day.ends_all_calls()


def page(costs: dict[str, Cost], calls: dict[str, tuple[Step, ...]]) -> str:
    lines = [
        "# What an event costs",
        "",
        "Measured through the real services on the local AWS by `make docs`; do not edit by hand.",
        "R is a read, W a write, Tn a transaction of n items, Q a query, in the order in which",
        "they happen; each is one API call. Units are those that DynamoDB charges: a read unit per",
        "4 kB, a write unit per kB, twice that in a transaction, indexes included. All is warm:",
        "a new instance reads the head and the plan once more. A call is not read before a save",
        "where the process remembers it (docs/adr/0007): if that is old, the write fails and",
        "brings the call as it is: one write more. Where it differs from the design's table",
        "otherwise, the last column says why (docs/adr/0002).",
        "",
        "| event | operations | read units | write units | the design's table |",
        "|-|-|-|-|-|",
    ]
    for row in ROWS:
        cost = costs[row.event]
        design = f"{row.design}; {row.why}" if row.why else row.design
        spent = ", ".join(cost.operations)
        units = f"{cost.read_units:g} | {cost.write_units:g}"
        lines.append(f"| {row.event} | {spent} | {units} | {design} |")
    lines += [
        "",
        "# What whole calls cost",
        "",
        "Every request to AWS of the deployment as it is wired, over the exchange's webhooks: the",
        "letters as above, M one or several messages to a queue in one request, S an object stored",
        "in S3, V its checksum verified there. A request costs about 0.5 ms of processor time,",
        "whatever it does. Each process has its own memory. Lambda's own polling, an open desk's",
        "beats and what pages fetch are not counted; the worker gets what was saved at one",
        "instant together.",
        "",
        "A queue's figures of the day are two more items of the worker's transaction that writes",
        "the end of a call that waited: that it is counted, and the sums. They are no request of",
        "their own. The making of the overview reads the sums by one Q, an item for each queue:",
        "the same at any number of desks, calls and days.",
    ]
    for name, steps in calls.items():
        lines += ["", f"## {name}", "", *table(steps)]
    return "\n".join(lines) + "\n"


def main() -> int:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setenv("AWS_ACCESS_KEY_ID", "local")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "local")
        with ministack.running(Path(folder)) as cloud:
            with on_dynamo(cloud) as store:
                costs = measured(store)
            calls = {name: tell(cloud) for name, tell in CALLS.items()}
            PAGE.write_text(page(costs, calls), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
