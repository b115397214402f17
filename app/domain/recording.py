"""Recording by policy and by hand: what is wanted of a conversation's recording, and what is heard.

    policy     the agent may                          it is recorded
    always     pause, resume                          but during a pause
    never      nothing                                not at all
    by hand    start, stop, and while it is started   from start to stop,
               pause, resume                          but during a pause

A pause is for what nobody may keep, such as a card number. It ends by itself after PAUSE_SECONDS:
who forgets it loses that much, and no more. An agent may ask for these while they talk with the
caller alone. What was asked for stays with the call: through a hold, a consultation, a lost
headset, and to whoever has the call next, as far as the policy there permits.

Here only what is *wanted* changes; what is to be told to the carrier follows in `reconcile`. A
pause that the carrier refuses twice is over, and the agent is told: what they say is recorded. A
stop that it refuses is asked for again: until it is done, the recording counts as running.
"""

from datetime import timedelta
from typing import Literal, TypeAlias

from app.domain import events as e
from app.domain.call import CALLER, Call
from app.domain.commands import PauseRecording, StartRecording, StopRecording
from app.domain.states import InConversation, RecordingPause, RecordingWish
from app.domain.transition import Transition
from app.domain.value import replace

PAUSE_SECONDS = 120  # enough to read out and to repeat a card number, its date and its code
PAUSE_TRIES = 2  # so often the carrier is asked to pause before the agent is told that it failed

RecordingKind: TypeAlias = Literal["off", "starting", "running", "pausing", "paused", "stopping"]


def asked(transition: Transition, state: InConversation, event: e.RecordingAsked) -> None:
    """Of whom the agent does not talk with alone, nothing is begun or ended by hand."""
    is_alone = state.met and (state.hold, state.away, state.consult) == (None, None, None)
    if event.agent != state.agent or not is_alone:
        return
    wish = transition.call.recording_wish
    match event:
        case e.RecordRequested() if wish.policy == "by hand" and wish.started is None:
            _want(transition, replace(wish, started=transition.now, pause_failed=False))
        case e.StopRecordingRequested() if wish.policy == "by hand":
            _want(transition, RecordingWish(wish.policy))
        case e.PauseRecordingRequested() if wish.is_wanted and wish.pause is None:
            until = transition.now + timedelta(seconds=PAUSE_SECONDS)
            pause = RecordingPause(transition.now, until)
            transition.forget_tape_refusals(CALLER)
            _want(transition, replace(wish, pause=pause, pause_failed=False))
        case e.ResumeRecordingRequested():
            _want(transition, replace(wish, pause=None))
        case _:
            pass


def refused(transition: Transition, event: e.CommandRefused) -> None:
    """The agent relies on a pause and on a stop: what is not done is not shown as done."""
    call, wish = transition.call, transition.call.recording_wish
    match event.command:
        case PauseRecording(leg_id) if wish.pause is not None:
            leg = call.leg(leg_id)
            if leg is not None and leg.tape_refusals >= PAUSE_TRIES:
                _want(transition, replace(wish, pause=None, pause_failed=True))
        case StopRecording(recording=sid) if sid and not (call.recording or wish.is_wanted):
            earlier = tuple(known for known in call.recorded if known != sid)
            transition.call = replace(call, recording=sid, recorded=earlier)
        case _:
            pass


def settle(transition: Transition) -> None:
    """In a conversation the policy is that of its place, and a pause is over when its time is."""
    state, wish = transition.call.state, transition.call.recording_wish
    if not isinstance(state, InConversation):
        return
    # A plan that was stored before the word `never` says False.
    policy = transition.plan.wait_point(state.position.node).record or "never"
    is_over = wish.pause is not None and wish.pause.until <= transition.now
    if policy != wish.policy or is_over:
        _want(transition, replace(wish, policy=policy, pause=None if is_over else wish.pause))


def kind_of(call: Call) -> RecordingKind:
    """What is observed of the recording, or what is on its way."""
    commands = {type(pending.command) for pending in call.out if pending.command.leg == CALLER}
    match call.recording:
        case None if StopRecording in commands:
            return "stopping"
        case None:
            return "starting" if StartRecording in commands else "off"
        case _ if call.recording_paused:
            return "paused"
        case _:
            return "pausing" if PauseRecording in commands else "running"


def _want(transition: Transition, wish: RecordingWish) -> None:
    transition.call = replace(transition.call, recording_wish=wish)
