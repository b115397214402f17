"""What an agent is told of the recording of the own conversation."""

from app.console import views as v
from app.domain.call import Call
from app.domain.recording import kind_of
from app.domain.states import InConversation
from app.domain.verb import is_held


def recording(call: Call) -> v.RecordingNow:
    """On hold it does not go on, though the pause may be over: no time is promised there."""
    kind, wish = kind_of(call), call.recording_wish
    began = call.state.since if isinstance(call.state, InConversation) else None
    since = max((at for at in (began, wish.started) if at is not None), default=None)
    is_by_itself = kind == "paused" and wish.pause is not None and not is_held(call)
    return v.RecordingNow(
        kind,
        since=since if kind == "running" else None,
        resumes=wish.pause.until if is_by_itself and wish.pause else None,
        not_paused=wish.pause_failed and kind == "running",
    )
