"""One erasure of a person, in bounded steps: orders, shipments, free texts, files. A worker may die between any two.

The row says where it is (``PersonErasure.progress``), so whoever claims it next goes on there. Which rows are about to
be erased, and by which words to look for the person, is stored before they are: nobody is left half erased, and nothing
is missing in the receipt.

After orders and shipments of the person were erased, both are walked once more: somebody may have written one
meanwhile.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from integrations.services import erasure as orders_erasure
from integrations.services.erasure import order_words
from lib import tombstones
from lib.crypto import encrypt
from lib.leases import renew
from lib.person_words import is_too_short
from privacy.models import PersonErasure
from privacy.services.find_person import related
from privacy.services.person_rows import KINDS, ORDERS, SHIPMENTS, PersonQuery, RowKind, matching, read_step
from privacy.services.text_scan import Scan, look_at, look_at_upload, pieces, uploads
from shipments.services.erasure import erase_shipments, shipment_words
from shipments.states import ShipmentStatus

REQUEST_MESSAGE = _("The recipient's details were erased on request")
# Rows that are erased before the next result is written.
BATCH_SIZE = 50
# Counts of what was not looked for, beside those of what was looked through.
SHORT_NAMES = "short_names"
Keys = dict[RowKind, set[int]]


@dataclass(slots=True)
class ErasureRun:
    """``row`` is claimed. ``words`` grow with what is found."""

    row: PersonErasure
    context: str
    query: PersonQuery
    words: frozenset[str]
    counts: dict[str, int] = field(default_factory=dict)
    looked_through: dict[str, int] = field(default_factory=dict)
    progress: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.counts, self.looked_through = dict(self.row.counts), dict(self.row.looked_through)
        self.progress = dict(self.row.progress)
        if is_too_short(self.query.name):
            self.looked_through[SHORT_NAMES] = 1

    @property
    def is_waiting(self) -> bool:
        """Whether something was found that could not be erased yet."""
        return bool(self.progress.get("waiting"))

    @property
    def all_looked_through(self) -> dict[str, int]:
        """Until the end the rows of the person are left out of what was walked, because a step may be repeated."""
        seen = dict(self.looked_through)
        return seen | {
            kind.name: seen[kind.name] + self.counts.get(kind.name, 0) for kind in KINDS if kind.name in seen
        }

    def steps(self) -> Iterator[None]:
        """Goes on where the worker before stopped; after each step everything is stored."""
        if pending := self.progress.pop("erasing", None):
            self._erase({kind: set(pending[kind.name]) for kind in KINDS})
            yield
        stages = list(STAGES)
        while (stage := self.progress.get("stage", stages[0])) != FINISHED:
            for end in STAGES[stage](self, self.progress.get("after")):
                self._store(stage=stage, after=end)
                yield
            self._store(stage=self._stage_behind(stage), after=None)

    def _stage_behind(self, stage: str) -> str:
        if stage == SHIPMENTS.name and self.progress.pop("erased", False):
            self.progress |= {"again": True}
            return next(iter(STAGES))
        stages = [*STAGES, FINISHED]
        return stages[stages.index(stage) + 1]

    def _store(self, **progress: Any) -> None:
        self.progress |= progress
        renew(self.row, counts=self.counts, looked_through=self.looked_through, progress=self.progress, attempts=0)

    def _add(self, scan: Scan, name: str) -> None:
        for label, number in scan.counts.items():
            self.counts[label] = self.counts.get(label, 0) + number
        self.looked_through[name] = self.looked_through.get(name, 0) + scan.rows

    # The stages: each yields where the next step begins, and ends when there is none.

    def _numbers(self, _after: Any) -> Iterator[Any]:
        self.progress["waiting"] = False
        shop = self.row.shop
        self._erase_found({kind: set(kind.by_number(shop, self.query).values_list("pk", flat=True)) for kind in KINDS})
        return iter(())

    def _orders(self, after: Any) -> Iterator[Any]:
        return self._walk(ORDERS, after)

    def _shipments(self, after: Any) -> Iterator[Any]:
        return self._walk(SHIPMENTS, after)

    def _walk(self, kind: RowKind, after: Any) -> Iterator[Any]:
        shop = self.row.shop
        while self.query.texts:
            step = read_step(kind, shop, self.query, after)
            own: Keys = {one: set() for one in KINDS}
            own[kind] = matching(kind, shop, self.query, step.keys)
            self._erase_found(own)
            if not self.progress.get("again"):
                others = step.number - len(own[kind])
                self.looked_through[kind.name] = self.looked_through.get(kind.name, 0) + others
            if (after := step.end) is None:
                return
            yield after

    def _texts(self, after: Any) -> Iterator[Any]:
        """Each piece in one transaction with its count."""
        if not self.words:
            return
        if after is None:
            tombstones.record(tombstones.Kind.WORD, self.row.shop_id, sorted(self.words))
        self.looked_through.setdefault("texts", 0)
        for piece in pieces(self.row.shop, after):
            scan = Scan()
            with transaction.atomic():
                look_at(piece, self.words, scan, erase=True)
                self._add(scan, "texts")
                self._store(after=piece.end)
            yield piece.end

    def _files(self, after: Any) -> Iterator[Any]:
        """A file is counted before it is deleted, and passed by after that."""
        if not self.words:
            return
        self.looked_through.setdefault("files", 0)
        for path in uploads(self.row.shop, after or ""):
            if self.progress.get("deleting") != path.name:
                scan = Scan()
                look_at_upload(path, self.words, scan)
                self._add(scan, "files")
                if not scan.counts:
                    yield path.name
                    continue
                self._store(deleting=path.name)
            path.unlink(missing_ok=True)
            yield path.name

    def _erase_found(self, own: Keys) -> None:
        """In batches, with what belongs to them."""
        for kind in KINDS:
            for start in range(0, len(own[kind]), BATCH_SIZE):
                batch = sorted(own[kind])[start : start + BATCH_SIZE]
                found = related(self.row.shop, {one: set(batch) if one is kind else set() for one in KINDS})
                self._remember(found)
                self._erase(found)

    def _remember(self, found: Keys) -> None:
        """Whom to look for and which rows to erase, before the first of them is."""
        orders, shipments = (list(kind.load(self.row.shop, found[kind])) for kind in KINDS)
        self.words |= frozenset().union(
            *(order_words(row.order) for row in orders), *(shipment_words(row) for row in shipments)
        )
        names = [row.order.address.name or row.order.address.company for row in orders]
        names += [row.person or row.company for row in shipments]
        if any(is_too_short(name) for name in names):
            self.looked_through[SHORT_NAMES] = 1
        erasing = {ORDERS.name: [row.pk for row in orders], SHIPMENTS.name: [row.pk for row in shipments]}
        encrypted = encrypt(json.dumps(sorted(self.words)), self.context)
        renew(self.row, words_encrypted=encrypted, progress=self.progress | {"erasing": erasing})
        found[ORDERS], found[SHIPMENTS] = set(erasing[ORDERS.name]), set(erasing[SHIPMENTS.name])

    def _erase(self, found: Keys) -> None:
        """Counts what is erased then, whoever did it: a worker before may have died half way."""
        shop = self.row.shop
        for order in ORDERS.load(shop, found[ORDERS]):
            orders_erasure.erase(order.connection, order.external_id)
        shipments = SHIPMENTS.load(shop, found[SHIPMENTS])
        erase_shipments([row for row in shipments if row.status != ShipmentStatus.REGISTERING], REQUEST_MESSAGE)
        for kind in KINDS:
            left = kind.rows(shop).filter(pk__in=found[kind]).count()
            if erased := len(found[kind]) - left:
                self.counts[kind.name] = self.counts.get(kind.name, 0) + erased
                self.progress["erased"] = True
            if left:
                self.progress["waiting"] = True
        self._store()


FINISHED = "finished"
STAGES: dict[str, Callable[[ErasureRun, Any], Iterator[Any]]] = {
    "numbers": ErasureRun._numbers,
    ORDERS.name: ErasureRun._orders,
    SHIPMENTS.name: ErasureRun._shipments,
    "texts": ErasureRun._texts,
    "files": ErasureRun._files,
}
