"""The measured work, and its floor: the least that any program would have to do."""

import random
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from reportlab import rl_config
from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from accounts.models import User
from carriers.capabilities import validate_parcel
from carriers.capability_rules import row_for
from carriers.choices import CARRIERS, DELIVERY_TYPES, PACKAGE_TYPES
from carriers.fallback import resolve_choice
from carriers.parcels import Address, Consignment, Destination, ParcelChoice, PrintedLabel
from integrations.models import Connection
from integrations.orders import (
    FulfillmentStatus,
    OrderAddress,
    OrderData,
    OrderLine,
    OrderStatus,
    PaymentStatus,
)
from integrations.providers import PROVIDERS
from integrations.services import mirror
from jobs import runner
from jobs.models import Job
from shipments.models import Shipment
from shipments.services.imports import order_import
from shipments.services.labels import files, register
from shops.models import Membership, PackagePreferences, Shop


class Workload:
    """A shop with ``count`` open orders, in a fresh database."""

    def __init__(self, count: int) -> None:
        call_command("migrate", verbosity=0)
        self.count = count
        self.user = User.objects.create_user("bench@backoffice.example")
        self.shop = Shop.objects.create(
            name="Bench", person="Bench", street="Kade", number="1", postal_code="3511 AA", city="Utrecht"
        )
        Membership.objects.create(user=self.user, shop=self.shop, role="owner")
        PackagePreferences.objects.create(shop=self.shop)
        self.connection = Connection.objects.create(shop=self.shop, platform=next(iter(PROVIDERS)), external_id="bench")
        chance = random.Random(7)  # noqa: S311 - the same orders in every run
        mirror.store_orders(self.connection, [make_order(number, chance) for number in range(count)])
        self.orders = self.connection.orders.order_by("pk")

    def write_the_rows_only(self) -> None:
        """The floor: write as many rows in as many transactions, and delete them."""
        rows = [
            Shipment(shop=self.shop, reference=str(number), carrier="postnl", package_type="package", weight=1000)
            for number in range(self.count)
        ]
        for start in range(0, self.count, runner.ITEM_BATCH_SIZE):
            with transaction.atomic():
                Shipment.objects.bulk_create(rows[start : start + runner.ITEM_BATCH_SIZE])
        Shipment.objects.all().delete()

    def import_orders(self) -> None:
        self.imported = order_import.start_import(self.shop, self.user, orders=self.orders, key=uuid.uuid4().hex)
        runner.run_due()

    def make_labels(self) -> None:
        # No shop system stands behind these orders, so none is asked whether they still stand.
        Connection.objects.update(state="disconnected")
        self.labelled = register.start_labels(
            self.shop,
            self.user,
            shipments=Shipment.objects.order_by("pk"),
            layout="a6",
            start=1,
            key=uuid.uuid4().hex,
        )
        runner.run_due()

    def check(self, folder: Path) -> None:
        """Raise SystemExit if the measured work was not done."""
        for job in Job.objects.all():
            if runner.progress(job).ok != self.count:
                raise SystemExit(f"{job}: only {runner.progress(job).ok} of {self.count} were done")
        if not files.label_file(self.labelled).is_relative_to(folder.resolve()):
            raise SystemExit("the labels were not drawn")


def make_order(number: int, chance: random.Random) -> OrderData:
    """An invented Dutch order with one to four lines."""
    moment = timezone.now() - timedelta(minutes=number)
    lines = tuple(
        OrderLine(f"line-{index}", f"Artikel {index}", 1, weight=chance.randint(50, 900), unit_value=Decimal("9.95"))
        for index in range(chance.randint(1, 4))
    )
    address = OrderAddress(
        first_name="Kim",
        last_name=f"Voorbeeld {number}",
        line1=f"Lindelaan {number % 200 + 1}{chance.choice(['', ' bis', '-2', ' A'])}",
        postal_code=f"{3000 + number % 900} AB",
        city="Utrecht",
        country="NL",
    )
    return OrderData(
        external_id=f"order-{number}",
        number=str(10_000 + number),
        created_at=moment,
        updated_at=moment,
        status=OrderStatus.APPROVED,
        payment=PaymentStatus.PAID,
        fulfillment=FulfillmentStatus.NOT_FULFILLED,
        lines=lines,
        address=address,
        email="kim@example.com",
        total=Decimal("29.90"),
    )


def printed_labels(count: int) -> list[PrintedLabel]:
    """Invented parcels, ready to be drawn."""
    sender = Address(company="Bench", street="Kade", number="1", postal_code="3511 AA", city="Utrecht", country="NL")
    labels = []
    for number in range(count):
        recipient = Address(
            person=f"Kim Voorbeeld {number}",
            street="Lindelaan",
            number=str(number % 200 + 1),
            postal_code=f"{3000 + number % 900} AB",
            city="Utrecht",
            country="NL",
        )
        choice = ParcelChoice(signature=number % 2 == 0)
        consignment = Consignment(str(number), recipient, sender, choice, 700, str(10_000 + number))
        labels.append(PrintedLabel(consignment, f"3SSTUB{number:09d}"))
    return labels


NAMES = ("محمد رضا احمدی", "דוד כהן", "王小明", "さくら 田中", "김철수", "अमित शर्मा", "สมชาย ใจดี", "Ελένη Ωνάση")


def in_many_scripts(labels: Sequence[PrintedLabel]) -> list[PrintedLabel]:
    """The same parcels to people whose names are shaped, letter by letter, in other scripts."""
    changed = []
    for number, label in enumerate(labels):
        recipient = replace(label.consignment.recipient, person=f"{NAMES[number % len(NAMES)]} {number}")
        changed.append(replace(label, consignment=replace(label.consignment, recipient=recipient)))
    return changed


def draw_the_least(count: int, target: IO[bytes]) -> None:
    """The floor: a page with a barcode and a line of text, ``count`` times, in one document."""
    rl_config.useA85 = 0
    canvas = Canvas(target, pagesize=(105 * mm, 148 * mm))
    for number in range(count):
        Code128(f"3SSTUB{number:09d}", barWidth=0.5, barHeight=60).drawOn(canvas, 20, 60)
        canvas.drawString(20, 40, f"3SSTUB{number:09d}")
        canvas.showPage()
    canvas.save()


Question = tuple[ParcelChoice, Destination, int]


def questions(count: int) -> list[Question]:
    """What the pages and the import ask: every kind of choice, to every kind of place."""
    chance = random.Random(7)
    places = [Destination(country) for country in ("NL", "NL", "NL", "BE", "DE", "FR", "US", "CH")]
    return [
        (
            ParcelChoice(
                chance.choice(list(CARRIERS)),
                chance.choice(list(PACKAGE_TYPES)),
                chance.choice(list(DELIVERY_TYPES)),
                signature=chance.random() < 0.5,
                only_recipient=chance.random() < 0.3,
                age_check=chance.random() < 0.1,
                insurance=chance.choice([0, 0, 10_000, 50_000]),
            ),
            chance.choice(places),
            chance.randint(100, 25_000),
        )
        for _question in range(count)
    ]


def answer(asked: list[Question]) -> None:
    """What is wrong with each choice, and the nearest one that can go."""
    for choice, destination, weight in asked:
        validate_parcel(choice, destination, weight)
        resolve_choice(choice, destination)


def find_the_rows_only(asked: list[Question]) -> None:
    """The floor: the rows that have to be read, twice for each question, and nothing done with them."""
    for choice, destination, _weight in asked:
        row_for(choice.carrier, choice.package_type, destination)
        row_for(choice.carrier, choice.package_type, destination)
