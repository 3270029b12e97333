"""Creates, changes, deletes and serializes shipments."""

from typing import Any

from django.db import transaction

from sandbox.myparcel import contracts, delivery_options, multi_collo, pickup_points, rules, shops, switches
from sandbox.myparcel.errors import FieldError, MyParcelError, plain, unprocessable
from sandbox.myparcel.models import ACCOUNT, FIRST_ID, SHOP, Parcel
from sandbox.myparcel.tracking import CONCEPT, DELIVERED_STATUSES, format_time

BOOLEAN_OPTIONS = (
    "collect",
    "only_recipient",
    "signature",
    "return",
    "large_format",
    "same_day_delivery",
    "age_check",
    "saturday_delivery",
    "drop_off_at_postal_point",
)
# The carrier of a return that names none.
DEFAULT_CARRIER = 1
# Members of every shipment that are the same in all of them here; 30977 is an invented user of the account.
UNUSED: dict[str, Any] = {
    "created_by": 30977,
    "modified_by": 30977,
    "drop_off_point": None,
    "external_provider": None,
    "external_provider_id": None,
    "user_agent": "CustomApiCall/2",
    "collection_contact": None,
    "pickup_request_number": None,
    "shipped_items": [],
}
# Invented, in euro cents.
PRICES = {"NL": 695, "BE": 895, "EU": 1295, "ROW": 2395}


