"""The field of a note, and what of it has arrived: for tests that type."""

from playwright.sync_api import Locator, expect

from tests.console.fake_desk import FakeDesk

TEXT = "made a deal, kept, held, ended; " * 10  # each key of the desk is in it
NOTE = '[data-note="call1"]'
STATUS = '[data-note-saved="call1"]'


def text_at_the_server(desk: FakeDesk, call: str = "call1") -> str:
    note = desk.notes.note(call, "agnieszka")
    return note.text if note else ""


def worked(desk: FakeDesk) -> list[str]:
    """What somebody asked of calls and of presence."""
    still = ("beat", "shows", "note", "headset lost")
    return [what[0] for what in desk.asked if what[0] not in still]


def the_note_has(note: Locator, text: str) -> None:
    """As the person who types sees it: whole, in focus, the cursor at its end."""
    expect(note).to_have_value(text)
    expect(note).to_be_focused()
    assert note.evaluate("(field) => field.selectionStart") == len(text)
