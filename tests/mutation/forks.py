"""Work in copies of this process (`fork`), some at once: what is warm stays warm."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Generic, TypeAlias, TypeVar

T = TypeVar("T")
FAILED = "the copy failed: "
Say: TypeAlias = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Ended(Generic[T]):
    """`signal`: by which the copy was killed; 0: it ended by itself."""

    work: T
    said: str
    signal: int


def each(works: Iterable[T], do: Callable[[T, Say], None], at_once: int) -> Iterator[Ended[T]]:
    """As they end, in any order. The copy says what it has found, and is gone.

    Raises RuntimeError when it raises anything: it has found nothing out then.
    """
    running: dict[int, tuple[T, BinaryIO]] = {}
    for work in works:
        if len(running) == at_once:
            yield _wait(running)
        file = tempfile.TemporaryFile()  # noqa: SIM115 - `_wait` closes it
        pid = os.fork()
        if pid == 0:
            _copy(work, do, file)
        running[pid] = work, file
    while running:
        yield _wait(running)


def _copy(work: T, do: Callable[[T, Say], None], file: BinaryIO) -> None:
    """Never returns, whatever is raised: what the process would do at its end, it does not do."""
    descriptor = file.fileno()
    try:
        do(work, lambda text: os.write(descriptor, text.encode()))
    except Exception as error:  # noqa: BLE001 - the process that waits for it raises it
        os.write(descriptor, f"\n{FAILED}{type(error).__name__}: {error}".encode())
    finally:
        os._exit(0)


def _wait(running: dict[int, tuple[T, BinaryIO]]) -> Ended[T]:
    pid, status = os.wait()
    work, file = running.pop(pid)
    with file:
        file.seek(0)
        said = file.read().decode()
    if said.rpartition("\n")[2].startswith(FAILED):
        raise RuntimeError(said[-1000:])
    return Ended(work, said, os.WTERMSIG(status))
