"""What follows each save of a call: the steps that the stream's records go through, each apart.

A step that fails stops no other, and a save that one step cannot take stops no other save. What may
work later is asked for again; what no try can mend is named, for the worker to put it aside.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from app.domain.value import value
from app.ports import Unavailable
from app.service.register import Saved

Step: TypeAlias = Callable[[Sequence[Saved]], None]


@value
class Failure:
    """A step that cannot take the save at this place of the batch, whatever is tried."""

    at: int
    step: str
    error: Exception


@value
class Outcome:
    again: frozenset[int] = frozenset()  # places of the batch that must come again
    failures: tuple[Failure, ...] = ()


class SaveSteps:
    def __init__(self, steps: Mapping[str, Step]) -> None:
        """In their order: what callers wait for comes first."""
        self._steps = dict(steps)

    def run(self, saves: Sequence[Saved]) -> Outcome:
        again: set[int] = set()
        failures: list[Failure] = []
        for name, step in self._steps.items():
            try:
                step(saves)
            except Unavailable:
                again |= set(range(len(saves)))
            except Exception:  # noqa: BLE001 - one of them is to blame: each alone tells which
                for at, saved in enumerate(saves):
                    try:
                        step((saved,))
                    except Unavailable:
                        again.add(at)
                    except Exception as error:  # noqa: BLE001 - whatever it is, it is told
                        failures.append(Failure(at, name, error))
        return Outcome(frozenset(again), tuple(failures))
