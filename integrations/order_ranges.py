"""What a value of an order may be, whatever shop system and whichever database: the one place that says so.

SQLite takes almost everything, PostgreSQL and our own arithmetic do not. So that both behave alike, a provider reads
its orders with these types and ``services.mirror`` asks ``fault_of`` before it stores one.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, TypeAdapter

from integrations.orders import OrderData, OrderLine, UnreadableReason
from lib.countries import iso_country
from lib.moments import is_moment
from lib.text import plain_form

MAX_PIECES = 100_000
MAX_LINES = 1000
# In any currency; the most our columns hold.
MAX_AMOUNT = 10**9
MAX_GRAMS = 10**9
# Of the ids of orders and lines.
MAX_ID_LENGTH = 64
# ISO 4217's code for "no currency": what an order has whose currency cannot be read.
NO_CURRENCY = "XXX"
AMOUNT_STEP, WEIGHT_STEP = Decimal("0.0001"), Decimal("0.000001")
CURRENCY = re.compile(r"[A-Z]{3}")
COUNTRY = re.compile(r"[A-Z]{2}")
USUAL_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
# How many readings of each kind are remembered, and of texts of how many characters.
KEPT, MAX_KEPT_LENGTH = 4096, 32
T = TypeVar("T")


def _refuse_bool(value: object) -> object:
    """Python counts True as 1; no other program means that."""
    if isinstance(value, bool):
        raise ValueError("a yes or no instead of a number")
    return value


def _check_moment(value: datetime) -> datetime:
    """In UTC; a moment without a zone is meant so."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    if not is_moment(aware):
        raise ValueError("a moment of no order")
    return aware if aware.tzinfo is UTC else aware.astimezone(UTC)


def is_id(value: str) -> bool:
    """Whether an id can be stored, and asked for by its address: dots alone would be another address."""
    return value.isprintable() and 0 < len(value) <= MAX_ID_LENGTH and bool(value.strip(". "))


def _check_id(value: str) -> str:
    if not is_id(value):
        raise ValueError("no id")
    return value


def _check_code(form: re.Pattern[str], value: str) -> str:
    code = value.strip().upper()
    if code and not form.fullmatch(code):
        raise ValueError("no code")
    return code


def _round(step: Decimal, value: Decimal) -> Decimal:
    """Money has four decimals at most; a figure of a million decimals is no reason to carry them along."""
    exponent = value.as_tuple().exponent
    return value.quantize(step) if isinstance(exponent, int) and exponent < -6 else value


def _usual_moment(value: object) -> datetime | None:
    """Of ``2026-11-30T10:00:00.123Z``, as nearly every moment is written; None for all others."""
    if not (type(value) is str and len(value) == len("2026-11-30T10:00:00.123Z") and USUAL_MOMENT.fullmatch(value)):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


# What is behind these is asked of pydantic; a shop's orders have few amounts, weights and codes, which are kept.
_MOMENT: TypeAdapter[datetime] = TypeAdapter(Annotated[datetime, BeforeValidator(_refuse_bool)])
_PIECES: TypeAdapter[int] = TypeAdapter(Annotated[int, BeforeValidator(_refuse_bool), Field(ge=0, le=MAX_PIECES)])
_AMOUNT: TypeAdapter[Decimal] = TypeAdapter(
    Annotated[Decimal, BeforeValidator(_refuse_bool), Field(ge=-MAX_AMOUNT, le=MAX_AMOUNT)]
)
_PRICE: TypeAdapter[Decimal] = TypeAdapter(
    Annotated[Decimal, BeforeValidator(_refuse_bool), Field(ge=0, le=MAX_AMOUNT)]
)
_WEIGHT: TypeAdapter[Decimal] = TypeAdapter(
    Annotated[Decimal, BeforeValidator(_refuse_bool), Field(ge=0, le=MAX_GRAMS // 1000)]
)


def _kept(read: Callable[[Any], T]) -> Callable[[Any], T]:
    """``read``, which remembers what it read of short texts and numbers. Raises what ``read`` raises."""
    kept = lru_cache(maxsize=KEPT, typed=True)(read)

    def read_or_recall(value: Any) -> T:
        kind = type(value)
        is_short = (kind is float and value) or (kind is str and len(value) <= MAX_KEPT_LENGTH)
        return kept(value) if is_short else read(value)

    return read_or_recall


def _read_moment(value: object) -> datetime:
    return _check_moment(_usual_moment(value) or _MOMENT.validate_python(value))


def _read_pieces(value: object) -> int:
    return value if type(value) is int and 0 <= value <= MAX_PIECES else _PIECES.validate_python(value)


Moment = Annotated[datetime, PlainValidator(_read_moment)]
Pieces = Annotated[int, PlainValidator(_read_pieces)]
Amount = Annotated[Decimal, PlainValidator(_kept(lambda value: _round(AMOUNT_STEP, _AMOUNT.validate_python(value))))]
NonNegativeAmount = Annotated[
    Decimal, PlainValidator(_kept(lambda value: _round(AMOUNT_STEP, _PRICE.validate_python(value))))
]
# In kilograms or pounds.
Weight = Annotated[Decimal, PlainValidator(_kept(lambda value: _round(WEIGHT_STEP, _WEIGHT.validate_python(value))))]
ExternalId = Annotated[str, AfterValidator(_check_id)]
CurrencyCode = Annotated[str, AfterValidator(_kept(lambda value: _check_code(CURRENCY, value)))]
CountryCode = Annotated[str, AfterValidator(_kept(lambda value: _check_code(COUNTRY, iso_country(plain_form(value)))))]


def fault_of(order: OrderData) -> UnreadableReason | None:
    """Why this order cannot be stored; None for one that fits both databases and all that is done with it."""
    if not is_id(order.external_id):
        return UnreadableReason.ID
    moments = (order.created_at, order.updated_at, *order.buyer_mail_times, *filter(None, [order.paid_at]))
    if not all(moment.tzinfo and is_moment(moment) for moment in moments):
        return UnreadableReason.MOMENT
    if not _is_amount(order.total):
        return UnreadableReason.VALUE
    return _fault_of_lines(order.lines)


def _fault_of_lines(lines: tuple[OrderLine, ...]) -> UnreadableReason | None:
    if len(lines) > MAX_LINES:
        return UnreadableReason.TOO_MANY_LINES
    if len({line.id for line in lines}) < len(lines):
        return UnreadableReason.LINE_TWICE
    return next((fault for line in lines if (fault := _fault_of_line(line))), None)


def _fault_of_line(line: OrderLine) -> UnreadableReason | None:
    if not is_id(line.id):
        return UnreadableReason.LINE_ID
    if not _all_within((line.quantity, line.refunded, line.fulfilled), MAX_PIECES):
        return UnreadableReason.PIECES
    if not _all_within((line.weight or 0,), MAX_GRAMS):
        return UnreadableReason.WEIGHT
    if line.unit_value is not None and not (_is_amount(line.unit_value) and line.unit_value >= 0):
        return UnreadableReason.VALUE
    return None


def _all_within(values: Iterable[int], most: int) -> bool:
    return all(0 <= value <= most for value in values)


def _is_amount(value: Decimal) -> bool:
    return value.is_finite() and abs(value) <= MAX_AMOUNT
