"""The one table of words that people read for the codes of the domain.

`_` only marks a text for translation; the page translates it when it shows it. Codes never reach
a person: an unknown one is shown as it is, so that it is seen and added here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.console.views import (
    CallRow,
    Colleague,
    Consulted,
    ConsultKind,
    ConsultOver,
    Guest,
    Happening,
    IfNothing,
    Missed,
    Status,
    Tone,
)
from app.domain import outcomes, verbs
from app.domain.facts import TimeKind
from app.domain.outcomes import CallOutcome, ConsultEnd
from app.domain.recording import RecordingKind

Translate = Callable[[str], str]


def _(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Sign:
    """How a code looks: a word, an icon of the sprite (with its prefix) and a tone."""

    text: str
    icon: str
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """How a happening reads; `{fact}` is filled from the happening's facts."""

    title: str
    icon: str
    tone: Tone = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A happening in plain words, as the timeline shows it."""

    title: str
    detail: str
    icon: str
    tone: Tone


PRESENCE: Mapping[str, str] = {
    "offline": _("Offline"),
    "ready": _("Available"),
    "reserved": _("Ringing"),
    "on-call": _("In a call"),
    "wrap-up": _("Wrap-up"),
    "away": _("Break"),
}

AWAY_REASONS: Mapping[str, Sign] = {
    "lunch": Sign(_("Lunch"), "i-utensils"),
    "break": Sign(_("Short break"), "i-coffee"),
    "training": Sign(_("Training"), "i-graduation-cap"),
    "meeting": Sign(_("Meeting"), "i-users-round"),
    "paperwork": Sign(_("Paperwork"), "i-file-pen-line"),
    "emergency call": Sign(_("Break: emergency call"), "i-triangle-alert"),
    "missed a call": Sign(_("Break: no answer"), "g-missed"),
    "no connection": Sign(_("Break: no connection"), "i-phone-off"),
    "device lost": Sign(_("Break: sound lost"), "i-mic-off"),
    "forgot a caller on hold": Sign(_("Break: caller left on hold"), "g-hold"),
    "desk lost": Sign(_("Break: desk closed"), "i-cloud-off"),
    "cannot be called": Sign(_("Break: telephone not reached"), "i-smartphone"),
}

AUTOMATIC: Mapping[str, str] = {
    "missed a call": _("You did not answer a call, so no calls come to you now."),
    "no connection": _("You could not be connected to a call, so no calls come to you now."),
    "device lost": _(
        "Your sound was lost in a call, which went to the queue, so no calls come to you now."
    ),
    "forgot a caller on hold": _(
        "A call was on hold for too long and went to the queue, so no calls come to you now."
    ),
    "desk lost": _("This desk gave no sign of life, so no calls come to you now."),
    "cannot be called": _("Your telephone could not be called, so no calls come to you now."),
}

MODES: Mapping[str, Sign] = {
    "listen": Sign(_("Listening"), "i-ear"),
    "coach": Sign(_("Coaching"), "i-graduation-cap"),
    "barge": Sign(_("In the call"), "i-users-round"),
}
MODE_COMES: Mapping[str, str] = {  # what was asked for and is not observed yet
    "listen": _("You are being muted…"),
    "coach": _("Your colleague will hear you in a moment…"),
    "barge": _("Everybody will hear you in a moment…"),
}
SUPERVISING: Mapping[str, str] = {
    "listen": _("Nobody hears you."),
    "coach": _("{agent} alone hears you."),
    "barge": _("Everybody in the call hears you."),
}
SUPERVISED: Mapping[str, str] = {
    "listen": _("{by} listens."),
    "coach": _("{by} coaches you: you alone hear it."),
    "barge": _("{by} is in the call: everybody hears it."),
}

# Who set the agent's status, to the agent; during a call it is what comes after it.
SET_BY: Mapping[bool, str] = {
    False: _("{by} set you to “{status}” at {at}."),
    True: _("{by} set you to “{status}” at {at}, for after this call."),
}

MISSED: Mapping[str, str] = {
    "missed a call": _("You did not answer {who} in time"),
    "caller gave up": _("{who} gave up"),
    "caller went on": _("The queue sent {who} on"),
    "no connection": _("You could not be connected to {who}"),
    "cannot be called": _("Your telephone could not be called for {who}"),
    "line full": _("Too many calls at once: your telephone was not called for {who}"),
    "asked in vain": _("A colleague asked for you in the call with {who}: you did not answer"),
    "picked up": _("A colleague picked up the call of {who}"),
}

BECAME: Mapping[str, str] = {
    "waiting": _("Still waiting"),
    "answered": _("{agent} answered"),
    "taken": _("{agent} is taking it"),
    "went on": _("Went on without an agent"),
}

IF_NOTHING: Mapping[str, str] = {
    "waits": _("If you do nothing, the caller waits on in {where}"),
    "waits for me": _("If you do nothing, the caller waits on for you alone"),
    "asked in vain": _("If you do nothing, {agent} reads that you did not answer"),
    "goes on": _("If you do nothing, the caller goes on to {where}"),
    "goes back": _(
        "If you do nothing, the caller goes back to {agent}, or to {where} if {agent} is not free"
    ),
}

# Where a caller may be sent, by the kind of the node.
TARGETS: Mapping[str, Sign] = {
    "extension": Sign(_("Colleague"), "i-user-round"),
    "queue": Sign(_("Queue"), "i-users-round"),
    "mailbox": Sign(_("Mailbox"), "i-voicemail"),
}

# Where the next call rings: by the first device; a desk that does not show it gives way.
RINGS: Mapping[str, tuple[str, str]] = {
    "desk": (
        _("Calls ring here"),
        _("The next call that is for you rings here, whichever page you are looking at."),
    ),
    "desk, then phone": (
        _("Calls ring here"),
        _("The next call that is for you rings here, or on your telephone when no page is open."),
    ),
    "desk, then client": (
        _("Calls ring here"),
        _("The next call that is for you rings here, or in your app when no page is open."),
    ),
    "phone": (
        _("Calls ring on your telephone"),
        _("The next call that is for you rings there, whether this page is open or not."),
    ),
    "client": (
        _("Calls ring in your app"),
        _("The next call that is for you rings there, whether this page is open or not."),
    ),
}

STEPS: Mapping[str, str] = {
    "dialled": _("Dialled"),
    "choice": _("Chose"),
    "queue": _("Queue"),
}

DEVICES: Mapping[str, str] = {
    "phone": _("Telephone"),
    "client": _("App"),
    "desk": _("Browser"),
}

_OUTCOME_LOOKS: Mapping[CallOutcome, tuple[str, Tone]] = {
    "answered": ("g-ready", "ok"),
    "cut off": ("g-missed", "missed"),
    "unheard": ("g-missed", "missed"),
    "abandoned": ("g-missed", "missed"),
    "lost in transfer": ("g-missed", "missed"),
    "busy": ("i-phone-off", ""),
    "not answered": ("i-phone-off", ""),
    "not reached": ("i-phone-off", ""),
    "called off": ("i-phone-off", ""),
    "hung up": ("i-phone-off", ""),
    "message left": ("i-voicemail", "waiting"),
    "no message": ("i-phone-off", ""),
    "announced": ("i-volume-2", ""),
    "misrouted": ("g-late", "late"),
}
OUTCOMES: Mapping[str, Sign] = {
    **{code: Sign(kind.label, *_OUTCOME_LOOKS[code]) for code, kind in outcomes.OUTCOMES.items()},
    outcomes.IN_PROGRESS: Sign(_("Going on"), "g-talking", "talking"),
}

# What goes on in a call that has no outcome yet.
GOES_ON: Mapping[TimeKind, Sign] = {
    "asked": OUTCOMES[outcomes.IN_PROGRESS],
    "waited": Sign(_("Waiting"), "g-waiting", "waiting"),
    "rung": Sign(_("Ringing"), "g-ringing", "ringing"),
    "dialled": Sign(_("Calling"), "g-ringing", "ringing"),
    "talked": Sign(_("Talking"), "g-talking", "talking"),
    "held": Sign(_("On hold"), "g-hold", "hold"),
    "handed over": Sign(_("Handed over"), "g-talking", "talking"),
    "over": OUTCOMES[outcomes.IN_PROGRESS],
}

# What somebody does whom I consult.
CONSULTED: Mapping[ConsultKind, Sign] = {
    "dialling": Sign(_("Dialling"), "g-ringing", "ringing"),
    "ringing": Sign(_("Ringing…"), "g-ringing", "ringing"),
    "talking": Sign(_("Talking"), "g-talking", "talking"),
    "asked": Sign(_("Holding…"), "g-hold", "hold"),
    "held": Sign(_("On hold"), "g-hold", "hold"),
    "retrieving": Sign(_("Retrieving…"), "g-talking", "talking"),
    "muting": Sign(_("Muting…"), "i-mic-off", "hold"),
    "muted": Sign(_("Muted"), "i-mic-off", "hold"),
    "unmuting": Sign(_("Still muted…"), "i-mic-off", "hold"),
    "not muted": Sign(_("Not muted: it failed"), "g-missed", "missed"),
}
_SOUND_LOST = Sign(_("Sound lost"), "g-hold", "hold")

# My part in a colleague's call, into which I was asked.
ASSISTING: Mapping[str, Sign] = {
    "connecting": Sign(_("Connecting"), "g-ringing", "ringing"),
    "apart": Sign(_("Talking"), "g-talking", "talking"),
    "held": Sign(_("On hold"), "g-hold", "hold"),
    "together": Sign(_("All talk"), "g-talking", "talking"),
    "muted": Sign(_("Muted"), "i-mic-off", "hold"),
}
ASSISTING_SAYS: Mapping[str, str] = {
    "connecting": _("You are being connected to {agent}."),
    "apart": _("{agent} consults you. {who} is on hold, and does not hear you."),
    "held": _("You are on hold: {agent} speaks with {who}, or somebody else."),
    "together": _("You talk with {agent} and {who}."),
    "muted": _("{agent} has muted you: you hear everybody, and nobody hears you."),
}

# How a consultation ended that the agent did not end.
CONSULT_OVER: Mapping[ConsultEnd, str] = {
    "busy": _("{who} is busy."),
    "declined": _("{who} declined."),
    "not answered": _("{who} did not answer."),
    "not reached": _("{who} could not be reached."),
    "hung up": _("{who} hung up."),
    "not called": _("{who} was not called: the call could not be put on hold."),
}

# What is recorded of a conversation: what is observed, or what is on its way.
RECORDING: Mapping[RecordingKind, str] = {
    "off": _("Not recorded"),
    "starting": _("Recording begins…"),
    "running": _("Recording"),
    "pausing": _("Still recording: the pause begins…"),
    "paused": _("Recording paused"),
    "stopping": _("Still recording: it is being stopped…"),
}

TIMELINE: Mapping[str, Wording] = {
    "arrived": Wording(_("Dialled {number}"), "i-phone-incoming"),
    "called out": Wording(_("{agent} called {number}"), "i-phone-outgoing"),
    "dialled out": Wording(_("Dialled {caller}"), "i-phone-outgoing"),
    "not dialled": Wording(_("{Caller} could not be dialled"), "g-missed", "missed"),
    "not answered": Wording(_("{Caller} did not answer"), "g-missed", "missed"),
    "busy": Wording(_("{Caller} was busy"), "g-missed", "missed"),
    "not reached": Wording(_("{Caller} could not be reached"), "g-missed", "missed"),
    "called off": Wording(_("The carrier ended the call before an answer"), "g-missed", "missed"),
    "answered us": Wording(_("{Caller} answered"), "g-talking", "talking"),
    "consulted dialled": Wording(_("Dialled {consulted}"), "i-phone-outgoing"),
    "consulted answered": Wording(_("{consulted} answered {agent}"), "g-talking", "talking"),
    "guest answered": Wording(_("{consulted} answered"), "g-talking", "talking"),
    "complete while it rings": Wording(
        _("{agent} left {caller} to {guests}, where it rang"), "i-phone-forwarded"
    ),
    "consult a colleague": Wording(
        _("{agent} asked {consulted} into the call"), "i-users-round", "talking"
    ),
    "consulted declined": Wording(_("{consulted} declined"), "i-phone-off"),
    "consulted busy": Wording(_("{consulted} was busy"), "g-missed", "missed"),
    "consulted not answered": Wording(_("{consulted} did not answer"), "g-missed", "missed"),
    "consulted not reached": Wording(_("{consulted} could not be reached"), "g-missed", "missed"),
    "consulted not muted": Wording(_("{consulted} could not be muted"), "g-missed", "missed"),
    "consulted hung up": Wording(_("{consulted} hung up"), "i-phone-off"),
    "consulted held": Wording(_("{consulted} hears music"), "g-hold", "hold"),
    "consulted retrieved": Wording(_("{consulted} is back from the music"), "g-talking", "talking"),
    "consulted hold refused": Wording(_("{consulted} could not be put on hold"), "g-missed"),
    "handed over": Wording(
        _("{agent} did not come back: {caller} talks on with {guests}"), "i-phone-forwarded"
    ),
    "pressed": Wording(_("Pressed {digits}: {choice}"), "i-list-tree"),
    "pressed nothing": Wording(_("Pressed nothing"), "i-list-tree"),
    "pressed wrong": Wording(_("Pressed {digits}, which was no choice"), "i-list-tree"),
    "joined queue": Wording(_("Joined {queue}"), "g-waiting", "waiting"),
    "queue refused": Wording(_("The queue took nobody more"), "g-late", "late"),
    "waited too long": Wording(_("Waited as long as this queue allows"), "g-late", "late"),
    "picked up": Wording(_("{agent} picked up the call"), "i-phone", "talking"),
    "offered": Wording(_("Rang {agent}"), "g-ringing", "ringing"),
    "telephone dialled": Wording(_("Dialled {agent}’s telephone"), "i-smartphone"),
    "app dialled": Wording(_("Dialled {agent}’s app"), "i-smartphone"),
    "cannot be called": Wording(_("{agent} could not be called"), "g-missed", "missed"),
    "accepted on a device": Wording(_("{agent} accepted on the telephone"), "i-smartphone"),
    "missed": Wording(_("{agent} did not answer"), "g-missed", "missed"),
    "dismissed": Wording(_("{agent} does not work here any more"), "g-missed", "missed"),
    "not connected": Wording(_("{agent} could not be connected"), "g-missed", "missed"),
    "answered": Wording(_("{agent} answered"), "g-talking", "talking"),
    "recording started": Wording(_("Recording started"), "i-circle-dot"),
    "recording stopped": Wording(_("Recording stopped"), "i-circle-dot"),
    "recording paused": Wording(_("Recording paused"), "i-circle-dot"),
    "recording resumed": Wording(_("Recording goes on"), "i-circle-dot"),
    "pause over": Wording(_("Recording goes on: the pause was over"), "i-circle-dot"),
    "pause refused": Wording(_("The recording could not be paused"), "g-missed", "missed"),
    "stop refused": Wording(_("The recording could not be stopped"), "g-missed", "missed"),
    "hold refused": Wording(_("{Caller} could not be put on hold"), "g-missed"),
    "held": Wording(_("{Caller} hears music"), "g-hold", "hold"),
    "retrieved": Wording(_("{Caller} is back from the music"), "g-talking", "talking"),
    "headset lost": Wording(_("{agent} lost the sound"), "g-hold", "hold"),
    "line left": Wording(_("{agent} went to another call"), "g-hold", "hold"),
    "rejoined": Wording(_("{agent} is back"), "g-talking", "talking"),
    "room refused": Wording(_("The two could not be connected"), "g-late", "late"),
    "came back": Wording(_("Came back to {agent}"), "i-undo-2", "ringing"),
    "back in queue": Wording(_("Back in the queue, at the old place"), "g-waiting", "waiting"),
    "at node": Wording(_("Came to {node}"), "i-list-tree"),
    "message left": Wording(_("Left a message"), "i-voicemail", "waiting", "{length}"),
    "nothing recorded": Wording(_("Recorded nothing"), "i-voicemail"),
    "message empty": Wording(_("The recording has no sound"), "i-voicemail"),
    "caller hung up": Wording(_("{Caller} hung up"), "i-phone-off"),
    "recording stored": Wording(_("Recording stored"), "i-circle-dot", "", "{length}"),
    "recording failed": Wording(_("The recording could not be stored"), "g-late", "late"),
    "listened": Wording(_("{agent} listened to the recording"), "i-volume-2"),
}

CALL_OUT_KEY = "c"  # while no call is up; in one it is a verb's
PICK_UP_KEY = "p"
LINE_KEYS = "123"  # each switches to one of the calls on hold, the oldest first

SIGNED_OUT = _("You are signed out. Sign in again, then repeat this: what you typed is kept here.")
UNREACHABLE = _("Switchroom could not do that just now. Try again.")


class _Facts(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def describe(happening: Happening, translate: Translate = _) -> Entry:
    """The happening in plain words; a fact that is not known leaves an empty place."""
    wording = TIMELINE.get(happening.what) or _of_verb(happening.what)
    facts = _Facts({"caller": translate(_("the caller")), **happening.facts})
    facts["Caller"] = facts["caller"][:1].upper() + facts["caller"][1:]
    detail = wording.detail or "{detail}"
    return Entry(
        title=translate(wording.title).format_map(facts),
        detail=translate(detail).format_map(facts),
        icon=wording.icon,
        tone=wording.tone,
    )


def _of_verb(name: str) -> Wording:
    verb = verbs.TABLE.get(name)
    return Wording(verb.told, verb.icon) if verb else Wording(name, "i-circle-dot")


def key_help(
    *, may_call: bool, may_consult: bool, may_supervise: bool
) -> tuple[tuple[str, str], ...]:
    """Each key of the desk and what it does, in words; two verbs may share one in turn."""
    helps: dict[str, list[str]] = {}
    for verb in verbs.TABLE.values():
        if verb.action == "supervise" and not may_supervise:
            continue
        may_type = may_call if verb.is_local else may_consult
        if verb.key and (may_type or verb.takes != "number"):
            helps.setdefault(verb.key, []).append(verb.key_help)
    helps.setdefault(PICK_UP_KEY, []).append(_("Pick up whoever has waited longest"))
    if may_call:
        helps.setdefault(CALL_OUT_KEY, []).append(_("Call a number, while no call is up"))
    helps[LINE_KEYS[0]] = [_("Switch to the first call on hold; 2 and 3 to the others")]
    return tuple((key.upper(), " / ".join(texts)) for key, texts in helps.items())


def assisting(state: str, agent: str, who: str, translate: Translate = _) -> str:
    """To whom a colleague consults. `who`: the other side."""
    return translate(ASSISTING_SAYS[state]).format(agent=agent, who=who)


def supervising(mode: str, agent: str, translate: Translate = _) -> str:
    """To the supervisor, who hears them."""
    return translate(SUPERVISING[mode]).format(agent=agent)


def supervised(mode: str, by: str, translate: Translate = _) -> str:
    """To the agent, who listens to them."""
    return translate(SUPERVISED[mode]).format(by=by)


def rings(devices: Sequence[str]) -> tuple[str, str]:
    """A title and a sentence: where the next call rings for who has these devices."""
    first, second = (*devices, "", "")[:2]
    return RINGS.get(f"{first}, then {second}", RINGS[first])


def missed(offer: Missed, who: str, translate: Translate = _) -> str:
    return translate(MISSED[offer.reason]).format(who=who)


def became(offer: Missed, translate: Translate = _) -> str:
    """What became of the call since; empty where the offer's own end says it."""
    if offer.reason == "caller gave up":
        return ""
    words = BECAME.get(offer.became)
    return translate(words or outcome(offer.became).text).format(agent=offer.agent)


