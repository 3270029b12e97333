"""MyParcel's status codes: what each says to a person, and whether anything comes after it."""

from collections.abc import Mapping
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

STATUSES: dict[int, Promise] = {
    1: _("Draft"),
    2: _("Announced to the carrier"),
    3: _("Handed to the carrier"),
    4: _("Sorted"),
    5: _("With the courier"),
    6: _("At customs"),
    7: _("Delivered"),
    8: _("Ready at the pick-up point"),
    9: _("Picked up by the recipient"),
    10: _("Returned to you"),
    11: _("Return waits at a pick-up point"),
    12: _("Unfranked label printed"),
    13: _("Credited"),
    14: _("Digital stamp printed"),
    15: _("Label of a shipment made elsewhere printed"),
    16: _("Label expired"),
    17: _("Label cancelled at MyParcel"),
    18: _("Label without Track & Trace printed"),
    19: _("Delivered at the agreed place"),
}
FIRST_INACTIVE = 30
SCANNED = frozenset({3, 4, 5, 6, 7, 8, 9, 10, 11, 19})
"""A carrier has had the parcel in its hands."""


@cache
def _by_sentence() -> dict[str, int]:
    with override("en"):
        return {str(sentence): status for status, sentence in STATUSES.items()}


def status_said(text: Mapping[str, str]) -> int:
    """The status behind a sentence of ours in every language ({"en": …}); 0 for a carrier's own words."""
    return _by_sentence().get(text.get("en", ""), 0)


def is_final(status: int) -> bool:
    """Whether nothing more is expected: delivered, printed without a journey, or no longer active."""
    return status in {7, 9} or 12 <= status <= 19 or status >= FIRST_INACTIVE
