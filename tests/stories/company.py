"""The company that the stories are about, and its numbers."""

from __future__ import annotations

from datetime import time

from app.domain.dialplan import Contact, Member, Number, Plan, Route
from app.domain.hours import Span
from app.domain.nodes.ask_extension import AskExtension, ExtensionNumber
from app.domain.nodes.branch import Branch, CallerRow
from app.domain.nodes.extension import Extension
from app.domain.nodes.goto import Goto
from app.domain.nodes.greeting import Greeting
from app.domain.nodes.hours import Hours
from app.domain.nodes.mailbox import Mailbox
from app.domain.nodes.menu import Choice, Menu
from app.domain.nodes.queue import Queue
from app.domain.replies import Prompt

MAIN = "+442079460800"
SALES = "+442079460801"  # straight into the queue
NIGHT = "+442079460802"  # closed: the mailbox
SHUT = "+442079460803"  # closed: a few words, and goodbye
DIRECT = "+442079460804"  # Anna's own number
POLISH = "+48220000140"
CLAIMS = "+442079460805"
BY_CALLER = "+442079460806"  # where it leads depends on who calls
ON_THE_LIST = "+442079460199"
MOBILE = "+447700900555"
SECOND_MOBILE = "+447700900556"

MUSIC = "c" * 64  # its hash, as far as the stories are concerned
PLEASE_HOLD = Prompt("All our colleagues are talking.")
ALWAYS = (Span((0, 1, 2, 3, 4, 5, 6), time(0), time.max),)
NEVER = ()

PLAN = Plan(
    sha="a" * 64,
    company="Kestrel Parcels",
    zone="Europe/London",
    numbers=(
        Number(MAIN, "UK main line", "en", "main-hours"),
        Number(SALES, "Sales line", "en", "sales"),
        Number(NIGHT, "Night line", "en", "night-hours"),
        Number(SHUT, "Old line", "en", "shut-hours"),
        Number(DIRECT, "Anna's line", "en", "anna"),
        Number(CLAIMS, "Claims line", "en", "claims"),
        Number(POLISH, "Infolinia", "pl", "polish-way"),
        Number(BY_CALLER, "Service line", "en", "by-caller"),
    ),
    nodes={
        "main-hours": Hours(ALWAYS, opened="by-caller", closed="box"),
        "night-hours": Hours(NEVER, opened="menu", closed="box"),
        "shut-hours": Hours(NEVER, opened="menu", closed="farewell"),
        "by-caller": Branch(
            (
                CallerRow("claims", numbers=(ON_THE_LIST,)),
                CallerRow("polish-way", prefixes=("+48",)),
                CallerRow("menu-way", prefixes=("+44770091", "+44770092")),
                CallerRow("box", withheld=True),
            ),
            otherwise="menu",
        ),
        "menu-way": Goto("menu"),
        "polish-way": Goto("infolinia"),
        "welcome": Greeting(Prompt("Welcome to Kestrel Parcels."), then="menu"),
        "menu": Menu(
            Prompt("For deliveries, press 1. For more, press 2. For a colleague, press 3."),
            (
                Choice("1", "Deliveries", "sales"),
                Choice("2", "More", "more"),
                Choice("3", "A colleague", "ask"),
            ),
            otherwise="box",
            attempts=2,
        ),
        "more": Menu(
            Prompt("For claims, press 1. To go back, press 9."),
            (Choice("1", "Claims", "claims"), Choice("9", "Back", "menu")),
            otherwise="farewell",
            attempts=2,
        ),
        "ask": AskExtension(
            Prompt("Type the extension."),
            3,
            (ExtensionNumber("208", "anna"),),
            otherwise="farewell",
            attempts=2,
        ),
        "sales": Queue(
            "Deliveries", otherwise="box", comfort=PLEASE_HOLD, music=MUSIC, max_wait_seconds=300
        ),
        "claims": Queue(
            "Claims", otherwise="box", comfort=PLEASE_HOLD, music=MUSIC, record="never"
        ),
        "infolinia": Queue(
            "Infolinia", otherwise="box", comfort=Prompt("Prosimy czekać."), music=MUSIC
        ),
        "anna": Extension("Anna", agent="anna", otherwise="box", comfort=PLEASE_HOLD, music=MUSIC),
        "ben-line": Extension(
            "Ben Marsh", agent="ben", otherwise="box", comfort=PLEASE_HOLD, music=MUSIC
        ),
        "cleo-line": Extension(
            "Cleo Hart", agent="cleo", otherwise="box", comfort=PLEASE_HOLD, music=MUSIC
        ),
        "box": Mailbox("Reception", Prompt("Please leave a message.")),
        "farewell": Greeting(Prompt("We are closed. Goodbye."), then=None),
    },
    routes=(
        Route("uk", "UK customers", SALES, "sales", ("GB",), ("fixed", "mobile"), ("anna", "ben")),
    ),
    members=(
        Member(
            "anna", "Anna Nowak", "anna@kestrel.example", "agent", ("sales", "infolinia"), "208"
        ),
        Member("ben", "Ben Marsh", "ben@kestrel.example", "agent", ("sales", "claims")),
        Member(
            "cleo",
            "Cleo Hart",
            "cleo@kestrel.example",
            "agent",
            ("claims",),
            devices=("phone",),
            phone=MOBILE,
        ),
        Member(
            "dan",
            "Dan Fox",
            "dan@kestrel.example",
            "agent",
            ("claims",),
            devices=("desk", "phone"),
            phone=SECOND_MOBILE,
        ),
        Member(
            "emma", "Emma Lis", "emma@kestrel.example", "agent", ("claims",), devices=("client",)
        ),
        Member("priya", "Priya Shah", "priya@kestrel.example", "supervisor"),
    ),
)

ELEANOR = Contact(
    "+442079460142", "Eleanor Whitcombe", "Whitcombe Ceramics", "Porcelain: ask for a signature."
)
