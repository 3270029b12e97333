"""The real thing: parcels are announced at MyParcel, labels and journeys come from there.

A call to create shipments is taken as all or nothing. A barcode exists once a label was asked for, so announcing is
creating, asking, and reading back.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from carriers.customs import INVOICE
from carriers.gateways.base import AlreadyScanned, RegistrationResult, ReturnRequest, Sleep, Tracking
from carriers.gateways.myparcel.client import MyParcelClient
from carriers.gateways.myparcel.error_messages import field_errors, payment_message
from carriers.gateways.myparcel.mapping import (
    body_of,
    build_registration,
    build_tracking,
    return_body,
    same_recipient,
)
from carriers.gateways.myparcel.payloads import ShipmentReply, TrackReply
from carriers.gateways.myparcel.statuses import tracking_status
from carriers.gateways.pdf_merge import merge, pages
from carriers.gateways.validation import destination_of, first_problem
from carriers.labels import draw_forms
from carriers.parcels import Consignment, PrintedLabel, Registration, RegistrationRefused
from carriers.territories import zone
from lib.http import ApiClient, ApiError, ApiRejected, ApiUnreachable

CONCEPT, RETURN = 1, 2
CANCELED_STATUSES = frozenset({16, 17})
"""Expired and cancelled: as if it had never been."""
PER_CALL, PER_LINK, PER_TRACK = 25, 100, 50
LINK_TIMEOUT = 180.0
"""Seconds a prepared PDF may take; MyParcel says three minutes at most."""
Answers = dict[str, RegistrationResult]


class MyParcelGateway:
    """A LabelGateway over MyParcel's API. ``today`` is for delivery days, ``pause`` waits for prepared files."""

    def __init__(
        self,
        api: ApiClient,
        key: str,
        *,
        pause: Sleep = time.sleep,
        today: Callable[[], date] = date.today,
    ) -> None:
        self.client = MyParcelClient(api, key)
        self._pause, self._today = pause, today

    def register(self, consignments: Sequence[Consignment]) -> list[RegistrationResult]:
        answers: Answers = {
            one.reference: RegistrationRefused(one.reference, problem.text)
            for one in consignments
            if (problem := first_problem(one))
        }
        sound = [one for one in consignments if one.reference not in answers]
        for start in range(0, len(sound), PER_CALL):
            try:
                answers |= self._create(sound[start : start + PER_CALL])
            except ApiError:
                if not answers:
                    raise
                break
        return [answers[one.reference] for one in consignments if one.reference in answers]

    def _create(self, chunk: Sequence[Consignment]) -> Answers:
        try:
            ids = self.client.create([body_of(one, self._today()) for one in chunk])
        except ApiRejected as refusal:
            return self._retry_without_rejected(chunk, refusal)
        except ApiUnreachable as error:
            # The server fell over: one parcel may be the reason. Everything else is left for a later try.
            if len(chunk) == 1 or error.status is None or error.status == 429:
                raise
            return self._bisect(chunk, error)
        return self._announce(dict(zip(map(str, ids), chunk, strict=True)))

    def _retry_without_rejected(self, chunk: Sequence[Consignment], refusal: ApiRejected) -> Answers:
        """Nothing was made. Those that are named are refused with the reason, the others are sent again."""
        faults = field_errors(refusal)
        if len(chunk) == 1:
            return {chunk[0].reference: RegistrationRefused(chunk[0].reference, faults[0].sentence)}
        named = {fault.position: fault for fault in reversed(faults) if fault.position is not None}
        refused = {position: fault for position, fault in named.items() if position < len(chunk)}
        if not refused:
            middle = (len(chunk) + 1) // 2
            return self._create(chunk[:middle]) | self._create(chunk[middle:])
        answers: Answers = {
            chunk[position].reference: RegistrationRefused(chunk[position].reference, fault.sentence)
            for position, fault in refused.items()
        }
        rest = [one for position, one in enumerate(chunk) if position not in refused]
        return answers | (self._create(rest) if rest else {})

    def _bisect(self, chunk: Sequence[Consignment], error: ApiUnreachable) -> Answers:
        """What the failed call made after all is found first; who fails alone gets no answer this time."""
        found = self.find(chunk)
        answers: Answers = {reference: one for reference, one in found.items() if one is not None}
        left = [one for one in chunk if one.reference not in found]
        middle = (len(left) + 1) // 2
        for half in (left[:middle], left[middle:]):
            try:
                answers |= self._create(half) if half else {}
            except ApiUnreachable as trouble:
                if trouble.status is None or trouble.status == 429:
                    raise
        if not answers:
            raise error
        return answers

    def _announce(self, made: Mapping[str, Consignment]) -> Answers:
        """Ask for the labels of new concepts and read their barcodes."""
        try:
            self.client.announce(list(made))
        except ApiRejected as refusal:
            if len(made) > 1 and refusal.status != 402:
                return {
                    key: value for number, one in made.items() for key, value in self._announce({number: one}).items()
                }
            self._delete_unregistered(list(made))
            words = payment_message(refusal.body) if refusal.status == 402 else field_errors(refusal)[0].sentence
            return {one.reference: RegistrationRefused(one.reference, words) for one in made.values()}
        answers: Answers = {}
        for reply in self.client.shipments(list(made)):
            one = made.get(str(reply.id))
            if one is not None and (told := _registration_from_reply(one, reply)) is not None:
                answers[one.reference] = told
        return answers

    def _delete_unregistered(self, ids: Sequence[str]) -> None:
        """Concepts without a label are only clutter; when they cannot be removed now, ``find`` does it later."""
        try:
            self.client.delete(ids)
        except ApiError:
            return

    def find(self, consignments: Sequence[Consignment]) -> dict[str, Registration | None]:
        found: dict[str, Registration | None] = {}
        for one in consignments:
            rows = [
                row
                for row in self.client.search(reference_identifier=one.reference)
                if row.status not in CANCELED_STATUSES and row.reference_identifier == one.reference
            ]
            if concepts := [str(row.id) for row in rows if row.status == CONCEPT]:
                self.client.delete(concepts)
            wanted = body_of(one, self._today())
            ready = [row for row in rows if row.status != CONCEPT and same_recipient(row, wanted)]
            if ready:
                found[one.reference] = _registration_from_reply(one, ready[0])
        return found

    def draw(self, labels: Sequence[PrintedLabel], layout: str, start: int) -> bytes:
        """MyParcel's own PDF. A label to outside the EU comes on A4 with its form behind it; there is no other.

        MyParcel makes the post's forms; the commercial invoice is ours.
        """
        home = [label for label in labels if not _is_international(label)]
        far = [label for label in labels if _is_international(label)]
        positions = ";".join(str(place) for place in range(start, 5))
        if layout == "a4":
            parts = [self._pdf(home, f"format=A4&positions={positions}")] if home else []
            return merge([*parts, *(self._international_label(one) for one in far)])
        singles = pages(self._pdf(home, "format=A6")) if home else []
        if not far or len(singles) != len(home):
            return merge([*singles, *(self._international_label(one) for one in far)])
        queue = iter(singles)
        return merge([self._international_label(one) if _is_international(one) else next(queue) for one in labels])

    def places(self, labels: Sequence[PrintedLabel]) -> int:
        return sum(not _is_international(one) for one in labels)

    def _international_label(self, one: PrintedLabel) -> bytes:
        label = self._pdf([one], "format=A4")
        if INVOICE not in one.forms:
            return label
        return merge([label, draw_forms([replace(one, forms=(INVOICE,))], "a4")])

    def _pdf(self, labels: Sequence[PrintedLabel], paper: str) -> bytes:
        ids = [one.external_id for one in labels]
        if len(ids) <= PER_CALL:
            return self.client.labels(ids, paper)
        parts = []
        for start in range(0, len(ids), PER_LINK):
            parts.append(self._prepared(self.client.prepare(ids[start : start + PER_LINK], paper)))
            # Only the first sheet can be half used.
            paper = paper.split("&")[0]
        return merge(parts)

    def _prepared(self, path: str) -> bytes:
        waited, wait = 0.0, 1.0
        while (pdf := self.client.prepared(path)) is None:
            if waited >= LINK_TIMEOUT:
                raise ApiUnreachable("the prepared labels did not come", sent=False)
            self._pause(wait)
            waited, wait = waited + wait, min(10.0, wait * 1.5)
        return pdf

    def cancel(self, external_id: str) -> None:
        """A concept is deleted; an announced label just stays unused and costs nothing."""
        replies = self.client.shipments([external_id])
        if any(tracking_status(reply.status).was_scanned for reply in replies):
            raise AlreadyScanned
        if any(reply.status == CONCEPT for reply in replies):
            self.client.delete([external_id])

    def track(self, external_ids: Sequence[str]) -> dict[str, Tracking]:
        found: dict[str, Tracking] = {}
        for start in range(0, len(external_ids), PER_TRACK):
            replies = self.client.shipments(external_ids[start : start + PER_TRACK])
            announced = [str(reply.id) for reply in replies if reply.status != CONCEPT]
            journeys = {track.shipment_id: track for track in self._fetch_tracking(announced)}
            found |= {str(reply.id): build_tracking(reply, journeys.get(reply.id)) for reply in replies}
        return found

    def _fetch_tracking(self, ids: Sequence[str]) -> list[TrackReply]:
        """A status is worth more than its history: without the history the status still counts."""
        try:
            return self.client.tracktraces(ids) if ids else []
        except ApiRejected:
            return []

    def register_return(self, order: ReturnRequest) -> RegistrationResult:
        parent = int(order.parent_id)
        known = [row for row in self.client.search(shipment_type=RETURN) if row.parent_id == parent]
        known = [row for row in known if row.status not in CANCELED_STATUSES]
        try:
            number = known[0].id if known else self.client.create_return(return_body(order))
            self.client.announce([str(number)])
        except ApiRejected as refusal:
            words = payment_message(refusal.body) if refusal.status == 402 else field_errors(refusal)[0].sentence
            return RegistrationRefused(order.reference, words)
        for reply in self.client.shipments([str(number)]):
            told = build_registration(order.reference, order.choice.carrier, order.recipient, reply)
            if told is not None:
                return told
        raise ApiUnreachable("the return label has no barcode yet", sent=True)


def _is_international(one: PrintedLabel) -> bool:
    return zone(destination_of(one.consignment)) == "ROW"


def _registration_from_reply(one: Consignment, reply: ShipmentReply) -> Registration | None:
    return build_registration(one.reference, one.choice.carrier, one.recipient, reply)
