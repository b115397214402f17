"""Branches on the caller: by country, by lists of numbers, by a number that is withheld."""

from collections.abc import Iterator

from app.domain.nodes.base import GoTo, Mistake, Node, Outcome, Successor, Visit, node
from app.domain.nodes.fields import NodeName, NumberPrefix, PhoneNumber, declared
from app.domain.numbering import WITHHELD, line_of
from app.domain.value import value


@value
class CallerRow:
    """Callers for whom one of the three is true."""

    then: NodeName = declared("The node for these callers.", example="polish-menu")
    prefixes: tuple[NumberPrefix, ...] = declared(
        "What their numbers begin with: a country's code, or more digits.",
        example='["+48", "+4420"]',
        default=(),
    )
    numbers: tuple[PhoneNumber, ...] = declared(
        "Their very numbers.", example='["+44 20 7946 0142"]', default=()
    )
    withheld: bool = declared("Callers who withhold their number.", example="yes", default=False)

    def matches(self, caller: str) -> bool:
        if caller == WITHHELD:
            return self.withheld
        line = line_of(caller)
        if line in map(line_of, self.numbers):
            return True
        return caller.startswith(self.prefixes) or line.startswith(self.prefixes)


@node("branch", "Goes on by who calls: the first row that is true of the caller.")
class Branch(Node):
    rows: tuple[CallerRow, ...] = declared(
        "Callers and where they go, looked at from the top.",
        example='[{prefixes: ["+48"], then: polish-menu}, {withheld: yes, then: mailbox}]',
    )
    otherwise: NodeName = declared("The node for everybody else.", example="menu")

    def enter(self, visit: Visit) -> Outcome:
        matching = (row.then for row in self.rows if row.matches(visit.caller))
        return GoTo(next(matching, self.otherwise))

    def successors(self) -> tuple[Successor, ...]:
        return (*(Successor(row.then) for row in self.rows), Successor(self.otherwise))

    def mistakes(self) -> tuple[Mistake, ...]:
        """Rows that are true of nobody: of no caller at all, or of none whom a row above leaves."""
        if not self.rows:
            return (Mistake(("rows",), "it has no rows: write one, or is: goto instead."),)
        found = []
        for at, row in enumerate(self.rows):
            path = ("rows", str(at))
            if not (row.prefixes or row.numbers or row.withheld):
                said = "this row is true of nobody: add prefixes, numbers, or withheld: yes."
                found.append(Mistake(path, said))
            found += [
                Mistake(path, f"a row above takes {taken} already: take it out, or move it up.")
                for taken in _taken(row, self.rows[:at])
            ]
        return tuple(found)


def _taken(row: CallerRow, above: tuple[CallerRow, ...]) -> Iterator[str]:
    for number in dict.fromkeys((*row.prefixes, *row.numbers)):
        if any(number.startswith(other.prefixes) or number in other.numbers for other in above):
            yield number
    if row.withheld and any(other.withheld for other in above):
        yield "callers who withhold their number"
