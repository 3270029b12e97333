"""Pages of orders as the platform's search answers them, the same bytes in every run."""

import json
import random
import uuid
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sandbox.sample_data import plain_order

PAGE_SIZE = 100
FIRST_NUMBER = 5_000_000
# Every order is placed a second after the one before it, and paid five seconds later; nothing else is placed then.
FIRST_PLACED, PLACED_WITHIN = datetime(2010, 1, 1, tzinfo=UTC), timedelta(days=3)


def order_id(index: int) -> str:
    return str(uuid.UUID(int=(index + 1) << 64 | 0x4000_8000))


def make_order(index: int) -> dict[str, Any]:
    """A paid Dutch order with one to three lines, as the sandbox makes them."""
    placed = FIRST_PLACED + timedelta(seconds=index)
    paid = placed + timedelta(seconds=5)
    order = plain_order(str(FIRST_NUMBER + index), random.Random(index)) | {"id": order_id(index)}
    activities = ((placed, "ORDER_PLACED"), (paid, "ORDER_PAID"))
    return order | {
        "createdDate": _format(placed),
        "updatedDate": _format(paid),
        "archived": False,
        "activities": [
            {"id": str(uuid.UUID(int=index << 8 | at)), "createdDate": _format(moment), "type": kind}
            for at, (moment, kind) in enumerate(activities)
        ],
    }


def _format(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@lru_cache(maxsize=2000)
def page(number: int, count: int) -> bytes:
    """Page ``number``, from 0, of ``count`` orders; the cursor of the next page is its number."""
    start = number * PAGE_SIZE
    orders = [make_order(index) for index in range(start, min(start + PAGE_SIZE, count))]
    return answer(orders, str(number + 1) if start + PAGE_SIZE < count else "")


def answer(orders: list[dict[str, Any]], cursor: str = "") -> bytes:
    cursors = {"next": cursor} if cursor else {}
    metadata = {"count": len(orders), "cursors": cursors, "hasNext": bool(cursor)}
    return json.dumps({"orders": orders, "metadata": metadata}, ensure_ascii=False).encode()


def pages(count: int) -> list[bytes]:
    return [page(number, count) for number in range(-(-count // PAGE_SIZE))]
