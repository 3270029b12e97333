"""Places that not every carrier reaches, typed as an address: PO boxes, reply numbers, lockers, points of carriers.

A street and house number with such a word beside it is an ordinary address: only a line that begins with the place
counts, and only a line of the address, never the middle of a sentence.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, lru_cache

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers import place_words as words
from carriers.addresses import SPLIT_COUNTRIES, AddressCorrection, parse_address
from carriers.parcels import Address, Destination, ParcelChoice
from carriers.problems import Problem, Text
from carriers.territories import zone
from lib.text import plain_form

PARCELS = frozenset({"package", "package_small"})
DHL, GERMANY = "dhl", "DE"
SIMPLER = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "º": "", "ª": "", ".": ""})
FIELD, LOOK_CODE = "street", "place"


class PlaceKind(StrEnum):
    PO_BOX = "po_box"
    REPLY = "no_parcel"
    DHL_ONLY = "only_dhl"
    POST_OFFICE = "post_office"
    FRENCH_NUMBER = "french_number"
    POINT = "point"


# What may stand beside a street on another line. Where both lines are sent as they are, their order does not matter.
BESIDE_STREETS = frozenset({PlaceKind.PO_BOX, PlaceKind.REPLY, PlaceKind.POST_OFFICE, PlaceKind.FRENCH_NUMBER})


@dataclass(frozen=True, slots=True)
class Place:
    """``carrier`` is the name of the carrier whose point it is; empty when it is nobody's or not known."""

    kind: PlaceKind
    carrier: str = ""


def find_place(address: Address) -> Place | None:
    """None for an ordinary address. The company counts only where it is a locker or the point of a carrier."""
    street = " ".join(part for part in (address.street, address.number, address.suffix) if part)
    return _find(address.country, street, address.extra, address.company)


@lru_cache(maxsize=2048)
def _find(country: str, street: str, extra: str, company: str) -> Place | None:
    first, *others = _lines(street, extra) or [""]
    if not first:
        return None
    place, beside = _place_of(first, country), [found for line in others if (found := _place_of(line, country))]
    fetched = country == GERMANY and any(map(CUSTOMER.fullmatch, (first, *others)))
    at_company = _place_of(_plain_line(company), country)
    points = [found for found in (*beside, at_company) if found and _is_point(found, fetched)]
    if place is None and _is_house(first):
        has_office = "," in street and beside and beside[0].kind is PlaceKind.POST_OFFICE
        return next(iter([*points, *(beside[:1] if has_office else [])]), None)
    if place and place.kind in BESIDE_STREETS and country not in SPLIT_COUNTRIES and any(map(_is_house, others)):
        return None
    found = place or next(iter([*beside, *points]), None)
    is_branch = found is not None and found.kind is PlaceKind.POST_OFFICE and fetched
    return Place(PlaceKind.DHL_ONLY, "DHL") if is_branch else found


def _lines(street: str, extra: str) -> list[str]:
    """The street first, whole, then what stands behind a comma or on a line of its own."""
    parts = LINE_ENDS.split(street)[1:] + LINE_ENDS.split(extra)
    if "," in street:
        parts.insert(0, street.split(",", 1)[0])
    return [plain for line in (street, *parts) if (plain := _plain_line(line))]


def _is_point(place: Place, fetched: bool) -> bool:
    """Beside a street a locker counts only with the number of the person who fetches the parcel there."""
    return place.kind is PlaceKind.POINT or (place.kind is PlaceKind.DHL_ONLY and fetched)


def street_first(address: Address) -> tuple[Address, tuple[AddressCorrection, ...]]:
    """The street in front where a PO box or its like stood there and the street on the second line; what was changed.

    May be repeated.
    """
    place = find_place(replace(address, extra="", company="") if address.extra or address.company else address)
    if place is None or not address.extra:
        return address, ()
    parts = [part.strip() for part in LINE_ENDS.split(address.extra)]
    house = next((part for part in parts if _is_house(_plain_line(part))), "")
    if place.kind not in BESIDE_STREETS or not house:
        return address, ()
    parts.remove(house)
    first = " ".join(part for part in (address.street, address.number, address.suffix) if part)
    found = parse_address(house, ", ".join((first, *filter(None, parts))), country=address.country)
    moved = replace(address, **{name: getattr(found, name) for name in ("street", "number", "suffix", "extra")})
    # The box of a house (bus 4) was read from the second line as well.
    moved = replace(moved, box=found.box or address.box)
    text = _("Street and number were taken from the second address line.")
    before, after = f"{first} / {address.extra}", f"{moved.street_line} · {moved.extra}"
    return moved, (AddressCorrection(FIELD, "street_moved", text, before, after),)


def is_po_box(address: Address) -> bool:
    place = find_place(address)
    return place is not None and place.kind is PlaceKind.PO_BOX


def place_problems(choice: ParcelChoice, recipient: Address) -> Iterator[Problem]:
    """Why this carrier does not bring this parcel there; empty for a delivery to a chosen pick-up point."""
    place = find_place(recipient)
    if place is None:
        return
    if place.kind is PlaceKind.PO_BOX and not _takes_po_boxes(choice, recipient):
        yield Problem(FIELD, "po_box", _("Parcel not possible to a PO box. Enter a street and house number."))
    if place.kind is PlaceKind.REPLY and choice.package_type in PARCELS:
        text = _("No carrier brings a parcel to a reply number. Enter a street and house number.")
        yield Problem(FIELD, "no_parcel", text)
    if place.kind is PlaceKind.DHL_ONLY and not choice.carrier.startswith(DHL):
        text = _(
            "Only DHL brings parcels to a Packstation, Postfiliale or Paketshop. Choose DHL, or enter a street and "
            "house number."
        )
        yield Problem(FIELD, "only_dhl", text)


