"""What there is of a person, in numbers, before anything is erased."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from privacy.services.find_person import FoundPerson, PersonQuery, find_person
from privacy.services.text_scan import scan_texts, scan_uploads
from shops.models import Shop

SCAN_SECONDS = 3
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
class PersonPreview:
    found: FoundPerson
    lines: tuple[CountLine, ...]


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
