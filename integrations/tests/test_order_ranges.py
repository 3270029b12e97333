"""Values of orders that are read in a short way are what the long way makes of them."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from integrations.order_ranges import Amount, CountryCode, Moment, NonNegativeAmount, Pieces, Weight

USUAL = datetime(2026, 11, 30, 10, 0, 0, 123_000, tzinfo=UTC)


def read(kind: Any, value: object) -> object:
    """Twice, because the second reading may be remembered; None for what is refused."""
    found = []
    for _time in range(2):
        try:
            found.append(TypeAdapter(kind).validate_python(value))
        except ValidationError:
            found.append(None)
    assert found[0] == found[1]
    return found[0]


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-30T10:00:00.123Z",
        "2026-11-30T11:00:00.123+01:00",
        "2026-11-30T10:00:00.123000Z",
        "2026-11-30T10:00:00.123",
        1_796_032_800_123,
    ],
)
def test_a_moment_is_the_same_however_it_is_written(written):
    moment = read(Moment, written)
    assert (moment, moment.tzinfo) == (USUAL, UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2026-02-30T10:00:00.123Z",
        "2026-11-30T25:00:00.123Z",
        "2026-W49-1T10:00:00.123Z",
        "1126-11-30T10:00:00.123Z",
        "٢٠٢٦-11-30T10:00:00.123Z",
        True,
        "",
    ],
)
def test_what_is_no_moment_of_an_order_is_refused(written):
    assert read(Moment, written) is None


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Amount, "-19.95", Decimal("-19.95")),
        (Amount, 19.95, Decimal("19.95")),
        (Amount, "0.12345678", Decimal("0.1235")),
        (Amount, "1" + "0" * 40, None),
        (Amount, True, None),
        (Amount, "NaN", None),
        (NonNegativeAmount, "-0.01", None),
        (NonNegativeAmount, "1000000001", None),
        (Weight, 0.4500000001, Decimal("0.45")),
        (Weight, "1000001", None),
        (Weight, False, None),
        (Pieces, 3, 3),
        (Pieces, "3", 3),
        (Pieces, 3.0, 3),
        (Pieces, True, None),
        (Pieces, -1, None),
        (Pieces, 100_001, None),
        (CountryCode, " nl ", "NL"),
        (CountryCode, "Nederland", None),
    ],
)
def test_a_value_is_read_the_same_each_time_and_refused_each_time(kind, value, expected):
    assert read(kind, value) == expected
