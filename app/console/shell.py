"""What every page with the shell is given: my account, my status and line, the sections for me."""

from app.console.auth import csrf_token, current_account, dependencies, pages
from app.console.pages import REGIONS
from app.domain.access import Action, may_sometimes

IN_SHELL = ("my-status", "line", "unread")
LIVE = ("live-calls", "live-queues", "live-agents")
SHOWN = {
    "desk": tuple(name for name in REGIONS if not name.startswith("live-")),
    "live": (*IN_SHELL, *LIVE),
}
RAIL: tuple[tuple[str, str, str, str, Action], ...] = (
    ("desk", "/desk", "i-headset", "Desk", "use the desk"),
    ("live", "/wallboard", "i-layout-dashboard", "Live", "supervise"),
    ("register", "/calls", "i-phone-call", "Calls", "see the register"),
    ("messages", "/messages", "i-voicemail", "Messages", "work on a mailbox"),
)


def page(template: str, *, section: str, **context: object) -> str:
    account = current_account()
    shown = SHOWN.get(section, IN_SHELL)
    desk = dependencies().desk.desk(account, shown)
    return pages().page(
        template,
        section=section,
        account=account,
        csrf=csrf_token(),
        desk=desk,
        rail=[entry[:-1] for entry in RAIL if may_sometimes(account.person, entry[-1])],
        region=lambda name: pages().region(name, desk),
        push_url=dependencies().settings.push_url or "/push",
        **context,
    )
