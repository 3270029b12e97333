"""Labels: made and drawn, in one file, streamed, and those of a carrier put on sheets."""

import io
import uuid
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import zxingcpp
from django.conf import settings
from django.db import connection, transaction
from pypdfium2 import PdfDocument

from benchmarks.context import Account, Bench, make_account
from benchmarks.floors import StoredRows, expect, plain_document, plain_label
from benchmarks.imports import Cpu, order_server, read_and_import
from benchmarks.measuring import Cost, forget_peak, measure, peak_megabytes
from benchmarks.results import Result
from carriers.gateways import GATEWAYS, pdf_merge
from carriers.labels import draw_labels
from carriers.parcels import Address, Consignment, ParcelChoice, PrintedLabel
from integrations.models import Fulfillment
from jobs import runner
from jobs.models import Job
from shipments.models import JobItem, Shipment, ShipmentEvent
from shipments.services.labels import files, preflight, register
from shops.services.gateway_accounts import MIN_KEY_LENGTH, save_api_key

# The local gateway with real labels, so that the platform is promised to be told of them.
GATEWAY, GATEWAY_BUILDER = "acmepost", "carriers.tests.fake_gateway.build"
LAYOUTS = ("a6", "a4")
PER_SHEET = 4
# The name under which the making of labels calls it.
RECHECK = "recheck_orders"
WARM_UP = 4


