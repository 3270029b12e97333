"""The parts of a label file, each fetched by itself: one that is there is kept and offered while others are missing."""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from django.conf import settings

from carriers.gateways import LOCAL
from jobs.models import Job
from lib.http import ApiError, ApiUnavailable

# Labels that are fetched together; test labels are drawn here, so any number of them is one part.
PART_SIZE = 100
# The number of the part, a digest of what is in it, and how many places it takes on sheets.
KEPT_NAME = re.compile(r"labels-[0-9a-f-]{36}\.(?P<number>\d+)-(?P<digest>[0-9a-f]{16})-(?P<slots>\d+)\.part")


class PartsMissing(ApiUnavailable):
    """Some parts are kept and ``missing`` are not; ``cause`` says why the first of those could not be fetched."""

    def __init__(self, missing: int, total: int, cause: ApiError) -> None:
        super().__init__(f"{missing} of {total} parts", sent=False, retry_after=cause.retry_after, status=cause.status)
        self.missing, self.total, self.cause = missing, total, cause

    @property
    def ready(self) -> int:
        return self.total - self.missing


@dataclass(frozen=True, slots=True)
class MadeLabel:
    """A shipment with a label, as far as a file depends on it."""

    shipment_id: int
    gateway: str
    barcode: str


@dataclass(frozen=True, slots=True)
class Part:
    """Labels of one gateway. ``number`` counts from 1."""

    number: int
    gateway: str
    labels: tuple[MadeLabel, ...]

    @property
    def ids(self) -> list[int]:
        return [label.shipment_id for label in self.labels]

    def digest(self, job: Job, start: int) -> str:
        """Of everything that the part depends on, so that one with a replaced label is not taken for this one."""
        content = [job.layout, start, job.payload, [(label.shipment_id, label.barcode) for label in self.labels]]
        content[2] = sorted(name for name, value in job.payload.items() if value is True)
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]


def split_in_parts(made: Sequence[MadeLabel]) -> list[Part]:
    parts: list[Part] = []
    for gateway, group in groupby(made, key=lambda label: label.gateway or LOCAL):
        labels = tuple(group)
        size = len(labels) if gateway == LOCAL else PART_SIZE
        for start in range(0, len(labels), size):
            parts.append(Part(len(parts) + 1, gateway, labels[start : start + size]))
    return parts


@dataclass(frozen=True, slots=True)
class KeptPart:
    path: Path
    number: int
    digest: str
    slots: int


def kept_parts(job: Job) -> dict[int, KeptPart]:
    """By number. A finished file has none: its parts are in it."""
    return {part.number: part for part in _kept(job)}


def _kept(job: Job) -> Iterator[KeptPart]:
    for path in settings.FILES_DIR.glob(f"labels-{job.public_id}.*.part"):
        if found := KEPT_NAME.fullmatch(path.name):
            yield KeptPart(path, int(found["number"]), found["digest"], int(found["slots"]))


def keep_part(job: Job, part: Part, digest: str, slots: int, unfinished: Path) -> KeptPart:
    """Atomic: a part is there whole or not at all. Replaces what the number held before."""
    name = f"labels-{job.public_id}.{part.number}-{digest}-{slots}.part"
    before = kept_parts(job).get(part.number)
    path = unfinished.replace(settings.FILES_DIR / name)
    if before is not None and before.path != path:
        before.path.unlink(missing_ok=True)
    return KeptPart(path, part.number, digest, slots)


def forget_parts(job: Job) -> None:
    for part in _kept(job):
        part.path.unlink(missing_ok=True)
