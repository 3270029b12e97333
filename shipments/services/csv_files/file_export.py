"""The export of shipments to a CSV file, written in parts by a job."""

import shutil
import uuid
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit import trail
from audit.actions import AuditAction
from jobs import runner
from jobs.models import Job
from lib.formulas import csv_lines
from shipments.job_kinds import JobKind
from shipments.models import JobItem, Shipment
from shipments.queries.key_pieces import read_keys
from shipments.services.csv_files.columns import COLUMNS, DELIMITERS
from shops.models import Shop

GONE_MESSAGE = _("This shipment no longer exists.")


def start_export(shop: Shop, user: User, *, shipments: QuerySet[Shipment], key: str) -> Job:
    """Queue an export of these shipments in the current language. The same key returns the same job."""
    items = (JobItem(shipment_id=pk) for pk in read_keys(shipments.filter(shop=shop)))
    language = (get_language() or settings.LANGUAGE_CODE)[:2]
    with transaction.atomic():
        is_new = not shop.jobs.filter(idempotency_key=key).exists()
        job = runner.start(shop, user, kind=JobKind.EXPORT, key=key, items=items, payload={"language": language})
        if is_new:
            changes = {"shipments": (0, job.total)}
            trail.record(AuditAction.SHIPMENTS_EXPORTED, by=user, shop=shop, target=job, changes=changes)
    return job


def write_batch(job: Job, items: list[JobItem]) -> None:
    """Write one part of the file. Its name is the position of its first item, so a repeated batch overwrites it."""
    rows = Shipment.objects.in_bulk([item.shipment_id for item in items if item.shipment_id])
    found = []
    for item in items:
        if item.shipment_id in rows:
            item.state = JobItem.State.OK
            found.append(rows[item.shipment_id])
        else:
            runner.fail_item(item, "gone", GONE_MESSAGE)
    folder = _parts_folder(job)
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / uuid.uuid4().hex
    unfinished.write_text(_lines(found, job.payload["language"]), encoding="utf-8", newline="")
    unfinished.replace(folder / f"{items[0].position:09d}.csv")
    runner.record(job, items)


def _lines(shipments: list[Shipment], language: str) -> str:
    with override(language):
        return as_csv([[column.value(shipment) for column in COLUMNS] for shipment in shipments], language)


def as_csv(rows: list[list[object]], language: str) -> str:
    """Quotes every cell, escapes formulas, and adds no byte order mark."""
    return csv_lines(rows, DELIMITERS.get(language, ","))


def headings(language: str) -> str:
    """Starts with the byte order mark that spreadsheets need to detect UTF-8."""
    with override(language):
        return "\ufeff" + as_csv([[str(column.title) for column in COLUMNS]], language)


def finish_export(job: Job) -> dict[str, object]:
    """Join the parts in the order of the list; no file without parts.

    A worker that crashed while deleting the parts left a complete file, which is not written again.
    """
    folder, name = _parts_folder(job), f"export-{job.public_id}.csv"
    if not (settings.FILES_DIR / name).exists():
        parts = sorted(folder.glob("*.csv")) if folder.exists() else []
        if not parts:
            return {"file": ""}
        unfinished = settings.FILES_DIR / f"{name}.{uuid.uuid4().hex}"
        with unfinished.open("wb") as whole:
            whole.write(headings(job.payload["language"]).encode())
            for part in parts:
                with part.open("rb") as lines:
                    shutil.copyfileobj(lines, whole)
        unfinished.replace(settings.FILES_DIR / name)
    shutil.rmtree(folder, ignore_errors=True)
    return {"file": name}


def export_file(job: Job) -> Path:
    """Raises FileNotFoundError after cleanup; the export can then be started again."""
    path: Path = settings.FILES_DIR / job.file
    if not job.file or not path.is_file():
        raise FileNotFoundError(path)
    return path


def download_name(job: Job) -> str:
    return f"{gettext('shipments')}-{job.created_at:%Y-%m-%d}-{str(job.public_id)[:8]}.csv"


def _parts_folder(job: Job) -> Path:
    folder: Path = settings.FILES_DIR / f"export-{job.public_id}"
    return folder
