"""The wrapper of every port in the simulation: a point before and after each operation.

At these points the simulation changes tasks and plants faults. In production there is no wrapper:
a webhook calls some twenty operations, and pays for none that does nothing.
"""

from collections.abc import Callable, Collection
from typing import Any, Protocol, TypeVar, cast

P = TypeVar("P")


class Instrumentation(Protocol):
    @property
    def unwatched(self) -> Collection[str]:
        """The ports without points."""

    def before(self, port: str, operation: str) -> None: ...

    def after(self, port: str, operation: str) -> None: ...


class _Instrumented:
    def __init__(self, port: Any, name: str, points: Instrumentation) -> None:
        self._port = port
        self._name = name
        self._points = points

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        effect, name = getattr(self._port, operation), self._name
        before, after = self._points.before, self._points.after

        def instrumented(*args: Any, **kwargs: Any) -> Any:
            before(name, operation)
            result = effect(*args, **kwargs)
            after(name, operation)
            return result

        setattr(self, operation, instrumented)
        return instrumented


def instrument(port: P, name: str, points: Instrumentation) -> P:
    """`port`, with a point before and after each of its operations, if it is to have any."""
    return port if name in points.unwatched else cast(P, _Instrumented(port, name, points))
