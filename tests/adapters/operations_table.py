"""The table of docs/operations.md: what each event may cost, and what the design planned."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """Operations in order, and request units (those of indexes included)."""

    operations: tuple[str, ...]
    read_units: float = 0
    write_units: float = 0


@dataclass(frozen=True)
class Row:
    """One event: what it may cost in operations, and what the design planned, if that differs.

    R is a read, W a write, Tn a transaction of n, Q a query; in the order in which they happen.
    """

    event: str
    operations: tuple[str, ...]
    design: str
    why: str = ""


ROWS = (
    Row("inbound", ("R", "W"), "2 R + 1 W", "the number is in the plan, which is cached for ever"),
    Row("inbound, the head's 30 s over", ("R", "R", "W"), "2 R + 1 W"),
    Row("key press in a menu", ("W",), "1 R + 1 W"),
    Row("key press, repeated", ("R",), "1 R"),
    Row("key press into a queue, nobody ready", ("T2", "Q"), "1 R + T2 + 1 Q"),
    Row("wait request", ("R",), "1 R"),
    Row(
        "caller gone, waiting",
        ("T2",),
        "1 R + T2 + 1 Q",
        "who leaves makes no pair possible: whoever was pairing them finds it stale, and goes on",
    ),
    Row(
        "agent ready, nobody waits",
        ("R", "R", "T2", "Q"),
        "1 R + T2 + 1 Q",
        "whether the person is still in the plan is asked as it is now",
    ),
    Row("a desk's beat", ("W",), "1 W"),
    Row(
        "key press into a queue, and pairing",
        ("T2", "Q", "Q", "R", "T4"),
        "1 R + T2 + 1 Q, 1 R + T4",
        "a pair needs both sides of the board; the other is read only when the first has rows",
    ),
    Row("ringing, answered: nothing new", ("R",), "1 R"),
    Row("accept", ("T2",), "1 R + T2"),
    Row("the headset calls in", ("T2",), "1 R + T2", "the sid goes into both, as S13"),
    Row("the headset joins: talking", ("T2",), "1 R + T2"),
    Row("the room has started", ("W",), "1 R + 1 W"),
    Row(
        "the caller joins: recording begins",
        ("W", "W"),
        "1 R + 1 W, 1 W",
        "the answer is an event, decided on the call as it is by then",
    ),
    Row("caller gone, talking", ("T2",), "1 R + T2"),
    Row("wrap-up over, nobody waits", ("R", "T2", "Q"), "1 R + T2 + 1 Q"),
    Row(
        "caller gone, offered",
        ("T3", "Q"),
        "1 R + T4 + 1 Q",
        "the waiting row left the board when the pair was committed",
    ),
    Row(
        "agent ready, and pairing",
        ("R", "R", "T2", "Q", "Q", "R", "T4"),
        "1 R + T2 + 1 Q, 1 R + T4",
        "both as above",
    ),
    Row(
        "declined, nobody else ready",
        ("T4", "Q", "Q"),
        "1 R + T4 + 1 Q",
        "who declined is ready again: both sides have rows, and no pair",
    ),
    Row("hold", ("W", "W", "W"), "–", "hold and pause of the recording are confirmed: two events"),
    Row(
        "transfer to a queue, nobody ready",
        ("T3", "W", "Q"),
        "–",
        "all is saved before the carrier is asked; then, that the recording is over",
    ),
    Row(
        "transfer to a colleague, and pairing",
        ("R", "T3", "W", "Q", "Q", "R", "T4"),
        "–",
        "whether the colleague is here; then as above",
    ),
    Row(
        "park",
        ("Q", "T3", "W"),
        "–",
        "which slots are taken; call, agent and slot; then, that the recording is over",
    ),
    Row(
        "a parked call is picked up",
        ("R", "R", "T4"),
        "–",
        "the call, the agent; call, agent, slot and the ready row",
    ),
    Row(
        "a supervisor begins to listen",
        ("R", "R", "T2"),
        "–",
        "whether the supervisor is free, for the click and for the decision; call and supervisor",
    ),
    Row("the supervisor's page calls in", ("T2",), "–", "call and supervisor, with the leg's id"),
    Row("coach", ("W", "W"), "–", "saved before the carrier is asked; then its answer"),
    Row("take over", ("T3", "W"), "–", "call, agent and supervisor; then that all hear the latter"),
    Row(
        "a supervisor makes an agent available",
        ("R", "R", "R", "T2", "Q"),
        "–",
        "the plan as it is now; whether the agent is in a call; then as the agent's own. Besides, "
        "a Q for whether a page of the agent is open, which is not counted here",
    ),
    Row(
        "a supervisor sets an agent to a break",
        ("R", "R", "T2", "Q"),
        "–",
        "the plan as it is now; then as the agent's own",
    ),
    Row(
        "declined: the caller is back at the sender",
        ("R", "T4", "Q"),
        "–",
        "the sender is read only then, and rings by the same write",
    ),
    Row("call out", ("R", "R", "T3"), "–", "the contact, the agent; call, agent and the ready row"),
    Row(
        "the headset joins: the number is dialled",
        ("W", "W"),
        "–",
        "the dial is in the outbox before the carrier is asked; then the sid that it made",
    ),
    Row(
        "whoever is called answers: recording begins",
        ("T2", "W"),
        "–",
        "the conversation begins for the agent, too",
    ),
    Row(
        "consult: the hold, then the dial",
        ("R", "T2", "W", "W", "W"),
        "–",
        "the contact; call and agent, whose calls are counted; then what the carrier answers: "
        "held, the recording is paused, dialled",
    ),
    Row(
        "consult a colleague: reserved, the hold, then it rings",
        ("R", "T3", "T2", "W"),
        "–",
        "the colleague; call and both agents; held, so it rings from now on; then, "
        "that the recording is paused",
    ),
    Row("the colleague accepts", ("T2",), "–", "call and colleague"),
    Row(
        "the colleague comes into the room",
        ("T2",),
        "–",
        "call and colleague, who is in it from now on",
    ),
    Row(
        "complete: the call is the colleague's",
        ("T3", "W", "W"),
        "–",
        "call and both agents; then what the carrier answers",
    ),
    Row("whoever is consulted answers", ("W",), "–", "nothing changes for the agent"),
    Row(
        "swap",
        ("W", "W", "W", "W"),
        "–",
        "the wish; then one is held, the recording goes on, the other is back",
    ),
    Row(
        "complete",
        ("T2", "W", "W"),
        "–",
        "call and agent; then, after a swap, that the other is back; that the recording is over",
    ),
    Row("join all three", ("W", "W"), "–", "the wish; the unhold"),
    Row("leave a conference", ("T2", "W"), "–", "call and agent; then, that the recording is over"),
    Row(
        "another call: the first on hold, left; then the call",
        ("R", "R", "W", "W", "W", "T2", "R", "T2"),
        "–",
        "the agent and the contact; the hold, and what the carrier answers: held, the recording is "
        "paused; call and agent, who has it on hold now; the agent; the new call and the agent. "
        "Two steps: whatever fails between them, the caller is on hold, and has an agent",
    ),
    Row(
        "switch back: the second on hold, left; then the first is taken",
        ("R", "R", "W", "W", "W", "T2", "R", "R", "T2"),
        "–",
        "the call and the agent; as above; then both, as they are now, and the save of both",
    ),
    Row(
        "a sweep, nothing live",
        ("W", "Q", "Q"),
        "not in it",
        "its turn, one side of the board, the calls that are live",
    ),
    Row(
        "a sweep, 100 calls live",
        ("W", "Q", "R", "Q", "Q"),
        "not in it",
        "one R for each 100, of half a read unit a call (not counted here); at the carrier three "
        "lists, a request for each 1,000 legs",
    ),
)  # fmt: skip
