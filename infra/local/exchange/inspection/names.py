"""Names of people, numbers, queues and nodes, as the customer hands them to the exchange.

A JSON file with one object: an address (`+442079460142`, `client:anna`), a queue (`queue:name`) or
a node (`node:deliveries`) to the name that people know it by. Without the file, or without an entry
in it, the address itself is shown: the exchange makes no name up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Names:
    table: Mapping[str, str] = field(default_factory=dict)

    def of(self, address: str) -> str:
        """A browser is named by its identity, or by the part before its last underscore: one
        person's browsers may have an identity each.
        """
        bare = address.rpartition("_")[0] if address.startswith("client:") else ""
        named = self.table.get(address) or self.table.get(bare)
        return named or address.removeprefix("client:") or "withheld"

    def of_queue(self, name: str) -> str:
        return self.table.get(f"queue:{name}") or name

    def of_node(self, node: str) -> str:
        return self.table.get(f"node:{node}") or node


@dataclass(frozen=True, slots=True)
class NamesFile:
    """Read at each use, so that the customer may write it after the exchange has started."""

    path: Path | None

    def read(self) -> Names:
        """Raises ValueError when the file is there and holds something else."""
        if self.path is None or not self.path.exists():
            return Names()
        table = json.loads(self.path.read_text(encoding="utf-8"))
        if not isinstance(table, dict) or not all(isinstance(name, str) for name in table.values()):
            raise ValueError(f"{self.path} is no table of names")
        return Names(table)
