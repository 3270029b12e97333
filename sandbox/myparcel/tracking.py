"""Registration, barcodes and tracking events of shipments."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from sandbox.myparcel import rules, webhooks
from sandbox.myparcel.models import Parcel, Step

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CONCEPT, REGISTERED, CANCELED = 1, 2, 17
# By status: the carrier's code, its text in Dutch and English, and the Track & Trace category.
STATUSES: dict[int, tuple[str, str, str, str | None]] = {
    2: ("A01", "De zending is aangemeld", "The parcel was announced", "registered"),
    3: ("B01", "Zending is ontvangen door de vervoerder", "The carrier has the parcel", "handed_to_carrier"),
    4: ("J01", "Zending gesorteerd in sorteercentrum", "Sorted in the sorting centre", "sorting"),
    5: ("J05", "Bezorger is onderweg", "The courier is on the way", "distribution"),
    6: ("J06", "Zending bij douane", "At customs", None),
    7: ("I01", "Zending bezorgd", "Delivered", "delivered"),
    8: ("J40", "Zending ligt klaar op een afhaallocatie", "Ready at a pick-up point", "delivered"),
    9: ("I08", "Zending afgehaald op afhaallocatie", "Picked up", "delivered"),
    10: ("R01", "Retourzending afgeleverd", "Return delivered", None),
    11: ("R02", "Retourzending op afhaallocatie", "Return at a pick-up point", None),
    12: ("P01", "Ongefrankeerd label geprint", "Unfranked label printed", None),
    13: ("C01", "Gecrediteerd", "Credited", None),
    14: ("P02", "Digitale postzegel geprint", "Digital stamp printed", None),
    15: ("P03", "Label van een andere zending geprint", "Label of an external shipment printed", None),
    16: ("X01", "Label verlopen", "Label expired", None),
    17: ("X02", "Geannuleerd", "Cancelled", None),
    18: ("P04", "Ongevolgde zending geprint", "Untracked shipment printed", None),
    19: ("I10", "Bezorgd op de afgesproken plek", "Delivered at the agreed place", "delivered"),
}
# MyParcel's older codes 30 to 40 are 1 to 11 of shipments that are no longer active there. The carrier's code is that
# of the active status. All of them have the flag "final", the least helpful answer that is possible.
INACTIVE_OFFSET = 29
INACTIVE_STATUSES = range(30, 43)
DELIVERED_STATUSES = frozenset({7, 9, 19})
FINAL_STATUSES = DELIVERED_STATUSES | frozenset({*range(12, 19), *INACTIVE_STATUSES, 98, 99})
UNKNOWN_TEXTS = ("U99", "Onbekend", "Unknown", None)
S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
# Letters and digital stamps are not tracked: printing the label is their final status.
STATUS_WHEN_PRINTED = {3: 12, 4: 14}


def barcode_for(parcel: Parcel) -> str:
    """A barcode with prefixes that no carrier uses (3SSAND, CD)."""
    group = rules.group_of(parcel.country)
    if group == "ROW":
        digits = f"{parcel.pk:08d}"
        total = sum(int(digit) * weight for digit, weight in zip(digits, S10_WEIGHTS, strict=True))
        check = {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)
        return f"CD{digits}{check}NL"
    return f"3SSAND{parcel.pk:0{9 if group == 'NL' else 7}d}"


def texts_of(status: int) -> tuple[str, str, str, str | None]:
    """The carrier's code, the texts and the category; an inactive status has no category."""
    if status in INACTIVE_STATUSES:
        code, dutch, english, _main = STATUSES.get(status - INACTIVE_OFFSET, UNKNOWN_TEXTS)
        return code, f"Inactief - {dutch}", f"Inactive - {english}", None
    return STATUSES.get(status, UNKNOWN_TEXTS)


def register(parcels: list[Parcel]) -> None:
    """Register concepts and their secondary shipments. Safe to repeat."""
    for parcel in parcels:
        if parcel.status != CONCEPT:
            continue
        parcel.barcode = barcode_for(parcel)
        parcel.save(update_fields=["barcode"])
        kind = int((parcel.data.get("options") or {}).get("package_type") or 0)
        move(parcel, STATUS_WHEN_PRINTED.get(kind, REGISTERED))
        register(list(parcel.secondary.all()))


def move(parcel: Parcel, status: int, *, delayed: bool = False, at: datetime | None = None) -> None:
    """Add a tracking event and queue its webhook."""
    with transaction.atomic():
        code = texts_of(status)[0]
        Step.objects.create(parcel=parcel, status=status, code=code, delayed=delayed, at=at or timezone.now())
        parcel.status, parcel.delayed, parcel.modified = status, delayed, timezone.now()
        parcel.save(update_fields=["status", "delayed", "modified"])
        webhooks.enqueue_status(parcel)


def tracktrace_json(parcel: Parcel, english: bool) -> dict[str, Any]:
    """The shipment's entry in GET /tracktraces; the newest event is not part of its history."""
    steps = list(parcel.steps.order_by("pk"))
    newest = steps[-1]
    status_texts = texts_of(newest.status)
    place = parcel.recipient
    code = str(place.get("postal_code") or "").replace(" ", "")
    return {
        "shipment_id": parcel.number,
        "carrier": parcel.data.get("carrier"),
        "code": newest.code,
        "description": status_texts[2 if english else 1],
        "time": format_time(newest.at),
        "link_consumer_portal": f"https://theehuis.myparcel.me/track-trace/{parcel.barcode}/{code}/{parcel.country}",
        "link_tracktrace": f"https://jouw.postnl.nl/track-and-trace/{parcel.barcode}-{parcel.country}-{code}",
        "partner_tracktraces": [],
        "recipient": place,
        "sender": parcel.data.get("sender"),
        "options": parcel.data.get("options"),
        "pickup": parcel.data.get("pickup"),
        "delayed": newest.delayed,
        "location": None,
        "status": {"current": newest.status, "main": status_texts[3], "final": newest.status in FINAL_STATUSES},
        "history": [_history_entry(step, english) for step in steps[:-1]],
        "signature": None,
        "returnable": newest.status in FINAL_STATUSES,
    }


def _history_entry(step: Step, english: bool) -> dict[str, Any]:
    status_texts = texts_of(step.status)
    return {
        "code": step.code,
        "status": step.status,
        "main": status_texts[3],
        "description": status_texts[2 if english else 1],
        "time": format_time(step.at),
        "delayed": step.delayed,
        "location": None,
    }


def format_time(at: datetime) -> str:
    return str(timezone.localtime(at, timezone=AMSTERDAM).strftime("%Y-%m-%d %H:%M:%S"))
