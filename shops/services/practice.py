"""Practice mode: while it is on, new labels of a shop are test labels, and nothing is asked of its gateway for real.

It may be switched at any moment, also while labels are made. So whoever is about to make one asks ``hold``, and the
switch waits for that transaction: no label is claimed for real once it is on.
"""

from django.db import transaction

from audit import trail
from audit.actions import AuditAction
from shops.models import Shop


def start_practice(shop: Shop, *, by: trail.Actor) -> bool:
    """False when it was on already. May be repeated."""
    return _switch(shop, to=True, by=by)


def end_practice(shop: Shop, *, by: trail.Actor) -> bool:
    """Labels are real again, where the shop has a key. False when it was off already. May be repeated."""
    return _switch(shop, to=False, by=by)


def _switch(shop: Shop, *, to: bool, by: trail.Actor) -> bool:
    with transaction.atomic():
        is_new = Shop.objects.filter(pk=shop.pk, practice_mode=not to).update(practice_mode=to) == 1
        if is_new:
            changes = {"practice_mode": (not to, to)}
            trail.record(AuditAction.SETTINGS_CHANGED, by=by, shop=shop, target=shop, changes=changes)
    shop.practice_mode = to
    return is_new


def is_on(shop_id: int) -> bool:
    """As it is now, whatever a row that was loaded earlier says."""
    return Shop.objects.filter(pk=shop_id, practice_mode=True).exists()


def hold(shop_id: int) -> bool:
    """Whether it is on, which stays so until the caller's transaction ends.

    Rows that point at the shop can be written meanwhile. On SQLite the transaction itself keeps others from writing.
    """
    rows = Shop.objects.select_for_update(no_key=True).filter(pk=shop_id)
    return bool(rows.values_list("practice_mode", flat=True).get())
