"""The gateway to MyParcel.

A call to create shipments is all or nothing. MyParcel assigns a barcode once a label was requested, so registering is
creating, requesting the label, and reading the shipment back.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from carriers.delivery_days import ANY_DAY, ShippingHabits
from carriers.delivery_options import DATED, STANDARD, DeliveryOptions
from carriers.gateways.base import (
    AlreadyScanned,
    ListedLabel,
    RegistrationResult,
    ReturnRequest,
    SenderPolicy,
    Sleep,
    Tracking,
    UnrecordedSender,
)
from carriers.gateways.myparcel import delivery_options, pickup_points
from carriers.gateways.myparcel.client import MyParcelClient
from carriers.gateways.myparcel.error_messages import (
    FORBIDDEN_MESSAGE,
    SENDER_NOT_ALLOWED,
    FieldError,
    field_errors,
    payment_message,
)
from carriers.gateways.myparcel.label_files import LabelFiles, sheet_slots
from carriers.gateways.myparcel.mapping import (
    address_of,
    build_registration,
    build_tracking,
    return_body,
    same_place,
    same_recipient,
    sender_body,
    shipment_body,
)
from carriers.gateways.myparcel.multi_collo import parcels_of
from carriers.gateways.myparcel.payloads import ShipmentReply, TrackReply
from carriers.gateways.myparcel.statuses import tracking_status
from carriers.gateways.validation import first_problem
from carriers.parcels import Address, Consignment, PrintedLabel, Registration, RegistrationRejected
from carriers.pickup_points import OfferedPoint
from lib.http import ApiClient, ApiError, ApiForbidden, ApiRejected, ApiUnauthorized, ApiUnavailable

CONCEPT, RETURN = 1, 2
MOMENT_NOT_AVAILABLE = "3721"
# Expired and canceled: treated as not existing.
CANCELED_STATUSES = frozenset({16, 17})
CALL_BATCH_SIZE, TRACKING_BATCH_SIZE, RECENT_LABELS = 25, 50, 200
Answers = dict[str, RegistrationResult]


class MyParcelGateway:
    """A LabelGateway and DeliveryAdvisor. ``sleep`` waits for prepared files.

    ``sender`` decides whether MyParcel is given the shop's sender. Where it may not be given, MyParcel prints the
    address of its own shop.
    """

    def __init__(
        self,
        api: ApiClient,
        key: str,
        *,
        sleep: Sleep = time.sleep,
        sender: SenderPolicy | None = None,
    ) -> None:
        self.client = MyParcelClient(api, key)
        self._sleep = sleep
        self._sender, self._sender_refused = sender or UnrecordedSender(), False

    def register(self, consignments: Sequence[Consignment]) -> list[RegistrationResult]:
        results: Answers = {
            one.reference: RegistrationRejected(one.reference, problem.text, problem.field)
            for one in consignments
            if (problem := first_problem(one))
        }
        valid = [one for one in consignments if one.reference not in results]
        parts = [valid[start : start + CALL_BATCH_SIZE] for start in range(0, len(valid), CALL_BATCH_SIZE)]
        results = self._create_in_turn(parts, results)
        return [results[one.reference] for one in consignments if one.reference in results]

    def _create(self, chunk: Sequence[Consignment]) -> Answers:
        with_sender = self._sender.is_sent() and not self._sender_refused
        try:
            ids = self.client.create([shipment_body(one, with_sender=with_sender) for one in chunk])
        except ApiForbidden:
            # A definite no to all of them: nothing was created, and asking again does not help.
            return {one.reference: RegistrationRejected(one.reference, FORBIDDEN_MESSAGE) for one in chunk}
        except ApiRejected as rejection:
            if with_sender and any(error.code == SENDER_NOT_ALLOWED for error in field_errors(rejection)):
                self._sender_refused = True
                self._sender.record(accepted=False)
                return self._create(chunk)
            return self._retry_without_rejected(chunk, rejection)
        try:
            return self._announce(dict(zip(map(str, ids), chunk, strict=True)), with_sender=with_sender)
        except (ApiUnauthorized, ApiUnavailable) as error:
            # The shipments exist by now, so whatever failed, it is not certain that none has a label.
            wait = error.retry_after
            raise ApiUnavailable("no answer about new labels", status=error.status, retry_after=wait) from error

    def _retry_without_rejected(self, chunk: Sequence[Consignment], rejection: ApiRejected) -> Answers:
        """Nothing was created. Reject the shipments the error names and send the others again.

        One whose moment was offered and is refused now goes with standard delivery.
        """
        results: Answers
        errors = field_errors(rejection)
        if moved := _taken_back(chunk, errors):
            results = self._create([_as_standard(one) if one.reference in moved else one for one in chunk])
            return results | {
                reference: replace(result, is_standard=True)
                for reference, result in results.items()
                if reference in moved and isinstance(result, Registration)
            }
        if len(chunk) == 1:
            return {chunk[0].reference: _rejected(chunk[0], errors[0])}
        named = {error.position: error for error in reversed(errors) if error.position is not None}
        rejected = {position: error for position, error in named.items() if position < len(chunk)}
        if not rejected:
            middle = (len(chunk) + 1) // 2
            return self._create_in_turn([chunk[:middle], chunk[middle:]], {})
        results = {chunk[position].reference: _rejected(chunk[position], error) for position, error in rejected.items()}
        rest = [one for position, one in enumerate(chunk) if position not in rejected]
        return self._create_in_turn([rest], results)

    def _create_in_turn(self, parts: Sequence[Sequence[Consignment]], results: Answers) -> Answers:
        """Stops at an error. It is raised only while there is no result: a label that was made is never forgotten."""
        for part in parts:
            try:
                results = results | (self._create(part) if part else {})
            except ApiError:
                if not results:
                    raise
                break
        return results

    def _announce(self, made: Mapping[str, Consignment], *, with_sender: bool) -> Answers:
        try:
            self.client.announce(list(made))
        except ApiForbidden:
            self._delete_unregistered(list(made))
            return {one.reference: RegistrationRejected(one.reference, FORBIDDEN_MESSAGE) for one in made.values()}
        except ApiRejected as rejection:
            if len(made) > 1 and rejection.status != 402:
                results: Answers = {}
                for number, one in made.items():
                    results |= self._announce({number: one}, with_sender=with_sender)
                return results
            self._delete_unregistered(list(made))
            if rejection.status == 402:
                message = payment_message(rejection.body)
                return {one.reference: RegistrationRejected(one.reference, message) for one in made.values()}
            return {one.reference: _rejected(one, field_errors(rejection)[0]) for one in made.values()}
        replies = [(made[str(reply.id)], reply) for reply in self.client.shipments(list(made)) if str(reply.id) in made]
        if replies:
            self._record_sender(*replies[-1], with_sender=with_sender)
        registrations = {one.reference: _registration_from_reply(one, reply) for one, reply in replies}
        return {reference: one for reference, one in registrations.items() if one is not None}

    def _record_sender(self, one: Consignment, reply: ShipmentReply, *, with_sender: bool) -> None:
        """What the answer bears counts: a sender that was taken without an error need not be printed."""
        wanted, printed = sender_body(one.sender) if with_sender else {}, address_of(reply.sender)
        if reply.sender is None or printed is None:
            return
        self._sender.record(accepted=same_place(reply.sender, wanted) if wanted else None, printed=printed)

    def _delete_unregistered(self, ids: Sequence[str]) -> None:
        """Remove concepts without a label. A later ``find_registrations`` removes those that cannot be removed now."""
        try:
            self.client.delete(ids)
        except ApiError:
            return

    def find_registrations(self, consignments: Sequence[Consignment]) -> dict[str, Registration | None]:
        """One call for each."""
        found: dict[str, Registration | None] = {}
        for one in consignments:
            rows = [row for row in self.client.search(reference_identifier=one.reference) if _bears(row, one.reference)]
            if concepts := [str(row.id) for row in rows if row.status == CONCEPT]:
                self.client.delete(concepts)
            found |= self._matching(one, rows)
        return found

    def find_recent(self, consignments: Sequence[Consignment]) -> dict[str, Registration | None]:
        listed = self.client.search(size=RECENT_LABELS)
        found: dict[str, Registration | None] = {}
        for one in consignments:
            found |= self._matching(one, [row for row in listed if _bears(row, one.reference)])
        return found

    def _matching(self, one: Consignment, rows: Sequence[ShipmentReply]) -> dict[str, Registration | None]:
        """The first of the shipments with its reference that is this parcel and no concept."""
        wanted = shipment_body(one)
        ready = [row for row in rows if row.status != CONCEPT and same_recipient(row, wanted)]
        if one.parcel_count > 1 and ready:
            # A list may leave out the further parcels.
            ready = self.client.shipments([str(row.id) for row in ready])
        ready = [row for row in ready if len(row.secondary_shipments) == one.parcel_count - 1]
        return {one.reference: _registration_from_reply(one, ready[0])} if ready else {}

    def newest_labels(self, page: int, size: int) -> list[ListedLabel]:
        return [
            ListedLabel(
                str(row.id),
                "" if row.status in CANCELED_STATUSES else row.reference_identifier or "",
                "" if row.status == CONCEPT else row.barcode or str(row.id),
            )
            for row in self.client.search(size=size, page=page)
        ]

    def render_labels(self, labels: Sequence[PrintedLabel], layout: str, start: int) -> bytes:
        return LabelFiles(self.client, self._sleep).render(labels, layout, start)

    def sheet_slots(self, labels: Sequence[PrintedLabel]) -> int:
        return sheet_slots(labels)

    def cancel(self, external_id: str) -> None:
        """A concept is deleted; a registered label stays unused and costs nothing."""
        replies = self.client.shipments([external_id])
        parcels = [parcel for reply in replies for parcel in parcels_of(reply)]
        if any(tracking_status(parcel.status).was_scanned for parcel in parcels):
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

    def delivery_options(
        self, carrier: str, address: Address, habits: ShippingHabits = ANY_DAY
    ) -> DeliveryOptions | None:
        return delivery_options.fetch(self.client, carrier, address, habits)

    def pickup_points(self, carrier: str, near: Address) -> tuple[OfferedPoint, ...] | None:
        return pickup_points.fetch(self.client, carrier, near)

    def register_return(self, order: ReturnRequest) -> RegistrationResult:
        parent = int(order.parent_id)
        known = [row for row in self.client.search(shipment_type=RETURN, size=100) if row.parent_id == parent]
        known = [row for row in known if row.status not in CANCELED_STATUSES]
        try:
            number = known[0].id if known else self.client.create_return(return_body(order))
            self.client.announce([str(number)])
        except ApiForbidden:
            return RegistrationRejected(order.reference, FORBIDDEN_MESSAGE)
        except ApiRejected as rejection:
            message = payment_message(rejection.body) if rejection.status == 402 else field_errors(rejection)[0].message
            return RegistrationRejected(order.reference, message)
        for reply in self.client.shipments([str(number)]):
            registration = build_registration(order.reference, order.choice.carrier, order.recipient, reply)
            if registration is not None:
                return replace(registration, recipient=address_of(reply.recipient))
        raise ApiUnavailable("the return label has no barcode yet", sent=True)


def _taken_back(chunk: Sequence[Consignment], errors: Sequence[FieldError]) -> set[str]:
    """References of the consignments whose offered moment was refused."""
    places = {error.position or 0 for error in errors if error.code == MOMENT_NOT_AVAILABLE}
    return {one.reference for place, one in enumerate(chunk) if place in places and one.choice.delivery_type in DATED}


def _rejected(one: Consignment, error: FieldError) -> RegistrationRejected:
    return RegistrationRejected(one.reference, error.message, error.recipient_field)


def _as_standard(one: Consignment) -> Consignment:
    return replace(one, choice=replace(one.choice, delivery_type=STANDARD), delivery_day=None)


def _registration_from_reply(one: Consignment, reply: ShipmentReply) -> Registration | None:
    """None while one of its parcels has no barcode."""
    if any(not parcel.barcode for parcel in reply.secondary_shipments):
        return None
    if len(reply.secondary_shipments) != one.parcel_count - 1:
        return None
    return build_registration(one.reference, one.choice.carrier, one.recipient, reply)


def _bears(row: ShipmentReply, reference: str) -> bool:
    return row.status not in CANCELED_STATUSES and row.reference_identifier == reference