def consulted(other: Consulted | Guest, *, lost: bool = False) -> Sign:
    """`lost`: so is my sound, and there is nobody else to talk to."""
    return _SOUND_LOST if lost and other.state == "talking" else CONSULTED[other.state]


def consult_over(over: ConsultOver, who: str, translate: Translate = _) -> str:
    return translate(CONSULT_OVER[over.how]).format(who=who)


def if_nothing(forecast: IfNothing, translate: Translate = _) -> str:
    words = translate(IF_NOTHING[forecast.becomes])
    return words.format(where=forecast.where, agent=forecast.agent)


def status(shown: Status | Colleague, translate: Translate = _) -> str:
    """One word or two for a status, with the reason of a break."""
    if shown.kind == "away" and shown.reason:
        return translate(away_reason(shown.reason).text)
    return translate(PRESENCE[shown.kind])


def set_by(shown: Status, at: str, translate: Translate = _) -> str:
    code = shown.set_to
    status = translate(PRESENCE[code] if code in PRESENCE else away_reason(code).text)
    return translate(SET_BY[shown.is_busy]).format(by=shown.set_by, status=status, at=at)


def outcome(code: str) -> Sign:
    return OUTCOMES.get(code, Sign(code, "i-circle-dot"))


def state(row: CallRow) -> Sign:
    """What became of the call, or what goes on in it."""
    return GOES_ON[row.counts_as] if row.outcome == outcomes.IN_PROGRESS else outcome(row.outcome)


def target(kind: str) -> Sign:
    return TARGETS.get(kind, Sign(kind, "i-corner-down-right"))


def away_reason(code: str) -> Sign:
    return AWAY_REASONS.get(code, Sign(code, "i-coffee"))
