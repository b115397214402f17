"""A skipped test is a hole in the proof: a whole run may have only the holes that are listed."""

from __future__ import annotations

from pathlib import Path

import pytest

CARRIER_FILES_ABSENT = "the carrier's data files are not here"


def expected(listing: str, *, carrier_files: bool) -> set[str]:
    """The lines of tests/skips.txt that count on this machine."""
    lines = (line.strip() for line in listing.splitlines())
    listed = {line for line in lines if line and not line.startswith("#")}
    return {line for line in listed if not (carrier_files and line.endswith(CARRIER_FILES_ABSENT))}


def line(nodeid: str, longrepr: object) -> str:
    """One skip as tests/skips.txt writes it; pytest gives (path, line, "Skipped: reason")."""
    reason = str(longrepr[2] if isinstance(longrepr, tuple) else longrepr)
    return f"{nodeid.partition('[')[0]} - {reason.removeprefix('Skipped: ')}"


class Skips:
    """The plugin behind --expected-skips."""

    def __init__(self, root: Path, listing: Path) -> None:
        self._expected = expected(
            listing.read_text(encoding="utf-8"),
            carrier_files=(root.parent / "shared" / "carrier").is_dir(),
        )
        self._found: set[str] = set()

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.skipped:
            self._found.add(line(report.nodeid, report.longrepr))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report)

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if exitstatus == pytest.ExitCode.OK and self._found != self._expected:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for text, lines in (
            ("skipped, but not listed in tests/skips.txt", self._found - self._expected),
            ("listed in tests/skips.txt, but not skipped", self._expected - self._found),
        ):
            if lines:
                terminalreporter.section(text, red=True)
                terminalreporter.write_line("\n".join(sorted(lines)))
