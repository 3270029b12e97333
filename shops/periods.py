"""The periods for which data is kept: those that a shop chooses within bounds, and those that are fixed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lib.personal_data import Kept

# The Dutch tax office asks for the books of seven whole years (article 52 of the Algemene wet inzake rijksbelastingen).
# Of a shipment they need its number, date, carrier, country, weight, value and price, and no person.
BOOK_YEARS = 7
WEBHOOK_AGE = timedelta(days=30)
SYNC_AGE = timedelta(days=30)
UNREADABLE_AGE = timedelta(days=30)
TRAIL_AGE = timedelta(days=400)


def default_days() -> int:
    days: int = settings.FILE_RETENTION_DAYS
    return days


@dataclass(frozen=True, slots=True)
class Period:
    """Days. ``kinds`` are those of the registry that it ends; ``text`` says from when the days count."""

    title: Promise
    text: Promise
    default: int | Callable[[], int]
    shortest: int
    longest: int
    kinds: tuple[Kept, ...]


# By column of ``shops.retention.Retention``. Orders are read again for thirty days, so they are kept for longer.
PERIODS: dict[str, Period] = {
    "recipient_days": Period(
        _("Recipients of shipments"),
        _("Name, address, email, phone and tracking link, after the parcel was delivered, returned or cancelled."),
        90,
        30,
        400,
        (Kept.RECIPIENTS,),
    ),
    "order_days": Period(
        _("Orders"),
        _("What the webshop told us of an order, after its last change, once its shipments need it no longer."),
        90,
        40,
        400,
        (Kept.ORDERS,),
    ),
    "unfinished_days": Period(
        _("What was never finished"),
        _("Orders that were not imported, drafts, and parcels that never arrived, after their last change."),
        400,
        90,
        730,
        (Kept.ORDERS, Kept.RECIPIENTS),
    ),
    "answer_days": Period(
        _("Answers of the webshop"),
        _("Why it refused an update, after the update was queued."),
        90,
        7,
        400,
        (Kept.ANSWERS,),
    ),
    "job_days": Period(
        _("Jobs"),
        _("Results of imports, label jobs, exports and uploads, after they were started."),
        90,
        30,
        400,
        (Kept.JOBS,),
    ),
    "file_days": Period(
        _("Label files and exports"),
        _("Label files are drawn again when they are needed."),
        default_days,
        1,
        90,
        (Kept.FILES,),
    ),
    "upload_days": Period(
        _("Uploaded files"),
        _("The files that shipments were imported from."),
        default_days,
        1,
        90,
        (Kept.UPLOADS,),
    ),
    "invitation_days": Period(
        _("Invitations"),
        _("After they were accepted or expired."),
        30,
        7,
        90,
        (Kept.INVITATIONS,),
    ),
    "tracking_days": Period(
        _("Tracking pages of buyers"),
        _("How long a buyer can open the page after the parcel arrived."),
        42,
        14,
        90,
        (),
    ),
}