def barcode_widths(text: str) -> list[int]:
    """The widths of the bars and gaps of a Code 128 in modules, a bar first."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128)
    image: Any = memoryview(barcode.to_image(scale=1))  # type: ignore[arg-type]
    row = bytes(image[0, column] for column in range(image.shape[1])).strip(b"\xff")
    widths, before = list[int](), None
    for value in row:
        if value == before:
            widths[-1] += 1
        else:
            widths.append(1)
        before = value
    return widths


def draw_plainly(labels: Sequence[PrintedLabel]) -> bytes:
    """The floor of drawing: the words and the bars of these labels by plain operators, in one document."""
    drawn = []
    for label in labels:
        recipient, sender = label.consignment.recipient, label.consignment.sender
        lines = [sender.name, sender.street_line, sender.city_line, recipient.name, recipient.street_line]
        lines += [recipient.city_line, label.barcode, "TEST"]
        drawn.append(plain_label(lines, barcode_widths(label.barcode)))
    return plain_document(drawn)


def invented_labels(count: int) -> list[PrintedLabel]:
    """Ready to be drawn."""
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
        labels.append(PrintedLabel(consignment, f"3SBENC{number:09d}"))
    return labels


def check_pages(pdf: bytes, pages: int, barcodes: Sequence[str], per_page: int = 1) -> None:
    """As many pages, and a scanner reads the right barcodes from the first, a middle and the last of them."""
    document = PdfDocument(pdf)
    expect(len(document) == pages, f"{len(document)} pages instead of {pages}")
    for index in {0, pages // 2, pages - 1}:
        image = document[index].render(scale=203 / 72, grayscale=True).to_pil()
        read = {code.text for code in zxingcpp.read_barcodes(image)}
        wanted = set(barcodes[index * per_page : (index + 1) * per_page])
        expect(wanted <= read, f"page {index + 1} does not have {wanted - read}")
    document.close()


def make_and_draw(account: Account, layout: str = "a6") -> tuple[Job, bytes]:
    """What the press and the worker do."""
    job = register.start_labels(
        account.shop,
        account.user,
        shipments=account.shop.shipments.filter(status="draft", blocked_by="").order_by("pk"),
        layout=layout,
        start=1,
        key=uuid.uuid4().hex,
    )
    while Job.objects.unfinished().filter(pk=job.pk).exists():
        expect(runner.run_due() > 0, "nothing makes the labels")
    return job, files.label_file(job).read_bytes()


class Rereading:
    """Counts what reading the orders again at the platform costs, which is no part of a label."""

    def __init__(self, cpu: Cpu) -> None:
        self.own = self.database = 0.0
        self._cpu, self._recheck = cpu, preflight.recheck_orders

    def __enter__(self) -> "Rereading":
        def recheck(shipments: Any) -> Any:
            answers: list[Any] = []
            cost = measure(lambda: answers.append(self._recheck(shipments)), self._cpu)
            self.own, self.database = self.own + cost.own, self.database + cost.database
            return answers[0]

        setattr(register, RECHECK, recheck)
        return self

    def __exit__(self, *_error: object) -> None:
        setattr(register, RECHECK, self._recheck)


def prepared_account(count: int, name: str = "Bench") -> Account:
    """A shop whose labels count as real, with ``count`` drafts. Needs ``order_server``."""
    GATEWAYS[GATEWAY] = GATEWAY_BUILDER
    account = make_account(name, installation=name, site=name)
    save_api_key(account.shop, "k" * MIN_KEY_LENGTH, GATEWAY)
    expect(runner.progress(read_and_import(account)).ok == count, "the orders were not imported")
    return account


def label_once(account: Account, count: int, cpu: Cpu) -> Iterator[Result]:
    """Needs ``order_server``. The floor draws the same labels plainly and stores the same rows by COPY and UPDATE."""
    done: list[tuple[Job, bytes]] = []
    with Rereading(cpu) as rereading:
        cost = measure(lambda: done.append(make_and_draw(account)), cpu)
    job, pdf = done[0]
    expect(runner.progress(job).ok == count, f"{runner.progress(job).ok} of {count} labels were made")
    labeled = Shipment.objects.filter(pk__in=job.items.values("shipment")).order_by("pk")
    check_pages(pdf, count, [str(barcode) for barcode in labeled.values_list("barcode", flat=True)])
    check_promises(job, count)
    floor = label_floor(job, labeled, cpu)
    each, own = 1000 / count, cost.own - rereading.own
    yield Result(
        "label: made and drawn",
        "ms CPU a label, without reading the order again",
        own * each,
        (floor.own + floor.database) * each,
        cost.own,
        cost.database,
        measures={
            "ratio": (own + cost.database - rereading.database) / (floor.own + floor.database),
            "database": (cost.database - rereading.database) * each,
            "reread": rereading.own * each,
            "wall_seconds": cost.wall,
        },
    )
    printed = printed_labels(labeled)
    for layout in LAYOUTS:
        # As the local gateway draws them: in one go, where those of others come in parts with fonts of their own.
        drawn = draw_labels(printed, layout)
        yield Result(f"label bytes, {layout}", "bytes a label", len(drawn) / count, plain_bytes(labeled))


def check_promises(job: Job, count: int) -> None:
    """Each label has its row, its event, and a promise to tell the platform."""
    shipments = job.items.values("shipment")
    expect(ShipmentEvent.objects.filter(shipment__in=shipments, kind="label").count() == count, "events are missing")
    promised = Fulfillment.objects.filter(shipment__in=shipments, tracking_number__startswith="3S").count()
    expect(promised == count, f"{promised} of {count} fulfillments were promised")


def printed_labels(shipments: Any) -> list[PrintedLabel]:
    rows = shipments.select_related("shop__preferences", "parent").prefetch_related("customs_items")
    return [PrintedLabel(files.build_consignment(row), row.barcode or "") for row in rows]


def plain_bytes(shipments: Any) -> float:
    labels = printed_labels(shipments)
    return len(draw_plainly(labels)) / len(labels)


def label_floor(job: Job, labeled: Any, cpu: Cpu) -> Cost:
    labels = printed_labels(labeled)
    shipments = job.items.values("shipment")
    stored: list[Any] = [
        Fulfillment.objects.filter(shipment__in=shipments),
        ShipmentEvent.objects.filter(shipment__in=shipments, kind="label"),
        JobItem.objects.filter(job=job),
    ]
    rows = StoredRows(stored)

    def least() -> None:
        draw_plainly(labels)
        rows.copy()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                'UPDATE shipments_shipment SET status_at = f.queued_at FROM "floor_integrations_fulfillment" AS f '
                "WHERE shipments_shipment.fulfillment_id = f.id"
            )

    cost = measure(least, cpu)
    rows.check()
    rows.drop()
    return cost


def label_workload(bench: Bench) -> Iterator[Result]:
    count = bench.sizes.labels
    with bench.database(), order_server(count):
        warm = prepared_account(count, "Warm")
        Shipment.objects.filter(pk__in=Shipment.objects.order_by("-pk").values("pk")[: count - WARM_UP]).update(
            blocked_by="parcel"
        )
        make_and_draw(warm)
        yield from label_once(prepared_account(count), count, bench.servers.cpu)


def file_workload(bench: Bench) -> Iterator[Result]:
    """Many labels drawn into one file, on either paper."""
    labels = invented_labels(bench.sizes.labels_in_file)
    draw_labels(labels[:WARM_UP], "a6")
    barcodes = [label.barcode for label in labels]
    floor = measure(lambda: draw_plainly(labels), bench.servers.cpu)
    for layout in LAYOUTS:
        drawn: list[bytes] = []
        cost = measure(partial(_draw, labels, layout, drawn), bench.servers.cpu)
        per_page = PER_SHEET if layout == "a4" else 1
        check_pages(drawn[0], -(-len(labels) // per_page), barcodes, per_page)
        # The goal is for 500 labels.
        scale = 500 / len(labels)
        yield Result(
            f"labels in one file: {layout}",
            "s CPU for 500",
            cost.own * scale,
            floor.own * scale,
            cost.own,
            measures={"bytes": len(drawn[0]) / len(labels)},
        )


def _draw(labels: Sequence[PrintedLabel], layout: str, drawn: list[bytes]) -> None:
    drawn.append(draw_labels(labels, layout))


def streamed_workload(bench: Bench) -> Iterator[Result]:
    """How much memory the file of many labels takes, above what a small one leaves behind."""
    count = bench.sizes.streamed
    with bench.database(bench.seeded(count)):
        GATEWAYS[GATEWAY] = GATEWAY_BUILDER
        yield stream_result(bench, count)


def stream_result(bench: Bench, count: int) -> Result:
    from benchmarks.seeding import seeded_account  # noqa: PLC0415 - the database is chosen now

    account = seeded_account()
    save_api_key(account.shop, "k" * MIN_KEY_LENGTH, GATEWAY)
    labeled = account.shop.shipments.exclude(barcode=None).order_by("pk")
    folder = settings.FILES_DIR
    render_job(account, labeled[:WARM_UP], folder / "few.pdf")
    forget_peak()
    before = peak_megabytes()
    target = folder / "many.pdf"
    cost = measure(lambda: render_job(account, labeled, target), bench.servers.cpu)
    grown = peak_megabytes() - before
    with target.open("rb") as file:
        pages = len(PdfDocument(file))
    expect(pages == labeled.count(), f"{pages} pages instead of {labeled.count()}")
    measures = {"file_mb": target.stat().st_size / 1024**2, "wall_seconds": cost.wall}
    name = f"labels streamed: {labeled.count()} in one file"
    return Result(name, "MB above a small file", grown, None, cost.own, cost.database, measures=measures)


def render_job(account: Account, shipments: Any, target: Path) -> None:
    """Draw the file of a job that is done, as the download does once it was cleaned up."""
    job = Job.objects.create(
        shop=account.shop, kind="labels", idempotency_key=uuid.uuid4().hex, state="done", layout="a6", start=1
    )
    JobItem.objects.bulk_create(
        [
            JobItem(job=job, shipment_id=pk, position=position, state="ok")
            for position, pk in enumerate(shipments.values_list("pk", flat=True))
        ],
        batch_size=1000,
    )
    expect(files.render_file(job, target, pause=lambda _seconds: None), "no labels were drawn")


def imposing_workload(bench: Bench) -> Iterator[Result]:
    """The PDFs of a carrier in one file. The floor is what its library needs for no more than that."""
    labels = invented_labels(bench.sizes.carrier_labels)
    parts = [bench.folder / f"carrier-{number}.pdf" for number in range(len(labels))]
    for label, path in zip(labels, parts, strict=True):
        path.write_bytes(draw_labels([label], "a6"))
    pdf_merge.merge_files(parts[:WARM_UP], io.BytesIO())
    floors, costs, merged = list[Cost](), list[Cost](), list[io.BytesIO]()
    for _time in range(3):
        floors.append(measure(lambda: import_pages(parts), bench.servers.cpu))
        merged.append(io.BytesIO())
        costs.append(measure(lambda: pdf_merge.merge_files(parts, merged[-1]), bench.servers.cpu))
    pdf = merged[0].getvalue()
    check_pages(pdf, len(parts), [label.barcode for label in labels])
    own, floor = min(cost.own for cost in costs), min(cost.own for cost in floors)
    yield Result(
        f"carrier labels imposed: {len(parts)}",
        "s CPU",
        own,
        floor,
        own,
        measures={"bytes": len(pdf) / len(parts)},
    )


def import_pages(parts: Sequence[Path]) -> None:
    target = PdfDocument.new()
    for part in parts:
        source = PdfDocument(part)
        target.import_pages(source)
        source.close()
    target.save(_Discard())
    target.close()


class _Discard:
    """A file that keeps nothing."""

    def write(self, content: bytes) -> int:
        return len(content)
