"""What every page with the shell is given: who I am, my status and line, the rooms I may enter."""

from app.console.guard import console, csrf_token, may_enter, me
from app.console.pages import REGIONS

IN_SHELL = ("my-status", "line")
RAIL = (
    ("desk", "/desk", "i-headset", "Desk"),
    ("register", "/calls", "i-phone-call", "Calls"),
)


def page(template: str, *, room: str, **context: object) -> str:
    account = me()
    pages = console().pages
    shown = REGIONS if room == "desk" else IN_SHELL
    desk = console().needs.desk.desk(account.person.id, shown)
    return pages.page(
        template,
        room=room,
        account=account,
        csrf=csrf_token(),
        desk=desk,
        rail=[entry for entry in RAIL if may_enter(account, entry[0])],
        region=lambda name: pages.region(name, desk),
        push_url=console().needs.settings.push_url or "/push",
        **context,
    )
