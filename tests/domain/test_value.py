"""`replace` is that of the library, for values; and it keeps what a newer version wrote."""

from __future__ import annotations

import dataclasses

import pytest

from app.domain.call import Leg
from app.domain.codec import digest, fields, newer_in, plain, value_of
from app.domain.value import replace
from tests.domain.world import NOW

LEG = Leg("1", "CA1", NOW)


def test_a_value_with_another_content_is_what_the_library_makes_of_it() -> None:
    changes = {"question": 2, "observed": "talk"}

    changed = replace(LEG, **changes)  # type: ignore[arg-type]

    assert changed == dataclasses.replace(LEG, **changes)  # type: ignore[arg-type]
    assert (LEG.question, LEG.observed) == (0, "elsewhere")


def test_what_is_no_field_is_refused() -> None:
    with pytest.raises(TypeError, match="Leg has no colour"):
        replace(LEG, colour="red")  # type: ignore[call-arg]


def test_what_a_newer_version_wrote_stays_in_it() -> None:
    written = plain(LEG)
    assert isinstance(written, dict)
    newer = value_of({**written, "colour": "red"})

    assert newer_in(replace(newer, question=2)) == {"colour": "red"}


def test_what_a_newer_version_wrote_is_written_again() -> None:
    newer = value_of({**fields(LEG), "colour": "red"})

    assert fields(newer) == {**fields(LEG), "colour": "red"}
    assert fields(newer, newer=False) == fields(LEG)


def test_a_digest_is_sixteen_hex_digits_of_what_this_version_knows() -> None:
    newer = value_of({**fields(LEG), "colour": "red"})

    assert len(bytes.fromhex(digest(LEG))) == 8
    assert digest(newer) == digest(LEG) != digest(replace(LEG, question=2))
