"""Remembered customs data of articles."""

from collections.abc import Iterable, Mapping

from django.utils import timezone

from carriers.parcels import CustomsLine
from integrations.orders import OrderData
from shipments.models import ProductCustoms


def find_remembered_customs(shop_id: int, skus: Iterable[str]) -> dict[str, CustomsLine]:
    """By SKU, in one query. Weight and value are 0 when nothing is remembered of them."""
    wanted = {sku for sku in skus if sku}
    if not wanted:
        return {}
    found = ProductCustoms.objects.filter(shop=shop_id, sku__in=wanted)
    return {
        product.sku: CustomsLine(
            product.description,
            1,
            product.weight or 0,
            product.value or 0,
            product.hs_code,
            product.origin,
            product.sku,
        )
        for product in found
    }


def remember_customs(
    shop_id: int,
    lines: Iterable[CustomsLine],
    *,
    before: Iterable[CustomsLine] = (),
    order: OrderData | None = None,
) -> None:
    """Store what a merchant filled in for articles with a SKU; later lines win. May be repeated.

    HS code and origin are stored together. A weight is stored where the webshop knows none and it was changed since
    ``before``, a value where the ``order`` has the article for nothing.
    """
    known = [line for line in lines if line.sku]
    complete = {line.sku: line for line in known if line.hs_code and line.origin}
    _store(shop_id, complete, ("description", "hs_code", "origin"))
    if order is None:
        return
    shown = {(line.sku, line.weight) for line in before}
    ordered = [line for line in order.lines_to_ship if line.sku]
    weightless = {line.sku for line in ordered if not line.weight}
    free = {line.sku for line in ordered if not line.unit_value}
    changed = {line.sku: line for line in known if line.weight and (line.sku, line.weight) not in shown}
    _store(shop_id, {sku: line for sku, line in changed.items() if sku in weightless}, ("weight",))
    valued = {line.sku: line for line in known if line.value_cents and line.sku in free}
    _store(shop_id, valued, ("value",))


def remember_weights(shop_id: int, grams: Mapping[str, int | None]) -> None:
    """By SKU; None forgets the weight. May be repeated."""
    kept = {sku: CustomsLine("", 1, weight, 0, sku=sku) for sku, weight in grams.items() if weight}
    _store(shop_id, kept, ("weight",))
    forgotten = [sku for sku, weight in grams.items() if not weight]
    ProductCustoms.objects.filter(shop=shop_id, sku__in=forgotten).update(weight=None)


def _store(shop_id: int, by_sku: Mapping[str, CustomsLine], fields: tuple[str, ...]) -> None:
    """Write these fields and leave the others as they are."""
    now = timezone.now()
    rows = []
    for sku, line in sorted(by_sku.items()):
        values = {
            "description": line.description,
            "hs_code": line.hs_code,
            "origin": line.origin,
            "weight": line.weight,
            "value": line.value_cents,
        }
        chosen = {name: values[name] for name in fields}
        rows.append(ProductCustoms(shop_id=shop_id, sku=sku, updated_at=now, **chosen))
    ProductCustoms.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["shop", "sku"], update_fields=[*fields, "updated_at"]
    )
