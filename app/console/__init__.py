"""The console: server-rendered pages for people (desk, register), and the softphone's page half.

It knows the rest only by `needs` (what it asks of the house) and `views` (what it shows). The
shell stays while the main region is swapped: a page change never ends a call.
"""

from app.console.blueprint import create_console
from app.console.expiring import Expiring, MemoryExpiring
from app.console.needs import Needs, Settings
from app.console.push import MemoryConnections, Push
from app.console.rooms import DeskOffice, PlanAccounts, RegisterOffice

__all__ = [
    "create_console",
    "Needs",
    "Settings",
    "DeskOffice",
    "RegisterOffice",
    "PlanAccounts",
    "Push",
    "MemoryConnections",
    "Expiring",
    "MemoryExpiring",
]
