"""What there is of a person, in numbers, before anything is erased."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lib.person_words import is_too_short
from privacy.models import PersonErasure
from privacy.services.erasure_run import SHORT_NAMES
from privacy.services.find_person import FoundPerson, find_person, query_words
from privacy.services.person_rows import PersonQuery
from privacy.services.text_scan import scan_texts, scan_uploads
from shops.models import Shop

# For each kind of rows, for texts and for files.
SECONDS = 2
MAX_SHOWN = 20
# By the name of a count; models by their label.
TITLES: dict[str, Promise] = {
    "orders": _("Orders"),
    "shipments": _("Shipments and returns"),
    "shipments.JobItem": _("Lines of jobs and files"),
    "shipments.SavedFilter": _("Saved filters"),
    "shops.Invitation": _("Invitations"),
    "jobs.Job": _("Jobs"),
    "admin.LogEntry": _("Entries of the administration"),
    "texts": _("Texts"),
    "files": _("Uploaded files"),
    "unreadable": _("Could not be read any more: ask again"),
}


@dataclass(frozen=True, slots=True)
class CountLine:
    title: Promise | str
    number: int


@dataclass(frozen=True, slots=True)
class PersonRow:
    """An order, or a shipment without one."""

    number: str
    name: str
    city: str


@dataclass(frozen=True, slots=True)
class PersonPreview:
    """``is_partial``: there may be more, because the time was over; ``looked_through`` says then how far it came.

    ``leaves_out_name``: the name is too short to be looked for in texts and files.
    """

    found: FoundPerson
    lines: tuple[CountLine, ...]
    is_partial: bool
    looked_through: tuple[CountLine, ...]
    leaves_out_name: bool

    @property
    def rows(self) -> list[PersonRow]:
        """The newest, so that a person sees whom the search found."""
        return self._all_rows[:MAX_SHOWN]

    @property
    def more(self) -> int:
        return max(0, len(self._all_rows) - MAX_SHOWN)

    @property
    def _all_rows(self) -> list[PersonRow]:
        orders = [PersonRow(row.number, row.customer, row.order.address.city) for row in self.found.orders]
        alone = [row for row in self.found.shipments if row.order_id is None]
        return orders + [PersonRow(row.reference, row.person or row.company, row.city) for row in alone]


def preview_person(shop: Shop, query: PersonQuery) -> PersonPreview:
    """Reads only, for some seconds; an erasure looks through everything."""
    found = find_person(shop, query, seconds=SECONDS)
    counts = {"orders": len(found.orders), "shipments": len(found.shipments)}
    looked, is_partial = dict(found.looked_through), found.is_partial
    if words := found.words | query_words(query):
        texts = scan_texts(shop, words, erase=False, seconds=SECONDS)
        files = scan_uploads(shop, words, erase=False, seconds=SECONDS)
        counts |= texts.counts | files.counts
        looked |= {name: scan.rows for name, scan in (("texts", texts), ("files", files)) if scan.is_partial}
        is_partial |= texts.is_partial or files.is_partial
    return PersonPreview(
        found, count_lines(counts), is_partial, count_lines(looked), leaves_out_name=is_too_short(query.name)
    )


def count_lines(counts: Mapping[str, int]) -> tuple[CountLine, ...]:
    """Without the zeros."""
    return tuple(CountLine(TITLES.get(name, name), number) for name, number in counts.items() if number)


@dataclass(frozen=True, slots=True)
class Receipt:
    """An erasure as it is shown. ``looked_through`` has the zeros too: nothing of them was left out."""

    erasure: PersonErasure
    lines: tuple[CountLine, ...]
    looked_through: tuple[CountLine, ...]
    leaves_out_name: bool


def receipt_of(erasure: PersonErasure) -> Receipt:
    looked = tuple(CountLine(TITLES[name], number) for name, number in erasure.looked_through.items() if name in TITLES)
    return Receipt(erasure, count_lines(erasure.counts), looked, bool(erasure.looked_through.get(SHORT_NAMES)))
