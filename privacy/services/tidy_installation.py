"""Every night: what belongs to no shop, and files."""

import logging
import re
import shutil
import time
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.utils import timezone

from integrations.models import ConsentRequest, SyncRun
from jobs.models import Job
from privacy.services.erase_person import empty_wal
from shops.models import Exchange, Retention
from shops.periods import SYNC_AGE, TRAIL_AGE

log = logging.getLogger(__name__)
BATCH_SIZE = 1000
DAY = timedelta(days=1)
UUID = r"(?P<owner>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
# Uploads are named by their shop, the others by their job.
UPLOAD, MADE_BY_JOB = re.compile(f"upload-{UUID}"), re.compile(f"(?:labels|export)-{UUID}")
MANAGED = re.compile("(?:upload|labels|export|shop)-")
# Of whole shops, which an owner downloads at once.
SHOP_EXPORT, SHOP_EXPORT_DAYS = re.compile("shop-"), 7


def tidy_installation() -> dict[str, int]:
    """Returns how many rows and files went, by kind. May be stopped and repeated."""
    now = timezone.now()
    figures = {
        "sessions": _delete_by_time(Session.objects.filter(expire_date__lt=now), "expire_date"),
        "consent requests": _delete_by_time(ConsentRequest.objects.filter(expires_at__lt=now - DAY), "expires_at"),
        "synchronizations": _delete_oldest(SyncRun, "started_at", now - SYNC_AGE),
        "exchanges": _delete_oldest(Exchange, "at", now - SYNC_AGE),
        "entries of the administration": _delete_oldest(LogEntry, "action_time", now - TRAIL_AGE),
        "files": delete_old_files(),
    }
    transaction.on_commit(empty_wal)
    log.info("Tidied the installation: %s", figures)
    return figures


def _delete_by_time(rows: "models.QuerySet[models.Model]", column: str) -> int:
    """By an index on the column, or in a table that stays small."""
    deleted = 0
    while ids := list(rows.order_by(column).values_list("pk", flat=True)[:BATCH_SIZE]):
        deleted += rows.filter(pk__in=ids).delete()[0]
    return deleted


def _delete_oldest(model: type[models.Model], column: str, moment: datetime) -> int:
    """Rows are written in the order of their ids, so the first that is young enough ends the reading."""
    deleted, rows = 0, model._base_manager.order_by("pk")
    while found := list(rows.values_list("pk", column)[:BATCH_SIZE]):
        old = [pk for pk, at in found if at < moment]
        deleted += model._base_manager.filter(pk__in=old).delete()[0]
        if len(old) < BATCH_SIZE:
            break
    return deleted


def delete_old_files() -> int:
    """Files of jobs and uploads for as long as their shop keeps them; those of nobody as long as the setting says.

    Also what a crashed worker left unfinished. Safe to run concurrently.
    """
    if not settings.FILES_DIR.exists():
        return 0
    deleted, paths = 0, (path for path in settings.FILES_DIR.iterdir() if MANAGED.match(path.name))
    while some := list(islice(paths, BATCH_SIZE)):
        days = dict(_days_to_keep(some))
        for path in some:
            keep = days.get(path, settings.FILE_RETENTION_DAYS)
            deleted += _delete_if_older(path, time.time() - keep * 24 * 3600)
    return deleted


def _days_to_keep(paths: list[Path]) -> Iterator[tuple[Path, int]]:
    yield from ((path, SHOP_EXPORT_DAYS) for path in paths if SHOP_EXPORT.match(path.name))
    by_shop = {path: uuid.UUID(found["owner"]) for path in paths if (found := UPLOAD.match(path.name))}
    by_job = {path: uuid.UUID(found["owner"]) for path in paths if (found := MADE_BY_JOB.match(path.name))}
    shops = Retention.objects.filter(shop__public_id__in=set(by_shop.values()))
    jobs = Job.objects.filter(public_id__in=set(by_job.values()), shop__retention__isnull=False)
    upload_days = dict(shops.values_list("shop__public_id", "upload_days"))
    file_days = dict(jobs.values_list("public_id", "shop__retention__file_days"))
    for owners, days in ((by_shop, upload_days), (by_job, file_days)):
        yield from ((path, days[owner]) for path, owner in owners.items() if owner in days)


def _delete_if_older(path: Path, moment: float) -> bool:
    try:
        if path.stat().st_mtime >= moment:
            return False
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()
    except FileNotFoundError:
        return False
    return True
