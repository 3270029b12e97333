"""Ending practice mode, and what becomes of the test labels then."""

from accounts.models import User
from shipments.services.drafts.reopen import discard_all_test_labels
from shops.models import Shop
from shops.services.practice import end_practice


def stop_practicing(shop: Shop, *, by: User, discards_tests: bool) -> int:
    """Labels are real again; with ``discards_tests`` the test labels become drafts. Returns how many did.

    Practice mode ends first, so that none is made meanwhile. May be repeated: what was left is discarded then.
    """
    end_practice(shop, by=by)
    return discard_all_test_labels(shop.pk, by_id=by.pk) if discards_tests else 0
