"""Every port of the product names its contract suites, or says why it has none."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Protocol

import pytest

from app import ports

PORTS = [
    thing
    for thing in vars(ports).values()
    if isinstance(thing, type) and Protocol in thing.__bases__
]


@pytest.mark.parametrize("port", PORTS, ids=lambda port: port.__name__)
def test_a_port_names_its_suites_or_says_why_it_has_none(port: type) -> None:
    words = port.__doc__ or ""

    named = re.search(r"Suites?: ([a-z_, ]+)\.", words)

    if named is None:
        assert "No suite" in words
    else:
        assert all(_suite(name).exists() for name in named[1].split(", "))


def _suite(name: str) -> Path:
    return Path(__file__).with_name(f"{name}.py")
