"""The labels of MyParcel as PDF files."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from carriers.customs import INVOICE
from carriers.gateways.base import Sleep
from carriers.gateways.myparcel.client import MyParcelClient
from carriers.gateways.pdf_merge import Excerpt, assemble, merge, page_count
from carriers.gateways.validation import destination_of
from carriers.parcels import PrintedLabel
from carriers.territories import zone
from lib.http import ApiUnavailable

CALL_BATCH_SIZE, LINK_BATCH_SIZE = 25, 100
# Seconds; MyParcel documents three minutes at most.
LINK_TIMEOUT = 180.0


class LabelFiles:
    """``sleep`` waits for prepared files."""

    def __init__(self, client: MyParcelClient, sleep: Sleep) -> None:
        self._client, self._sleep = client, sleep

    def render(self, labels: Sequence[PrintedLabel], layout: str, start: int) -> bytes:
        """A label for outside the EU exists on A4 only, followed by its customs form.

        MyParcel renders the labels and CN forms; we draw the commercial invoice.
        """
        within_eu = [label for label in labels if not _is_international(label)]
        outside_eu = [label for label in labels if _is_international(label)]
        positions = ";".join(str(place) for place in range(start, 5))
        if layout == "a4":
            parts = [self._pdf(within_eu, f"format=A4&positions={positions}")] if within_eu else []
            return merge([*parts, *(self._international_label(one) for one in outside_eu)])
        pdf = self._pdf(within_eu, "format=A6") if within_eu else b""
        count = page_count(pdf) if within_eu else 0
        if not outside_eu:
            return pdf
        if count != _label_count(within_eu):
            return merge([pdf, *(self._international_label(one) for one in outside_eu)])
        queue = iter(range(count))
        in_order: list[Excerpt] = []
        for is_far, group in itertools.groupby(labels, key=_is_international):
            if is_far:
                in_order += [(self._international_label(one), None) for one in group]
            else:
                in_order.append((pdf, list(itertools.islice(queue, _label_count(list(group))))))
        return assemble(in_order)

    def _international_label(self, one: PrintedLabel) -> bytes:
        label = self._pdf([one], "format=A4")
        if INVOICE not in one.forms:
            return label
        from carriers.labels import draw_forms  # noqa: PLC0415 - ReportLab only where something is drawn

        return merge([label, draw_forms([replace(one, forms=(INVOICE,))], "a4")])

    def _pdf(self, labels: Sequence[PrintedLabel], paper: str) -> bytes:
        ids = [one.external_id for one in labels]
        if _label_count(labels) <= CALL_BATCH_SIZE:
            return self._await_pdf(lambda: self._client.labels(ids, paper))
        parts = []
        for start in range(0, len(ids), LINK_BATCH_SIZE):
            path = self._client.prepare(ids[start : start + LINK_BATCH_SIZE], paper)
            parts.append(self._await_pdf(partial(self._client.prepared, path)))
            # Only the first sheet can be half used.
            paper = paper.split("&")[0]
        return merge(parts)

    def _await_pdf(self, fetch: Callable[[], bytes | None]) -> bytes:
        waited, wait = 0.0, 1.0
        while (pdf := fetch()) is None:
            if waited >= LINK_TIMEOUT:
                raise ApiUnavailable("the prepared labels did not come", sent=False)
            self._sleep(wait)
            waited, wait = waited + wait, min(10.0, wait * 1.5)
        return pdf


def sheet_slots(labels: Sequence[PrintedLabel]) -> int:
    return _label_count([one for one in labels if not _is_international(one)])


def _label_count(labels: Sequence[PrintedLabel]) -> int:
    """A shipment of several parcels has a label for each of them."""
    return sum(one.consignment.parcel_count for one in labels)


def _is_international(one: PrintedLabel) -> bool:
    return zone(destination_of(one.consignment)) == "ROW"
