"""The one wrapper through which every port is called, with a point before and after each effect.

Production watches nothing; the simulation switches tasks and plants faults at these points, and
the counters of operations stand here too (design.md 1).
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar, cast

P = TypeVar("P")


class Instrumentation(Protocol):
    def before(self, port: str, operation: str) -> None: ...

    def after(self, port: str, operation: str) -> None: ...


class NotInstrumented:
    def before(self, port: str, operation: str) -> None:
        pass

    def after(self, port: str, operation: str) -> None:
        pass


class _Instrumented:
    def __init__(self, port: Any, name: str, points: Instrumentation) -> None:
        self._port = port
        self._name = name
        self._points = points

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        effect = getattr(self._port, operation)

        def instrumented(*args: Any, **kwargs: Any) -> Any:
            self._points.before(self._name, operation)
            result = effect(*args, **kwargs)
            self._points.after(self._name, operation)
            return result

        setattr(self, operation, instrumented)
        return instrumented


def watch(port: P, name: str, points: Instrumentation) -> P:
    """`port`, each of whose calls passes a point before and one after its effect."""
    return cast(P, _Instrumented(port, name, points))
