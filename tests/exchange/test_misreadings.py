"""The table of planted misreadings fits the sources; `make misreadings` runs all of it."""

from __future__ import annotations

import re

import pytest

from tests.exchange.misreadings import planted, source, try_out
from tests.exchange.misreadings_table import MISREADINGS, Misreading
from tests.support.tree_copy import ROOT

ALWAYS = ("F2: who is held", "A12: cancelled while queued", "L: nothing can be done")
# Three that are cheap and lie far apart: a conference, a leg, the REST API.


@pytest.mark.parametrize("misreading", MISREADINGS, ids=lambda one: one.line)
def test_what_a_misreading_replaces_is_there_once(misreading: Misreading) -> None:
    text = source(misreading).read_text()

    compile(planted(misreading, text), misreading.file, "exec")


@pytest.mark.parametrize("misreading", MISREADINGS, ids=lambda one: one.line)
def test_the_test_that_must_fail_exists(misreading: Misreading) -> None:
    file, _, function = misreading.test.partition("::")
    text = (ROOT / "tests" / "exchange" / file).read_text()

    assert re.search(rf"^def {function}\(", text, re.MULTILINE)


def test_no_misreading_is_planted_twice() -> None:
    assert len(MISREADINGS) >= 24
    assert len({(one.file, one.old, one.new) for one in MISREADINGS}) == len(MISREADINGS)
    assert len({one.line for one in MISREADINGS}) == len(MISREADINGS)


@pytest.mark.parametrize("line", ALWAYS)
def test_a_planted_misreading_is_caught(line: str) -> None:
    [misreading] = [one for one in MISREADINGS if one.line.startswith(line)]

    caught, said = try_out(misreading)

    assert caught, said
