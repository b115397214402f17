"""Business hours, over the days on which clocks change (F57)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.hours import Schedule, Span

ZONES = ("Europe/London", "Europe/Warsaw", "Asia/Kathmandu", "America/New_York", "Pacific/Apia")
WEEK = (0, 1, 2, 3, 4)
instants = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)).map(  # noqa: DTZ001 made aware below
    lambda t: t.replace(tzinfo=UTC)
)


@given(st.sampled_from(ZONES), instants)
def test_open_is_what_the_clock_on_the_wall_says(zone: str, at: datetime) -> None:
    schedule = Schedule(zone, (Span(WEEK, time(8), time(18)),))

    wall = at.astimezone(ZoneInfo(zone))
    assert schedule.is_open(at) == (wall.weekday() < 5 and 8 <= wall.hour < 18)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
@pytest.mark.parametrize("zone", ["Europe/London", "Europe/Warsaw"])
def test_the_doors_open_at_eight_on_the_wall_on_the_days_the_clocks_change(
    day: date, zone: str
) -> None:
    schedule = Schedule(zone, (Span((6,), time(8), time(18)),))
    opening = datetime.combine(day, time(8), ZoneInfo(zone))

    assert schedule.is_open(opening)
    assert not schedule.is_open(opening - timedelta(milliseconds=1))


def test_a_holiday_is_closed_whatever_the_week_says() -> None:
    schedule = Schedule("Europe/Warsaw", (Span(WEEK, time(0), time(23)),), (date(2026, 11, 11),))

    assert not schedule.is_open(datetime(2026, 11, 11, 10, tzinfo=UTC))
    assert schedule.is_open(datetime(2026, 11, 12, 10, tzinfo=UTC))
