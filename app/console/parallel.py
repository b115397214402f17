"""Small requests at the same time, none of them waited for longer than a limit.

What has not begun by then is not begun. What hangs goes on by itself until its client gives up;
nobody waits for it, and its answer is not heard.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait


class Unanswered(Exception):
    """The limit came before the answer."""


class Parallel:
    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="push")

    def run(
        self, requests: Sequence[Callable[[], None]], within_seconds: float
    ) -> tuple[Exception | None, ...]:
        """What each raised, in their order; None for one that was done."""
        futures = [self._pool.submit(request) for request in requests]
        _, late = wait(futures, within_seconds)
        for future in late:
            future.cancel()
        return tuple(_outcome(future, future in late) for future in futures)


def _outcome(future: Future[None], is_late: bool) -> Exception | None:
    if is_late:
        return Unanswered()
    error = future.exception()
    if error is not None and not isinstance(error, Exception):
        raise error
    return error
