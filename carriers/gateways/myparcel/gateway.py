"""The gateway to MyParcel.

A call to create shipments is all or nothing. MyParcel assigns a barcode once a label was requested, so registering is
creating, requesting the label, and reading the shipment back.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from carriers.customs import INVOICE
from carriers.delivery_options import DeliveryOptions
from carriers.gateways.base import AlreadyScanned, RegistrationResult, ReturnRequest, Sleep, Tracking
from carriers.gateways.myparcel import delivery_options, pickup_points
from carriers.gateways.myparcel.client import MyParcelClient
from carriers.gateways.myparcel.error_messages import field_errors, payment_message
from carriers.gateways.myparcel.mapping import (
    build_registration,
    build_tracking,
    return_body,
    same_recipient,
    shipment_body,
)
from carriers.gateways.myparcel.payloads import ShipmentReply, TrackReply
from carriers.gateways.myparcel.statuses import tracking_status
from carriers.gateways.pdf_merge import merge, pages
from carriers.gateways.validation import destination_of, first_problem
from carriers.labels import draw_forms
from carriers.parcels import Address, Consignment, PrintedLabel, Registration, RegistrationRejected
from carriers.pickup_points import OfferedPoint
from carriers.territories import zone
from lib.http import ApiClient, ApiError, ApiRejected, ApiUnavailable

CONCEPT, RETURN = 1, 2
# Expired and canceled: treated as not existing.
CANCELED_STATUSES = frozenset({16, 17})
CALL_BATCH_SIZE, LINK_BATCH_SIZE, TRACKING_BATCH_SIZE = 25, 100, 50
# Seconds; MyParcel documents three minutes at most.
LINK_TIMEOUT = 180.0
Answers = dict[str, RegistrationResult]


class MyParcelGateway:
    """A LabelGateway and DeliveryAdvisor. ``sleep`` waits for prepared files."""

    def __init__(
        self,
        api: ApiClient,
        key: str,
        *,
        sleep: Sleep = time.sleep,
    ) -> None:
        self.client = MyParcelClient(api, key)
        self._sleep = sleep

    def register(self, consignments: Sequence[Consignment]) -> list[RegistrationResult]:
        results: Answers = {
            one.reference: RegistrationRejected(one.reference, problem.text)
            for one in consignments
            if (problem := first_problem(one))
        }
        valid = [one for one in consignments if one.reference not in results]
        for start in range(0, len(valid), CALL_BATCH_SIZE):
            try:
                results |= self._create(valid[start : start + CALL_BATCH_SIZE])
            except ApiError:
                if not results:
                    raise
                break
        return [results[one.reference] for one in consignments if one.reference in results]

    def _create(self, chunk: Sequence[Consignment]) -> Answers:
        try:
            ids = self.client.create([shipment_body(one) for one in chunk])
        except ApiRejected as rejection:
            return self._retry_without_rejected(chunk, rejection)
        except ApiUnavailable as error:
            # A 5xx may be caused by a single shipment, so bisect the batch; other errors are retried later.
            if len(chunk) == 1 or error.status is None or error.status == 429:
                raise
            return self._bisect(chunk, error)
        return self._announce(dict(zip(map(str, ids), chunk, strict=True)))

    def _retry_without_rejected(self, chunk: Sequence[Consignment], rejection: ApiRejected) -> Answers:
        """Nothing was created. Reject the shipments the error names and send the others again."""
        errors = field_errors(rejection)
        if len(chunk) == 1:
            return {chunk[0].reference: RegistrationRejected(chunk[0].reference, errors[0].message)}
        named = {error.position: error for error in reversed(errors) if error.position is not None}
        rejected = {position: error for position, error in named.items() if position < len(chunk)}
        if not rejected:
            middle = (len(chunk) + 1) // 2
            return self._create(chunk[:middle]) | self._create(chunk[middle:])
        results: Answers = {
            chunk[position].reference: RegistrationRejected(chunk[position].reference, error.message)
            for position, error in rejected.items()
        }
        rest = [one for position, one in enumerate(chunk) if position not in rejected]
        return results | (self._create(rest) if rest else {})

    def _bisect(self, chunk: Sequence[Consignment], error: ApiUnavailable) -> Answers:
        """Look up what the failed call created, then retry in halves. A shipment that fails alone gets no result."""
        found = self.find_registrations(chunk)
        results: Answers = {reference: one for reference, one in found.items() if one is not None}
        missing = [one for one in chunk if one.reference not in found]
        middle = (len(missing) + 1) // 2
        for half in (missing[:middle], missing[middle:]):
            try:
                results |= self._create(half) if half else {}
            except ApiUnavailable as failure:
                if failure.status is None or failure.status == 429:
                    raise
        if not results:
            raise error
        return results

    def _announce(self, made: Mapping[str, Consignment]) -> Answers:
        try:
            self.client.announce(list(made))
        except ApiRejected as rejection:
            if len(made) > 1 and rejection.status != 402:
                return {
                    key: value for number, one in made.items() for key, value in self._announce({number: one}).items()
                }
            self._delete_unregistered(list(made))
            message = payment_message(rejection.body) if rejection.status == 402 else field_errors(rejection)[0].message
            return {one.reference: RegistrationRejected(one.reference, message) for one in made.values()}
        results: Answers = {}
        for reply in self.client.shipments(list(made)):
            one = made.get(str(reply.id))
            if one is not None and (registration := _registration_from_reply(one, reply)) is not None:
                results[one.reference] = registration
        return results

    def _delete_unregistered(self, ids: Sequence[str]) -> None:
        """Remove concepts without a label. A later ``find_registrations`` removes those that cannot be removed now."""
        try:
            self.client.delete(ids)
        except ApiError:
            return

    def find_registrations(self, consignments: Sequence[Consignment]) -> dict[str, Registration | None]:
        found: dict[str, Registration | None] = {}
        for one in consignments:
            rows = [
                row
                for row in self.client.search(reference_identifier=one.reference)
                if row.status not in CANCELED_STATUSES and row.reference_identifier == one.reference
            ]
            if concepts := [str(row.id) for row in rows if row.status == CONCEPT]:
                self.client.delete(concepts)
            wanted = shipment_body(one)
            ready = [row for row in rows if row.status != CONCEPT and same_recipient(row, wanted)]
            if ready:
                found[one.reference] = _registration_from_reply(one, ready[0])
        return found

    def render_labels(self, labels: Sequence[PrintedLabel], layout: str, start: int) -> bytes:
        """A label for outside the EU exists on A4 only, followed by its customs form.

        MyParcel renders the labels and CN forms; we draw the commercial invoice.
        """
        within_eu = [label for label in labels if not _is_international(label)]
        outside_eu = [label for label in labels if _is_international(label)]
        positions = ";".join(str(place) for place in range(start, 5))
        if layout == "a4":
            parts = [self._pdf(within_eu, f"format=A4&positions={positions}")] if within_eu else []
            return merge([*parts, *(self._international_label(one) for one in outside_eu)])
        singles = pages(self._pdf(within_eu, "format=A6")) if within_eu else []
        if not outside_eu or len(singles) != len(within_eu):
            return merge([*singles, *(self._international_label(one) for one in outside_eu)])
        queue = iter(singles)
        return merge([self._international_label(one) if _is_international(one) else next(queue) for one in labels])

    def sheet_slots(self, labels: Sequence[PrintedLabel]) -> int:
        return sum(not _is_international(one) for one in labels)

    def _international_label(self, one: PrintedLabel) -> bytes:
        label = self._pdf([one], "format=A4")
        if INVOICE not in one.forms:
            return label
        return merge([label, draw_forms([replace(one, forms=(INVOICE,))], "a4")])

    def _pdf(self, labels: Sequence[PrintedLabel], paper: str) -> bytes:
        ids = [one.external_id for one in labels]
        if len(ids) <= CALL_BATCH_SIZE:
            return self.client.labels(ids, paper)
        parts = []
        for start in range(0, len(ids), LINK_BATCH_SIZE):
            parts.append(self._prepared(self.client.prepare(ids[start : start + LINK_BATCH_SIZE], paper)))
            # Only the first sheet can be half used.
            paper = paper.split("&")[0]
        return merge(parts)

    def _prepared(self, path: str) -> bytes:
        waited, wait = 0.0, 1.0
        while (pdf := self.client.prepared(path)) is None:
            if waited >= LINK_TIMEOUT:
                raise ApiUnavailable("the prepared labels did not come", sent=False)
            self._sleep(wait)
            waited, wait = waited + wait, min(10.0, wait * 1.5)
        return pdf

    def cancel(self, external_id: str) -> None:
        """A concept is deleted; a registered label stays unused and costs nothing."""
        replies = self.client.shipments([external_id])
        if any(tracking_status(reply.status).was_scanned for reply in replies):
            raise AlreadyScanned
        if any(reply.status == CONCEPT for reply in replies):
            self.client.delete([external_id])

    def track(self, external_ids: Sequence[str]) -> dict[str, Tracking]:
        found: dict[str, Tracking] = {}
        for start in range(0, len(external_ids), TRACKING_BATCH_SIZE):
            replies = self.client.shipments(external_ids[start : start + TRACKING_BATCH_SIZE])
            announced = [str(reply.id) for reply in replies if reply.status != CONCEPT]
            histories = {track.shipment_id: track for track in self._fetch_tracking(announced)}
            found |= {str(reply.id): build_tracking(reply, histories.get(reply.id)) for reply in replies}
        return found

    def _fetch_tracking(self, ids: Sequence[str]) -> list[TrackReply]:
        """Empty when the call is rejected: the status is recorded without the history."""
        try:
            return self.client.tracktraces(ids) if ids else []
        except ApiRejected:
            return []

    def delivery_options(self, carrier: str, address: Address) -> DeliveryOptions | None:
        return delivery_options.fetch(self.client, carrier, address)

    def pickup_points(self, carrier: str, near: Address) -> tuple[OfferedPoint, ...] | None:
        return pickup_points.fetch(self.client, carrier, near)

    def register_return(self, order: ReturnRequest) -> RegistrationResult:
        parent = int(order.parent_id)
        known = [row for row in self.client.search(shipment_type=RETURN) if row.parent_id == parent]
        known = [row for row in known if row.status not in CANCELED_STATUSES]
        try:
            number = known[0].id if known else self.client.create_return(return_body(order))
            self.client.announce([str(number)])
        except ApiRejected as rejection:
            message = payment_message(rejection.body) if rejection.status == 402 else field_errors(rejection)[0].message
            return RegistrationRejected(order.reference, message)
        for reply in self.client.shipments([str(number)]):
            registration = build_registration(order.reference, order.choice.carrier, order.recipient, reply)
            if registration is not None:
                return registration
        raise ApiUnavailable("the return label has no barcode yet", sent=True)


def _is_international(one: PrintedLabel) -> bool:
    return zone(destination_of(one.consignment)) == "ROW"


def _registration_from_reply(one: Consignment, reply: ShipmentReply) -> Registration | None:
    return build_registration(one.reference, one.choice.carrier, one.recipient, reply)
