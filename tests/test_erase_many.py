"""Made-up people with shared names, marks, double names and aliases stand everywhere; each tenth is erased.

What is left is compared with an oracle that knows nothing of normal forms and indexes: it looks into every text column
and file. ``ERASED_PEOPLE=300`` makes a crowd of that size; a run of all tests has a small one.
"""

import os
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_plus

import pytest

from accounts.models import OutgoingMail, User
from integrations.models import ExternalOrder
from integrations.orders import OrderAddress
from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import make_order
from jobs.models import Job
from lib.personal_data import text_columns
from privacy.models import PersonErasure
from privacy.services import erase_person
from privacy.services.person_rows import PersonQuery
from shipments.models import JobItem, SavedFilter, Shipment
from shipments.services.csv_files import file_import
from shipments.services.erasure import BUYER_MAILS
from shipments.tests.factories import make_shipment
from shops.models import Shop
from tests.whole_texts import everything_with

PEOPLE, SEED = int(os.environ.get("ERASED_PEOPLE", "30")), 20261130
FIRST = ("Hanna", "Jan", "Zoë", "Jürgen", "Søren", "Anne-Marie", "Łukasz", "Çağla", "Mai Linh", "Bo", "李")
LAST = (
    "de Vries", "Vries", "van den Berg", "Müller", "Mueller", "Muller", "Jansen", "Jansen-de Boer", "Ó Briain", "Ng",
    "小龙", "Vermeulen", "Vermeulen - Bakker", "D'Angelo",
)  # fmt: skip
TITLES = "referentie;naam;straat;huisnummer;postcode;plaats;e-mail;telefoon"


@dataclass(frozen=True)
class Made:
    """A person with one address of mail; an alias is somebody else, because nobody can know."""

    place: int
    first: str
    last: str
    email: str
    phone: str

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def same_name(self) -> str:
        """As a reader would say that two names are one: without marks that are no letters of their own, and blanks."""
        marks = str.maketrans("ëüøçğÓó", "euocgoo")
        return re.sub(r"[\W_]+", "", self.name.casefold().translate(marks).replace("ł", "l"))


def make_people(number: int) -> list[Made]:
    chosen = random.Random(SEED)  # noqa: S311 - no secret
    people = []
    for place in range(number):
        first, last = chosen.choice(FIRST), chosen.choice(LAST)
        form = chosen.choice(
            ("p{}@example.com", "P.{}@Example.com", "p{}+shop@example.com", "naam-{}x@münchen.example")
        )
        phone = chosen.choice(("06{}", "+31 6 {}", "06-{}")).format(f"{10_000_000 + place * 7_919}")
        people.append(Made(place, first, last, form.format(f"{place:04}"), phone))
    return people


def tell_about(person: Made, shop: Shop, owner: User, connection: object, rows: list[str]) -> None:
    """An order, a shipment of it, one without, a filter, jobs, a mail and a line of a file."""
    number, own = 20_000 + person.place, {"person": person.name, "email": person.email, "phone": person.phone}
    address = OrderAddress(person.first, person.last, street="Lindelaan", number="1", country="NL", phone=person.phone)
    order = mirror_order(connection, make_order(number, address=address, email=person.email))
    shipment = make_shipment(shop, order=order, reference=order.number, **own)
    make_shipment(shop, **own | {"reference": f"u{person.place}", "street": "Kade"})
    text = (person.name, person.email, person.phone)[person.place % 3]
    SavedFilter.objects.create(shop=shop, user=owner, name=f"f{person.place}", query=f"q={quote_plus(text)}")
    job = Job.objects.create(
        shop=shop, kind="upload", idempotency_key=str(number), payload={"w": text, "of": person.place}
    )
    JobItem.objects.create(
        job=job, position=0, payload={"line": person.place, "cells": [person.last, person.first, person.email]}
    )
    OutgoingMail.objects.create(
        to=person.email, template=f"{BUYER_MAILS}handover", language="nl", context={"shipment": shipment.pk}
    )
    rows.append(f"u{person.place};{person.name};Kade;1;3524KB;Utrecht;{person.email};{person.phone}")


def texts() -> Iterator[tuple[str, str]]:
    for model, column in text_columns():
        for value in model._base_manager.values_list(column, flat=True):
            yield model._meta.label, str(value)


@pytest.mark.django_db(transaction=True)
def test_each_tenth_is_gone_and_nobody_else(owner: User, shop: Shop, settings, tmp_path: Path, files_dir: Path):
    settings.ERASURE_JOURNAL = tmp_path / "apart" / "erasures.jsonl"
    people, connection = make_people(PEOPLE), make_connection(shop)
    for start in range(0, len(people), 5):
        rows: list[str] = []
        for person in people[start : start + 5]:
            tell_about(person, shop, owner, connection, rows)
        file_import.store_upload(shop, "\n".join([TITLES, *rows]).encode())
    asked = people[::10]
    for place, person in enumerate(asked):
        how = ({"email": person.email.upper()}, {"name": person.name.upper()}, {"number": f"#{20_000 + person.place}"})
        erase_person.request_erasure(shop, PersonQuery(**how[place % 3]), by=owner)
        while erase_person.erase_due():
            pass
    assert not PersonErasure.objects.filter(finished_at=None).exists()
    by_name = {person.same_name for place, person in enumerate(asked) if place % 3 == 1}
    gone = [one for one in people if one.same_name in by_name or one in asked]
    assert_nothing_left(gone, by_number={one for place, one in enumerate(asked) if place % 3 == 2})
    assert_others_are_whole([one for one in people if one not in gone], gone, shop)


def assert_nothing_left(gone: list[Made], *, by_number: set[Made]) -> None:
    """Whom only an order named may have a shipment of their own left, which nobody connected with it."""
    named = Shipment.objects.exclude(person="")
    assert not named.filter(order__number__in=[str(20_000 + person.place) for person in gone]).exists()
    whole = [person for person in gone if person not in by_number]
    assert not named.filter(reference__in=[f"u{person.place}" for person in whole]).exists()
    said = [text for person in whole for text in (person.email, person.phone)]
    assert everything_with([form for text in said for form in (text, quote_plus(text))]) == []
    names = {
        form for person in gone for form in (person.name, quote_plus(person.name), f"{person.last}', '{person.first}")
    }
    written = re.compile("|".join(rf"(?<![\w-]){re.escape(name.casefold())}(?! ?[-\w%])" for name in names))
    rows = {"integrations.ExternalOrder", "shipments.Shipment"}
    assert [(model, text) for model, text in texts() if model not in rows and written.search(text.casefold())] == []


def assert_others_are_whole(others: list[Made], gone: list[Made], shop: Shop) -> None:
    named = {one.same_name for one in gone}
    for person in others:
        order = ExternalOrder.objects.get(number=str(20_000 + person.place))
        assert (order.order.email, order.customer) == (person.email, person.name), person
        kept = Shipment.objects.filter(person=person.name, email=person.email, phone=person.phone)
        assert kept.count() == 2, person
        assert OutgoingMail.objects.filter(to=person.email).exists(), person
        if person.same_name not in named:
            assert SavedFilter.objects.filter(name=f"f{person.place}").exists(), person
            assert person.email in str(JobItem.objects.get(payload__line=person.place).payload), person
    assert len(others) > len(gone) / 2
    assert shop.shipments.count() == 2 * (len(others) + len(gone))
