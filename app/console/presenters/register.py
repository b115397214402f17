"""The register: its views; who may see what is asked of `access` each time."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.console import views as v
from app.console.interfaces import Account
from app.console.presenters import parts
from app.console.presenters.consulting import consulted_legs
from app.console.timeline import happenings
from app.domain.access import Action, Refused, Subject, may
from app.ports import Clock, Directory, Listening, Recordings, Register, WholeCall

LINK_SECONDS = 300
LONGEST_LISTENING = timedelta(hours=12)  # with pauses; after it, a new one is written down


@dataclass(frozen=True, slots=True)
class RegisterPresenter:
    """The call log: an agent's own calls, or all of them for supervisors and admins."""

    register: Register
    recordings: Recordings
    directory: Directory
    clock: Clock

    def calls(self, viewer: Account, cursor: str | None, limit: int) -> v.CallPage:
        plan = self.directory.head()
        everybody = may(viewer.person, "see a call", Subject())
        agent = None if everybody else viewer.person.id
        found = self.register.newest(agent=agent, limit=limit, older=cursor)
        rows = tuple(parts.row(head, plan) for head in found.calls)
        return v.CallPage(rows, older=found.older, newer="" if cursor else None)

    def call(self, viewer: Account, call: str) -> v.CallDetail | None:
        whole = self.register.get(call)
        if whole is None or not self._may(viewer, "see a call", whole):
            return None
        plan = self.directory.plan(whole.head.plan)
        contact = self.directory.contact(whole.head.caller)
        stored = [r for r in whole.recordings if r.status == "stored"]
        stored.sort(key=lambda r: (r.at is None, r.at))
        mine = parts.note_of(whole, viewer.person.id)
        row = parts.row(whole.head, plan)
        return v.CallDetail(
            row=replace(row, party=replace(row.party, about=contact.company if contact else "")),
            did=whole.head.did,
            rung=parts.names(plan, whole.head.rung),
            legs=parts.legs(whole, plan, consulted_legs(whole)),
            timeline=happenings(whole, plan),
            recordings=tuple(
                v.Recording(
                    r.sid, r.seconds, kind="message" if r.kind == "message" else "conversation"
                )
                for r in stored
            ),
            notes=tuple(
                v.Note(parts.name(plan, note.author), note.at, note.text)
                for note in whole.notes
                if note.author != viewer.person.id and note.text
            ),
            my_note=mine.text if mine else "",
            my_note_version=mine.version if mine else "",
        )

    def listen(
        self, viewer: Account, call: str, recording: str, since: datetime | None = None
    ) -> v.Link:
        whole = self.register.get(call)
        if whole is None or not self._may(viewer, "hear a recording", whole):
            raise Refused("This is not your call.")
        kept = next(
            (r for r in whole.recordings if r.sid == recording and r.status == "stored"), None
        )
        if kept is None:
            raise Refused("This recording is not here.")
        # First the line in the log, then the link: nobody listens unseen (F50).
        now = self.clock.now()
        earlier = Listening(viewer.person.id, recording, since or now)
        if earlier not in whole.listenings or now - earlier.at > LONGEST_LISTENING:
            earlier = replace(earlier, at=now)
            self.register.put_listening(call, earlier)
        return v.Link(self.recordings.link(kept.key, LINK_SECONDS), earlier.at)

    def _may(self, viewer: Account, action: Action, whole: WholeCall) -> bool:
        return may(viewer.person, action, parts.subject(whole, self.directory.head()))
