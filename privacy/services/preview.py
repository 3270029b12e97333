"""What there is of a person, in numbers, before anything is erased."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from privacy.services.find_person import FoundPerson, PersonQuery, find_person
from privacy.services.text_scan import scan_texts, scan_uploads
from shops.models import Shop

SCAN_SECONDS = 3
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
    found: FoundPerson
    lines: tuple[CountLine, ...]

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
    """Reads only. Free texts are looked through for a few seconds; an erasure looks through all."""
    found = find_person(shop, query)
    words = found.words | query.words
    counts = {"orders": len(found.orders), "shipments": len(found.shipments)}
    counts |= scan_texts(shop, words, erase=False, seconds=SCAN_SECONDS)
    counts["files"] = scan_uploads(shop, words, erase=False)
    return PersonPreview(found, count_lines(counts))


def count_lines(counts: dict[str, int]) -> tuple[CountLine, ...]:
    """Without the zeros."""
    return tuple(CountLine(TITLES.get(name, name), number) for name, number in counts.items() if number)
