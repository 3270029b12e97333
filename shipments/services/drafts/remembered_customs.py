"""Remembered customs data of articles, and drafts with incomplete customs data."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from carriers.parcels import CustomsLine
from shipments.models import ProductCustoms, Shipment
from shipments.states import Blocker, ShipmentStatus
from shops.models import Shop


def find_remembered_customs(shop_id: int, skus: Iterable[str]) -> dict[str, CustomsLine]:
    """By SKU, in one query."""
    wanted = {sku for sku in skus if sku}
    if not wanted:
        return {}
    found = ProductCustoms.objects.filter(shop=shop_id, sku__in=wanted)
    return {
        product.sku: CustomsLine(product.description, 1, 0, 0, product.hs_code, product.origin, product.sku)
        for product in found
    }


def remember_customs(shop_id: int, lines: Iterable[CustomsLine]) -> None:
    """Store the customs data of lines with SKU, HS code and origin; later lines win. May be repeated."""
    by_sku = {line.sku: line for line in lines if line.sku and line.hs_code and line.origin}
    now = timezone.now()
    ProductCustoms.objects.bulk_create(
        [
            ProductCustoms(
                shop_id=shop_id,
                sku=sku,
                description=line.description,
                hs_code=line.hs_code,
                origin=line.origin,
                updated_at=now,
            )
            for sku, line in sorted(by_sku.items())
        ],
        update_conflicts=True,
        unique_fields=["shop", "sku"],
        update_fields=["description", "hs_code", "origin", "updated_at"],
    )


def missing_customs(shop: Shop) -> QuerySet[Shipment]:
    """Drafts with an incomplete declaration, oldest first, whatever other problems they have."""
    blocked = shop.shipments.filter(status=ShipmentStatus.DRAFT).exclude(blocked_by=Blocker.NONE)
    wanted = [
        pk
        for pk, problems in blocked.values_list("pk", "problems")
        if any(str(problem.get("field", "")).startswith("customs") for problem in problems)
    ]
    return shop.shipments.filter(pk__in=wanted).order_by("created_at", "pk")
