"""The import of shipments from a file: store the upload, preview it, then create drafts in a job."""

import hashlib
import re
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path

from django.conf import settings
from django.db import DataError, transaction
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from jobs import runner
from jobs.models import Job
from shipments.content import serialize_problems
from shipments.job_kinds import JobKind
from shipments.models import ColumnMapping, JobItem, Shipment, ShipmentEvent
from shipments.services.csv_files.grid import InvalidFile
from shipments.services.csv_files.mapping import Columns, column_title, use_remembered
from shipments.services.csv_files.plans import RowPlan, plan_row
from shipments.services.csv_files.reader import Sheet, Table, read_sheet, table_of
from shipments.services.csv_files.rows import CsvRow, join_doubles
from shipments.services.csv_files.statuses import held_reason
from shipments.services.drafts.save import insert_draft
from shipments.services.imports.shipping_rules import load_rules
from shops.models import Shop
from shops.services.preferences import get_preferences

FINGERPRINT = re.compile(r"[0-9a-f]{64}")
# What to do with several lines of one reference.
ONE_PARCEL, EACH_LINE = "one", "each"
MAX_MAPPINGS = 200
NOT_STORED_MESSAGE = _("This line could not be saved. The reason is in our log.")


class UploadGone(InvalidFile):
    """This shop has no such file, or no longer."""

    def __init__(self) -> None:
        super().__init__(_("This file is no longer available. Choose it again."))


class DoublesUndecided(Exception):
    """The file has a reference on several lines and the merchant did not say what to do with them."""


def store_upload(shop: Shop, data: bytes) -> str:
    """Store a file for the preview and return its fingerprint; creates no shipments. Raises InvalidFile. Storing the
    same file again keeps one copy.
    """
    sheet = read_sheet(data)
    if sheet.guess.is_own:
        table_of(sheet, sheet.guess)
    fingerprint = hashlib.sha256(data).hexdigest()
    path = _path(shop, fingerprint)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{uuid.uuid4().hex}")
    unfinished.write_bytes(data)
    unfinished.replace(path)
    return fingerprint


def open_sheet(shop: Shop, fingerprint: str) -> Sheet:
    """The stored file and our guess of its columns. Raises UploadGone, and InvalidFile."""
    try:
        return read_sheet(_path(shop, fingerprint).read_bytes())
    except FileNotFoundError as gone:
        raise UploadGone from gone


def open_upload(shop: Shop, fingerprint: str) -> Table:
    """The shipments of a stored file, by the columns that this shop chose or else by our guess.

    Raises UploadGone, and InvalidFile.
    """
    sheet = open_sheet(shop, fingerprint)
    return table_of(sheet, chosen_columns(shop, sheet.guess))


def _path(shop: Shop, fingerprint: str) -> Path:
    if not FINGERPRINT.fullmatch(fingerprint):
        raise FileNotFoundError(fingerprint)
    folder: Path = settings.FILES_DIR
    # Workbooks too: what a file is, its content says.
    return folder / f"upload-{shop.public_id}-{fingerprint}.csv"


def chosen_columns(shop: Shop, guess: Columns) -> Columns:
    """The columns this shop remembers for files with the same titles, else the guess."""
    remembered = shop.columnmappings.filter(titles=guess.digest).values_list("keys", flat=True).first()
    return guess if remembered is None else use_remembered(guess, remembered)


def needs_mapping(shop: Shop, guess: Columns) -> bool:
    """Whether the merchant should look at the columns first: not for our own titles nor for a remembered choice."""
    return not guess.is_own and not shop.columnmappings.filter(titles=guess.digest).exists()


def remember_columns(shop: Shop, guess: Columns, keys: Sequence[str]) -> None:
    """Remember what the columns of files with these titles hold. May be repeated; the oldest choices are forgotten."""
    ColumnMapping.objects.update_or_create(shop=shop, titles=guess.digest, defaults={"keys": list(keys)})
    newest = shop.columnmappings.order_by("-saved_at", "-pk").values_list("pk", flat=True)
    if old := list(newest[MAX_MAPPINGS : 2 * MAX_MAPPINGS]):
        shop.columnmappings.filter(pk__in=old).delete()


def previous_import(shop: Shop, fingerprint: str) -> Job | None:
    known = shop.jobs.filter(kind=JobKind.UPLOAD, idempotency_key__startswith=fingerprint[:40])
    return known.order_by("-pk").first()


def known_references(shop: Shop, references: Iterable[str]) -> set[str]:
    """Those of these references that shipments of the shop already have."""
    wanted = {reference for reference in references if reference}
    return set(shop.shipments.filter(reference__in=wanted).values_list("reference", flat=True))


def start_upload(
    shop: Shop, user: User, fingerprint: str, *, again: str = "", doubles: str = "", with_held: bool = False
) -> Job:
    """Queue every shipment of a stored file. The same file returns the same job; a new ``again`` (the key of a form)
    starts another one. ``doubles`` is ONE_PARCEL or EACH_LINE for references on several lines; ``with_held`` includes
    orders that were canceled or not paid.

    Raises UploadGone, InvalidFile, and DoublesUndecided when ``doubles`` is needed and says neither.
    """
    table = open_upload(shop, fingerprint)
    lines: Sequence[CsvRow] = table.lines
    if table.doubles:
        if doubles not in {ONE_PARCEL, EACH_LINE}:
            raise DoublesUndecided
        lines = join_doubles(lines) if doubles == ONE_PARCEL else lines
    if not with_held:
        lines = [line for line in lines if held_reason(line.cells) is None]
    key = fingerprint[:40] + (hashlib.sha256(again.encode()).hexdigest()[:24] if again else "")
    return runner.start(
        shop, user, kind=JobKind.UPLOAD, key=key, items=(JobItem(payload=line.to_payload()) for line in lines)
    )


def create_batch(job: Job, items: list[JobItem]) -> None:
    """Create one draft per line. A line and its result are stored in one transaction, so no line is imported twice."""
    preferences = get_preferences(job.shop)
    rules = load_rules(preferences)
    for item in items:
        planned = plan_row(CsvRow.from_payload(item.payload), preferences, rules)
        try:
            with transaction.atomic():
                _create(job, item, planned)
                runner.record(job, [item])
        except DataError:
            item.shipment = None
            runner.fail_item(item, "not_stored", NOT_STORED_MESSAGE)
            with transaction.atomic():
                runner.record(job, [item])


def _create(job: Job, item: JobItem, planned: RowPlan) -> None:
    if planned.errors:
        runner.fail_item(item, planned.errors[0].code, error_message(planned))
        return
    shipment = Shipment(shop_id=job.shop_id, reference=planned.reference, created_by_id=job.started_by_id)
    shipment.notes = serialize_problems(planned.notes)
    created, at = ShipmentEvent.Kind.CREATED, shipment.created_at
    insert_draft(shipment, planned.content, ShipmentEvent(kind=created, actor_id=job.started_by_id, at=at))
    # The draft has the data now; do not keep the personal data of the line.
    item.state, item.shipment, item.payload = JobItem.State.OK, shipment, {"line": planned.line.number}


def error_message(planned: RowPlan) -> Promise | str:
    error = planned.errors[0]
    if not error.field:
        return format_lazy(_("Line {line}: {text}"), line=planned.line.number, text=error.text)
    return format_lazy(
        _("Line {line}, {column}: {text}"), line=planned.line.number, column=column_title(error.field), text=error.text
    )