def place_warning(recipient: Address) -> Text:
    """What a person must judge about the place; empty for an ordinary address and for what ``place_problems`` says."""
    place = find_place(recipient)
    if place is None:
        return ""
    if place.kind is PlaceKind.POST_OFFICE:
        return _(
            "This is a post office that keeps parcels for the recipient. Only the post of that country delivers there: "
            "check that the carrier hands its parcels to it, or ask the buyer for a street and house number."
        )
    if place.kind is PlaceKind.FRENCH_NUMBER:
        return _(
            "CS and TSA are numbers by which only La Poste sorts. Check that the carrier hands its parcels to La "
            "Poste, or ask the buyer for a street and house number."
        )
    if place.kind is PlaceKind.POINT:
        if not place.carrier:
            return _(
                "This looks like a pick-up point. Check which carrier it belongs to, or ask the buyer for a street."
            )
        text = _(
            "This looks like a pick-up point of {carrier}; other carriers do not deliver there. Choose delivery to a "
            "pick-up point of {carrier}, or ask the buyer for a street and house number."
        )
        return format_lazy(text, carrier=place.carrier)
    return ""


def _takes_po_boxes(choice: ParcelChoice, recipient: Address) -> bool:
    """A letterbox parcel is accepted; a parcel only outside the EU, where the local post delivers it."""
    if choice.package_type not in PARCELS:
        return True
    outside = zone(Destination(recipient.country, recipient.postal_code)) == "ROW"
    return choice.carrier == "postnl" and outside


def _plain_line(line: str) -> str:
    """Small letters without marks, without stops and what only announces, and with a space for every other sign."""
    text = plain_form(line).casefold().translate(SIMPLER)
    if not text.isascii():
        text = "".join(one for one in unicodedata.normalize("NFD", text) if unicodedata.category(one) != "Mn")
    return BEFORE.sub("", " ".join(SIGNS.sub(" ", text).split()))


def _is_house(plain: str) -> bool:
    """Whether the line is a street with a number, and nothing else that we know."""
    return HOUSE.search(plain) is not None and _place_of(plain, "") is None


def _place_of(plain: str, country: str) -> Place | None:
    known = _patterns()
    if not plain or not known.any.match(plain):
        return None
    if known.locker.match(plain):
        return Place(PlaceKind.DHL_ONLY if country in {GERMANY, ""} else PlaceKind.POINT, "DHL")
    for kind, pattern in known.kinds:
        if (found := pattern.match(plain)) and not STREET.match(plain[found.end() :]):
            return Place(kind)
    if country in {"FR", "MC", ""} and known.french.match(plain):
        return Place(PlaceKind.FRENCH_NUMBER)
    if (short := known.short.get(country or "-")) and short.match(plain):
        return Place(PlaceKind.PO_BOX)
    for carrier, pattern in known.points:
        if (found := pattern.match(plain)) and not STREET.match(plain[found.end() :]):
            return Place(PlaceKind.POINT, carrier)
    return None


def _starting(patterns: Iterable[str], ending: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(patterns)}){ending}")


LINE_ENDS = re.compile(r"[,;|\n]| [-–/] ")
SIGNS = re.compile(r"[^\w]|_")
BEFORE = re.compile(r"^(?:(?:c o|p a|the|la poste|an der|in der|bij) )+")
HOUSE = re.compile(r"(?=.*[^\W\d]{2}).*\d")
STREET = re.compile(rf" {words.STREET_WORDS}\b")
# The number by which DHL knows who fetches a parcel.
CUSTOMER = re.compile(rf"(?:{words.GERMAN_CUSTOMER})? ?\d{{6,10}}|.*\b{words.GERMAN_CUSTOMER} ?\d{{6,10}}")


@dataclass(frozen=True, slots=True)
class Patterns:
    """``any`` tells in one look that a line is nothing of all this, which is what most lines are."""

    locker: re.Pattern[str]
    kinds: tuple[tuple[PlaceKind, re.Pattern[str]], ...]
    french: re.Pattern[str]
    points: tuple[tuple[str, re.Pattern[str]], ...]
    short: dict[str, re.Pattern[str]]
    any: re.Pattern[str]


@cache
def _patterns() -> Patterns:
    """Compiled when the first address is looked at: it takes a tenth of a second, and most programs never do."""
    locker = re.compile(
        rf"(?:(?:{words.GERMAN_CUSTOMER})? ?\d{{6,10}} )?(?:{words.GERMAN_LOCKERS}){words.NUMBER}\d{{1,2}}"
        rf"(?:$| (?!{words.STREET_WORDS}\b))"
    )
    offices = (*words.POST_OFFICES, rf"{words.POST_OFFICE_LINES}(?= \w+$|$)")
    kinds = (
        (PlaceKind.PO_BOX, _starting(words.PO_BOXES, words.NUMBER)),
        (PlaceKind.REPLY, _starting(words.REPLY, r"(?:(?= )|$|(?=\d))")),
        (PlaceKind.POST_OFFICE, _starting(offices, r"(?: |$)")),
    )
    french = re.compile(words.FRENCH_NUMBERS)
    points = tuple((carrier, _starting((pattern,), r"(?!\w)")) for carrier, pattern in words.CARRIER_POINTS.items())
    countries = {code for where in words.SHORT_PO_BOXES.values() for code in where.split()}
    short = {
        country: _starting(
            (word for word, where in words.SHORT_PO_BOXES.items() if country in where.split()), words.NUMBER
        )
        for country in countries
    }
    each = (locker, french, *short.values(), *(pattern for _name, pattern in (*kinds, *points)))
    return Patterns(locker, kinds, french, points, short, _starting((one.pattern for one in each), ""))
