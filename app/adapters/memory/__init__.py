"""The ports implemented with dicts: for tests, stories and the simulation.

One module a port, file for file beside the real adapters, and held to the same contract suites
(tests/adapters/contract). Values are frozen, so nothing is copied. Faults are planted elsewhere
(`app.service.instrumentation`).
"""

from app.adapters.memory.clock import MemoryClock
from app.adapters.memory.directory import MemoryDirectory
from app.adapters.memory.expiring import MemoryExpiring
from app.adapters.memory.ids import MemoryIds
from app.adapters.memory.leases import MemoryLeases
from app.adapters.memory.notices import MemoryNotices
from app.adapters.memory.operations import Operations
from app.adapters.memory.overviews import MemoryOverviews
from app.adapters.memory.recordings import MemoryRecordings
from app.adapters.memory.register import MemoryRegister
from app.adapters.memory.shared_topics import MemorySharedTopics
from app.adapters.memory.sounds import MemorySounds
from app.adapters.memory.switch import MemorySwitch
from app.adapters.memory.tagged import MemoryTagged
from app.adapters.memory.timers import MemoryTimers
from app.adapters.memory.tokens import MemoryTokens
from app.adapters.memory.unreadable import MemoryUnreadableItems

__all__ = [
    "MemoryClock",
    "MemoryDirectory",
    "MemoryExpiring",
    "MemoryIds",
    "MemoryLeases",
    "MemoryNotices",
    "MemoryOverviews",
    "MemoryRecordings",
    "MemoryRegister",
    "MemorySharedTopics",
    "MemorySounds",
    "MemorySwitch",
    "MemoryTagged",
    "MemoryTimers",
    "MemoryTokens",
    "MemoryUnreadableItems",
    "Operations",
]
