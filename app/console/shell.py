"""What every page with the shell is given: my account, my status and line, the sections for me."""

from app.console.auth import csrf_token, current_account, dependencies, may_enter, pages
from app.console.pages import REGIONS

IN_SHELL = ("my-status", "line")
RAIL = (
    ("desk", "/desk", "i-headset", "Desk"),
    ("register", "/calls", "i-phone-call", "Calls"),
)


def page(template: str, *, section: str, **context: object) -> str:
    account = current_account()
    shown = REGIONS if section == "desk" else IN_SHELL
    desk = dependencies().desk.desk(account.person.id, shown)
    return pages().page(
        template,
        section=section,
        account=account,
        csrf=csrf_token(),
        desk=desk,
        rail=[entry for entry in RAIL if may_enter(account, entry[0])],
        region=lambda name: pages().region(name, desk),
        push_url=dependencies().settings.push_url or "/push",
        **context,
    )
