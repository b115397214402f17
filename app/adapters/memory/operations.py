"""Counts what each port call would cost at the real store, in the words of the design's table.

R is a read of one item (or of several in one call), W a write of one item, Tn a transaction of n,
Q a query.
"""


class Operations:
    def __init__(self) -> None:
        self._done: list[str] = []

    def count_read(self) -> None:
        self._done.append("R")

    def count_write(self, items: int = 1) -> None:
        self._done.append("W" if items == 1 else f"T{items}")

    def count_query(self) -> None:
        self._done.append("Q")

    def take(self) -> tuple[str, ...]:
        """What was done since the last time, in order."""
        done = tuple(self._done)
        self._done.clear()
        return done
