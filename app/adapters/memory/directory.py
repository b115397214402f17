"""The configuration, as dicts. Reading the head costs nothing, as real instances cache it."""

from app.adapters.memory.operations import Operations
from app.domain.dialplan import Contact, Plan
from app.domain.numbering import line_of
from app.ports import Stale


class MemoryDirectory:
    def __init__(self, operations: Operations | None = None) -> None:
        self._operations = operations or Operations()
        self._plans: dict[str, Plan] = {}
        self._head: str | None = None
        self._contacts: dict[str, Contact] = {}

    def head(self, *, fresh: bool = False) -> Plan:
        """LookupError: nothing was ever published."""
        if fresh:
            self._operations.count_read()
        if self._head is None:
            raise LookupError("no plan is published")
        return self._plans[self._head]

    def plan(self, sha: str) -> Plan:
        """LookupError: no plan of that hash was ever published."""
        return self._plans[sha]

    def contact(self, phone: str) -> Contact | None:
        self._operations.count_read()
        return self._contacts.get(line_of(phone))

    def put_contact(self, contact: Contact) -> None:
        self._contacts[line_of(contact.phone)] = contact

    def publish(self, plan: Plan, *, previous: str | None) -> None:
        """Repeating it once it has succeeded is no error."""
        if self._head not in (previous, plan.sha):
            raise Stale(f"the head is {self._head}")
        self._plans[plan.sha] = plan
        self._head = plan.sha
