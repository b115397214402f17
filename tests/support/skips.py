"""A skipped test is a hole in the proof: a whole run may have only the holes that are listed.

The run may be in parts, by marks (-m) and folders, and each part on several processes
(pytest-xdist): a line counts in the part that selects its test. The workers say what they did not
select, and the process that reports judges.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest

CARRIER_FILES_ABSENT = "the carrier's data files are not here"
DESELECTED = "deselected"  # of a worker's output


class Worker(Protocol):
    """What pytest-xdist says of a process that has ended."""

    workeroutput: dict[str, Any]


def expected(listing: str, *, carrier_files: bool) -> set[str]:
    """The lines of tests/skips.txt that count on this machine."""
    lines = (line.strip() for line in listing.splitlines())
    listed = {line for line in lines if line and not line.startswith("#")}
    return {line for line in listed if not (carrier_files and line.endswith(CARRIER_FILES_ABSENT))}


def test_of(nodeid: str) -> str:
    """Without parameters."""
    return nodeid.partition("[")[0]


def line(nodeid: str, longrepr: object) -> str:
    """One skip as tests/skips.txt writes it; pytest gives (path, line, "Skipped: reason")."""
    reason = str(longrepr[2] if isinstance(longrepr, tuple) else longrepr)
    return f"{test_of(nodeid)} - {reason.removeprefix('Skipped: ')}"


class Deselected:
    """The tests of which no parameter set was selected, in this process."""

    def __init__(self) -> None:
        self.tests: set[str] = set()

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        self.tests |= {test_of(item.nodeid) for item in items}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.tests -= {test_of(item.nodeid) for item in session.items}

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[DESELECTED] = sorted(self.tests)


class Skips:
    """The plugin behind --expected-skips, in the process that reports."""

    def __init__(
        self, root: Path, listing: Path, deselected: Deselected, folders: Sequence[Path]
    ) -> None:
        """`folders`: those whose tests this run looks for."""
        listed = expected(
            listing.read_text(encoding="utf-8"),
            carrier_files=(root.parent / "shared" / "carrier").is_dir(),
        )
        self._listed = {one for one in listed if _is_within(root / one.partition("::")[0], folders)}
        self._found: set[str] = set()
        self._deselected = deselected

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.skipped:
            self._found.add(line(report.nodeid, report.longrepr))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Worker) -> None:
        """A worker that broke has no output; the run has failed then by itself."""
        output: dict[str, Iterable[str]] = getattr(node, "workeroutput", {})
        self._deselected.tests |= set(output.get(DESELECTED, ()))

    def _expected(self) -> set[str]:
        tests = self._deselected.tests
        return {line for line in self._listed if line.partition(" - ")[0] not in tests}

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if exitstatus == pytest.ExitCode.OK and self._found != self._expected():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for text, lines in (
            ("skipped, but not listed in tests/skips.txt", self._found - self._expected()),
            ("listed in tests/skips.txt, but not skipped", self._expected() - self._found),
        ):
            if lines:
                terminalreporter.section(text, red=True)
                terminalreporter.write_line("\n".join(sorted(lines)))


def _is_within(file: Path, folders: Sequence[Path]) -> bool:
    return any(file.is_relative_to(folder) for folder in folders)