def parse_entries(body: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = (body.get("data") or {}).get(name) if isinstance(body.get("data"), dict) else None
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise unprocessable([FieldError(0, f"data.{name}", "must be a list of objects")])
    return rows


def create(rows: list[dict[str, Any]], shop: int) -> list[Parcel]:
    """Create all or none. Raises MyParcelError 422 with every invalid field."""
    rows = [rules.with_split_street(row) for row in rows]
    faults = [error for index, row in enumerate(rows) for error in _field_errors(row, f"data.shipments[{index}]")]
    if switches.read()["sender"] == "refused":
        faults += [_sender_refused(index) for index, row in enumerate(rows) if row.get("sender")]
    if faults:
        raise unprocessable(faults)
    with transaction.atomic():
        return [_make(pickup_points.without_point(row), shop) for row in rows]


def _field_errors(row: dict[str, Any], at: str) -> list[FieldError]:
    found = contracts.field_errors(row, at)
    if any(not error.code for error in found):
        return found
    return [*found, *pickup_points.field_errors(row, at), *delivery_options.field_errors(row, at)]


def _sender_refused(index: int) -> FieldError:
    return FieldError(3745, f"data.shipments[{index}].sender", "mag door dit account niet worden opgegeven")


def _make(row: dict[str, Any], shop: int) -> Parcel:
    pieces, data = row.get("secondary_shipments") or [], _with_defaults(row, shop)
    kind = Parcel.Kind.MULTI_COLLO if pieces else Parcel.Kind.STANDARD
    main = Parcel.objects.create(shop=shop, kind=kind, reference=row.get("reference_identifier") or "", data=data)
    for piece in pieces:
        own = {**data, "physical_properties": {"weight": None}}
        reference = piece.get("reference_identifier") or ""
        Parcel.objects.create(shop=shop, kind=Parcel.Kind.MULTI_COLLO, main=main, reference=reference, data=own)
    return main


def _sender_of(row: dict[str, Any], shop: int) -> dict[str, Any]:
    """The shop's own address, unless the account may give another and did."""
    sent = row.get("sender") if switches.read()["sender"] == "printed" else None
    return {"street_additional_info": "", "number_suffix": "", **sent} if sent else shops.sender_of(shop)


def _with_defaults(row: dict[str, Any], shop: int) -> dict[str, Any]:
    options = dict.fromkeys(BOOLEAN_OPTIONS, 0) | {
        "insurance": {"amount": 0, "currency": "EUR"},
        "label_description": "",
        "delivery_type": 2,
    }
    return {
        "carrier": row["carrier"],
        "recipient": {"street_additional_info": "", "number_suffix": "", **row["recipient"]},
        "sender": _sender_of(row, shop),
        "options": options | row["options"],
        "physical_properties": row.get("physical_properties") or {"weight": None},
        "customs_declaration": row.get("customs_declaration"),
        "general_settings": row.get("general_settings") or {},
        "pickup": row.get("pickup") or None,
    }


def create_returns(rows: list[dict[str, Any]], related: bool) -> list[Parcel]:
    """Create return shipments; the parent of a related one must exist and be registered."""
    faults, made = [], []
    for index, row in enumerate(rows):
        at = f"data.return_shipments[{index}]"
        parent = Parcel.objects.filter(pk=int(row.get("parent") or 0) - FIRST_ID).first() if related else None
        if related and (parent is None or parent.status == CONCEPT):
            faults.append(FieldError(3720, f"{at}.parent", "parent shipment is not valid"))
        elif parent is not None and parent.country not in rules.data()["return_shipments"]["countries"]:
            faults.append(FieldError(3715, f"{at}.parent", "returns are not possible from this country"))
        if not row.get("email") or not row.get("name"):
            faults.append(FieldError(0, f"{at}.email", "is required"))
        made.append((row, parent))
    if faults:
        raise unprocessable(faults)
    with transaction.atomic():
        return [_make_return(row, parent) for row, parent in made]


def _make_return(row: dict[str, Any], parent: Parcel | None) -> Parcel:
    """A return goes to the shop's own address; no call names another."""
    shop = parent.shop if parent else SHOP
    options = {"package_type": 1, "delivery_type": 2, **(row.get("options") or {})}
    if parent is not None:
        options["label_description"] = f"Retour – {parent.barcode}"
    row = {"carrier": parent.data["carrier"] if parent else DEFAULT_CARRIER} | row
    data = {
        "carrier": row.get("carrier"),
        "recipient": shops.sender_of(shop),
        "sender": parent.recipient if parent else row.get("sender") or {},
        "options": options,
        "physical_properties": {"weight": None},
        "customs_declaration": None,
        "general_settings": row.get("general_settings") or {},
    }
    return Parcel.objects.create(shop=shop, kind=Parcel.Kind.RETURN, parent=parent, data=data, reference="")


def update(rows: list[dict[str, Any]]) -> None:
    """Update concepts; country and package type cannot change."""
    for index, row in enumerate(rows):
        parcel = find_by_id(row.get("id"))
        at = f"data.shipments[{index}]"
        if row.get("recipient", {}).get("cc") != parcel.country:
            raise unprocessable([FieldError(3711, f"{at}.recipient.cc", "country cannot be changed")])
        if (row.get("options") or {}).get("package_type") != parcel.data["options"]["package_type"]:
            raise unprocessable([FieldError(3712, f"{at}.options.package_type", "package type cannot be changed")])
        if parcel.status != CONCEPT:
            raise unprocessable([FieldError(3717, at, "shipment cannot be updated")])
        row = rules.with_split_street(row)
        if faults := _field_errors(row, at):
            raise unprocessable(faults)
        parcel.data, parcel.reference = (
            _with_defaults(row, parcel.shop),
            row.get("reference_identifier") or parcel.reference,
        )
        parcel.save()


def patch(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        parcel = find_by_id(row.get("id"))
        parcel.hidden = bool(row.get("hidden", parcel.hidden))
        parcel.save(update_fields=["hidden"])


def delete(parcels: list[Parcel], asked: int) -> None:
    """Delete concepts, all or none."""
    if len(parcels) != asked or any(parcel.status != CONCEPT for parcel in parcels):
        raise MyParcelError(422, "Cannot delete shipment", [{"code": 3723, "message": "Cannot delete shipment"}])
    Parcel.objects.filter(pk__in=[parcel.pk for parcel in parcels]).delete()


def find_by_id(number: Any) -> Parcel:
    found = find_by_ids(str(number))
    if not found:
        raise plain(404, 3210, "Shipment not found")
    return found[0]


def find_by_ids(ids: str) -> list[Parcel]:
    """The shipments of ``id;id;…`` in that order; unknown ids are omitted."""
    asked = [int(part) - FIRST_ID for part in ids.split(";") if part.strip().isdigit()]
    rows = {row.pk: row for row in Parcel.objects.filter(pk__in=asked).prefetch_related("secondary")}
    return [rows[pk] for pk in dict.fromkeys(asked) if pk in rows]


def as_json(parcel: Parcel, *, with_link: bool = False) -> dict[str, Any]:
    """A shipment as GET answers it."""
    code = str(parcel.recipient.get("postal_code") or "").replace(" ", "")
    group = rules.group_of(parcel.country)
    portal = f"https://theehuis.myparcel.me/track-trace/{parcel.barcode}/{code}/{parcel.country}"
    return {
        "id": parcel.number,
        **UNUSED,
        "parent_id": parcel.parent.number if parcel.parent else None,
        "account_id": ACCOUNT,
        "shop_id": parcel.shop,
        "shipment_type": parcel.kind,
        "recipient": parcel.recipient,
        "sender": parcel.data["sender"],
        "status": parcel.status,
        "options": parcel.data["options"],
        "general_settings": parcel.data["general_settings"],
        "pickup": parcel.data.get("pickup"),
        "customs_declaration": parcel.data["customs_declaration"],
        "physical_properties": parcel.data["physical_properties"],
        "created": format_time(parcel.created),
        "modified": format_time(parcel.modified),
        "reference_identifier": parcel.reference or (None if parcel.main else ""),
        "transaction_status": "unpaid",
        "hidden": int(parcel.hidden),
        "price": {"amount": 0 if parcel.main else PRICES[group], "currency": "EUR"},
        "barcode": parcel.barcode or "",
        "region": {"NL": "NL", "ROW": "Wereld"}.get(group, "EU"),
        "payment_status": "unpaid",
        "carrier_id": parcel.data["carrier"],
        "contract_id": None,
        "platform_id": 1,
        "origin": "CustomApiCall",
        "secondary_shipments": [as_json(piece, with_link=with_link) for piece in parcel.pieces],
        "multi_collo_main_shipment_id": multi_collo.main_number(parcel),
        "external_identifier": parcel.barcode,
        "delayed": parcel.delayed,
        "delivered": parcel.status in DELIVERED_STATUSES,
        "link_consumer_portal": portal if with_link and parcel.barcode else None,
        "partner_tracktraces": [],
    }
