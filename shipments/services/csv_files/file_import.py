"""The import of shipments from a CSV file: store the upload, preview it, then create drafts in a job."""

import hashlib
import re
import uuid
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
from shipments.models import JobItem, Shipment, ShipmentEvent
from shipments.services.csv_files.reader import CsvRow, InvalidFile, RowPlan, Table, column_title, plan_row, read_table
from shipments.services.drafts.save import insert_draft
from shops.models import Shop
from shops.services.preferences import get_preferences

FINGERPRINT = re.compile(r"[0-9a-f]{64}")
NOT_STORED_MESSAGE = _("This line could not be saved. The reason is in our log.")


def store_upload(shop: Shop, data: bytes) -> str:
    """Store a file for the preview and return its fingerprint; creates no shipments. Raises InvalidFile. Storing the
    same file again keeps one copy.
    """
    read_table(data)
    fingerprint = hashlib.sha256(data).hexdigest()
    path = _path(shop, fingerprint)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{uuid.uuid4().hex}")
    unfinished.write_bytes(data)
    unfinished.replace(path)
    return fingerprint


def open_upload(shop: Shop, fingerprint: str) -> Table:
    """Raises InvalidFile when this shop has no such file, or no longer."""
    try:
        return read_table(_path(shop, fingerprint).read_bytes())
    except FileNotFoundError as gone:
        raise InvalidFile(_("This file is no longer available. Choose it again.")) from gone


def _path(shop: Shop, fingerprint: str) -> Path:
    if not FINGERPRINT.fullmatch(fingerprint):
        raise FileNotFoundError(fingerprint)
    folder: Path = settings.FILES_DIR
    return folder / f"upload-{shop.public_id}-{fingerprint}.csv"


def previous_import(shop: Shop, fingerprint: str) -> Job | None:
    known = shop.jobs.filter(kind=JobKind.UPLOAD, idempotency_key__startswith=fingerprint[:40])
    return known.order_by("-pk").first()


def start_upload(shop: Shop, user: User, fingerprint: str, *, again: str = "") -> Job:
    """Queue every line of a stored file. The same file returns the same job; a new ``again`` (the key of a form) starts
    another one. Raises InvalidFile.
    """
    table = open_upload(shop, fingerprint)
    key = fingerprint[:40] + (hashlib.sha256(again.encode()).hexdigest()[:24] if again else "")
    items = (JobItem(payload={"line": line.number, "cells": line.cells}) for line in table.lines)
    return runner.start(shop, user, kind=JobKind.UPLOAD, key=key, items=items)


def create_batch(job: Job, items: list[JobItem]) -> None:
    """Create one draft per line. A line and its result are stored in one transaction, so no line is imported twice."""
    preferences = get_preferences(job.shop)
    for item in items:
        planned = plan_row(CsvRow(item.payload["line"], item.payload["cells"]), preferences)
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
    return format_lazy(
        _("Line {line}, {column}: {text}"), line=planned.line.number, column=column_title(error.field), text=error.text
    )
