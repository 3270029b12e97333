"""Allocation of unique barcode numbers from the range of a shop."""

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from carriers.barcodes import Series
from shipments.models import BarcodeBlock

MAX_BLOCK_SIZE = 100_000
BLOCKS_PER_SERIES = 10_000


def allocate_numbers(shop_id: int, series: Series, count: int) -> list[int]:
    """``count`` unused numbers of this series. Each call returns other numbers. Safe to run concurrently."""
    numbers: list[int] = []
    while len(numbers) < count:
        open_blocks = BarcodeBlock.objects.filter(shop_id=shop_id, series=series.key, next__lte=F("last"))
        block = open_blocks.order_by("first").first() or _reserve_block(shop_id, series)
        if block is None:
            continue
        taken = min(count - len(numbers), block.last - block.next + 1)
        unchanged = BarcodeBlock.objects.filter(pk=block.pk, next=block.next)
        if unchanged.update(next=F("next") + taken) == 1:
            numbers += range(block.next, block.next + taken)
    return numbers


def _reserve_block(shop_id: int, series: Series) -> BarcodeBlock | None:
    """The next free block of the series; None when another process reserved it first."""
    size = max(1, min(MAX_BLOCK_SIZE, series.capacity // BLOCKS_PER_SERIES))
    highest = BarcodeBlock.objects.filter(series=series.key).aggregate(highest=Max("last"))["highest"]
    first = (highest or 0) + 1
    try:
        with transaction.atomic():
            return BarcodeBlock.objects.create(
                shop_id=shop_id, series=series.key, first=first, last=first + size - 1, next=first
            )
    except IntegrityError:
        return None
