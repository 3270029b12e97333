"""Everything of a shop as one ZIP file: a file of JSON lines for each table, its members, and its files."""

import json
import re
import uuid
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from accounts.models import User
from audit import trail
from audit.actions import AuditAction
from jobs.models import Job
from lib import leases
from lib.leases import Done, GiveUpReason, HandlerResult, RetryPolicy, renew, wake_worker
from privacy.models import ShopExport
from privacy.services.shop_data import exported_columns, exported_models, rows_of
from shops.models import Shop

EXPORT_TASK = "privacy.export_shops"
BATCH_SIZE = 500
RETRIES = RetryPolicy(max_attempts=5)
MADE_BY_JOB = re.compile(r"(?:labels|export)-([0-9a-f-]{36})\.(?:pdf|csv)$")


def request_export(shop: Shop, *, by: User) -> ShopExport:
    """Queue it; while one is being made, that one."""
    try:
        with transaction.atomic():
            row = ShopExport.objects.create(shop=shop, requested_by=by)
            trail.record(AuditAction.SHOP_EXPORTED, by=by, shop=shop, target=row)
    except IntegrityError:
        return ShopExport.objects.filter(shop=shop).latest("pk")
    wake_worker(EXPORT_TASK)
    return row


def export_due(*, seconds: float = 30) -> int:
    """Write the exports that are due; returns how many. Safe to run concurrently."""
    rows = ShopExport.objects.filter(finished_at=None).order_by("pk")
    return leases.run_due(rows, _run, give_up=_give_up, policy=RETRIES, seconds=seconds, wake=EXPORT_TASK)


def _run(row: ShopExport) -> HandlerResult:
    """Into a file of its own first: whoever downloads gets a whole file or none."""
    row.path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = row.path.with_suffix(f".{uuid.uuid4().hex}")
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
            for model in exported_models():
                name = f"{model._meta.label_lower}.jsonl"
                with archive.open(name, "w", force_zip64=True) as target:
                    _write_table(row, model, target)
            _write_members(row.shop, archive)
            _write_files(row, archive)
        unfinished.replace(row.path)
    finally:
        unfinished.unlink(missing_ok=True)
    return Done({"finished_at": timezone.now()})


def _give_up(_row: ShopExport, _reason: GiveUpReason) -> HandlerResult:
    return Done({"finished_at": timezone.now(), "has_failed": True})


def _write_table(row: ShopExport, model: type[models.Model], target: IO[bytes]) -> None:
    for batch in _batches(rows_of(model, row.shop), exported_columns(model)):
        for values in batch:
            target.write(_line(values))
        renew(row)


def _batches(rows: "models.QuerySet[Any]", columns: list[str]) -> Iterator[list[dict[str, Any]]]:
    last = 0
    while found := list(rows.filter(pk__gt=last).order_by("pk").values(*columns)[:BATCH_SIZE]):
        yield found
        last = found[-1]["id"]


def _line(values: dict[str, Any]) -> bytes:
    return (json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False) + "\n").encode()


def _write_members(shop: Shop, archive: zipfile.ZipFile) -> None:
    members = shop.memberships.order_by("pk").values("role", "user__email", "user__name")
    archive.writestr("members.jsonl", b"".join(_line(dict(member)) for member in members))


def _write_files(row: ShopExport, archive: zipfile.ZipFile) -> None:
    for path in settings.FILES_DIR.glob(f"upload-{row.shop.public_id}-*"):
        archive.write(path, f"files/{path.name}")
    for path in settings.FILES_DIR.glob("*"):
        made = MADE_BY_JOB.match(path.name)
        if made and Job.objects.filter(shop=row.shop, public_id=made[1]).exists():
            archive.write(path, f"files/{path.name}")
            renew(row)
