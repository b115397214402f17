"""Who rings when an address is called: an SDK identity, a number of the account, one outside."""

from __future__ import annotations

from collections.abc import Callable

from infra.local.exchange.interfaces import Phone, Telephones
from infra.local.exchange.inventory import Inventory

CLIENT = "client:"


class Directory:
    """`own_number` makes the telephone of one call to a number of the account."""

    def __init__(
        self, telephones: Telephones, inventory: Inventory, own_number: Callable[[], Phone]
    ) -> None:
        self._telephones = telephones
        self._inventory = inventory
        self._own_number = own_number

    def phones(self, address: str) -> tuple[Phone, ...]:
        if address.startswith(CLIENT):
            return tuple(self._telephones.clients.get(address.removeprefix(CLIENT), ()))
        if self._inventory.number(address) is not None:
            return (self._own_number(),)
        return tuple(self._telephones.numbers.get(address, ()))
