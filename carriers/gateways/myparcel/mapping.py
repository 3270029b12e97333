"""Pure functions that convert between our values and MyParcel's request and response bodies."""

from collections.abc import Mapping
from typing import Any

from carriers.capability_rules import PICKUP
from carriers.contact_rules import shared_contact, with_usable_contact
from carriers.delivery_options import DATED
from carriers.emails import read_email
from carriers.gateways.base import ReturnRequest, Tracking
from carriers.gateways.myparcel import multi_collo, scans
from carriers.gateways.myparcel.payloads import AddressReply, ShipmentReply, TrackReply
from carriers.gateways.myparcel.pickup_points import PICKUP_TYPE, is_same_point, pickup_body
from carriers.gateways.myparcel.statuses import is_ended, kept_code, reached_status
from carriers.gateways.validation import destination_of
from carriers.long_streets import street_lines
from carriers.parcels import Address, Consignment, CustomsDeclaration, Registration
from carriers.recipient_rules import HOUSE_NUMBER_COUNTRIES, to_two_lines
from carriers.territories import zone
from carriers.tracking_links import fill_pattern, tracking_url
from lib.links import web_link

CARRIERS = {
    "postnl": 1,
    "dpd": 4,
    "dhlforyou": 9,
    "dhlparcelconnect": 10,
    "dhleuroplus": 11,
    "upsstandard": 12,
    "upsexpresssaver": 13,
    "gls": 14,
    "trunkrs": 16,
}
PACKAGE_TYPES = {"package": 1, "mailbox": 2, "letter": 3, "digital_stamp": 4, "package_small": 6, "envelope": 7}
STANDARD = 2
DELIVERY_TYPES = {"morning": 1, "standard": STANDARD, "evening": 3, PICKUP: PICKUP_TYPE, "same_day": 6, "express": 7}
CONTENTS = {"commercial_goods": 1, "commercial_samples": 2, "documents": 3, "gifts": 4, "return": 5}
OPTION_NAMES = {
    "signature": "signature",
    "only_recipient": "only_recipient",
    "return_to_sender": "return",
    "age_check": "age_check",
    "large_format": "large_format",
}
PORTAL = "https://myparcel.me/track-trace/{barcode}/{postal_code}/{country}"
MAX_LINK = 500
# Statuses of letters and stamps, which have no barcode.
UNTRACKED = frozenset({12, 14, 15, 18})


def shipment_body(one: Consignment, *, with_sender: bool = False) -> dict[str, Any]:
    """``with_sender``: not every account may name one, and then MyParcel rejects the call with code 3745."""
    body: dict[str, Any] = {
        "reference_identifier": one.reference,
        "carrier": CARRIERS[one.choice.carrier],
        "recipient": recipient_body(one.recipient) | shared_contact(one),
        "options": _options(one) | {"label_description": one.description[:45]},
        "physical_properties": {"weight": one.weight},
        "general_settings": {"save_recipient_address": 0, "disable_auto_detect_pickup": 1},
    }
    body |= multi_collo.secondary_bodies(one)
    if one.pickup is not None:
        body["pickup"] = pickup_body(one.pickup)
    if zone(destination_of(one)) == "ROW" and one.customs is not None:
        body["customs_declaration"] = customs_body(one.customs, one.sender)
    if with_sender and (sender := sender_body(one.sender)):
        body["sender"] = sender
    return body


def sender_body(address: Address) -> dict[str, str]:
    """Empty when a field that MyParcel requires is missing. It has no EORI or VAT number and no state."""
    address = with_usable_contact(address)
    street, *more = street_lines(address.street) or ("",)
    body = {
        "cc": address.country,
        "postal_code": address.postal_code,
        "city": address.city,
        "street": street,
        "person": address.person or address.company,
    }
    if not all(body.values()):
        return {}
    optional = {
        "number": address.number,
        "number_suffix": address.suffix,
        "box_number": address.box,
        "street_additional_info": ", ".join(part for part in (" ".join(more), address.extra) if part),
        "region": address.region,
        "company": address.company,
        "phone": address.phone,
        "email": address.email,
    }
    return body | {name: value for name, value in optional.items() if value}


def address_of(reply: AddressReply | None) -> Address | None:
    """None for an address without a street."""
    if reply is None or not reply.street:
        return None
    return Address(
        person=reply.person or "",
        company=reply.company or "",
        street=reply.street,
        number=reply.number or "",
        suffix=reply.number_suffix or "",
        box=reply.box_number or "",
        extra=reply.street_additional_info or "",
        postal_code=reply.postal_code or "",
        city=reply.city or "",
        country=reply.cc or "",
    )


def recipient_body(address: Address) -> dict[str, str]:
    """Without the e-mail address and phone number, which not every carrier gets."""
    place = {
        "cc": address.country,
        "postal_code": address.postal_code,
        "city": address.city,
        "person": address.person or address.company,
        "company": address.company,
    }
    if address.country in HOUSE_NUMBER_COUNTRIES:
        street, more = to_two_lines(address)
        place |= {
            "street": street,
            "street_additional_info": more,
            "number": address.number,
            "number_suffix": address.suffix,
        }
        place |= {"box_number": address.box} if address.box else {}
        return place
    street, more = to_two_lines(address)
    place |= {"street": street, "street_additional_info": more}
    if len(address.region) == len("NY") and address.country in {"US", "CA"}:
        place["state"] = address.region.upper()
    elif address.region:
        place["region"] = address.region
    return {name: value for name, value in place.items() if value or name in {"postal_code", "city"}}


def _options(one: Consignment) -> dict[str, Any]:
    """A morning or evening without the day for which it was offered goes as standard delivery, which is sure."""
    choice, country, day = one.choice, one.recipient.country, one.delivery_day
    options: dict[str, Any] = {"package_type": PACKAGE_TYPES[choice.package_type]}
    if choice.package_type in {"package", "package_small"}:
        is_sure = choice.delivery_type not in DATED or day is not None
        options["delivery_type"] = DELIVERY_TYPES[choice.delivery_type] if is_sure else STANDARD
    if choice.delivery_type in DATED and day is not None:
        options["delivery_date"] = f"{day.isoformat()} 00:00:00"
    for name, theirs in OPTION_NAMES.items():
        if choice.package_type == "package" or getattr(choice, name):
            options[theirs] = int(getattr(choice, name))
    if choice.package_type == "package_small" or (choice.package_type == "mailbox" and country != "NL"):
        options["tracked"] = 1
    if choice.insurance:
        options["insurance"] = {"amount": choice.insurance, "currency": "EUR"}
    return options


def customs_body(form: CustomsDeclaration, sender: Address) -> dict[str, Any]:
    """The weight of an item is that of the whole line, its value that of one unit. MyParcel does not document it."""
    body: dict[str, Any] = {
        "contents": CONTENTS[form.contents],
        "weight": max(1, form.weight),
        "items": [
            {
                "description": line.description[:50],
                "amount": line.quantity,
                "weight": line.weight * line.quantity,
                "item_value": {"amount": line.value_cents, "currency": form.currency},
                "classification": line.hs_code,
                "country": line.origin,
            }
            for line in form.lines
        ],
    }
    numbers = {"invoice": form.invoice, "eori_number": sender.eori, "vat_number": sender.vat}
    return body | {name: value for name, value in numbers.items() if value}


def return_body(order: ReturnRequest) -> dict[str, Any]:
    """An entry of ``return_shipments``."""
    return {
        "parent": int(order.parent_id),
        "carrier": CARRIERS[order.choice.carrier],
        "email": read_email(order.sender.email).to_send or read_email(order.recipient.email).to_send,
        "name": order.sender.name,
        "options": {"package_type": PACKAGE_TYPES["package"], "insurance": {"amount": 0, "currency": "EUR"}},
    }


def same_recipient(reply: ShipmentReply, body: Mapping[str, Any]) -> bool:
    return is_same_point(reply.pickup, body.get("pickup")) and same_place(reply.recipient, body["recipient"])


def same_place(reply: AddressReply, body: Mapping[str, Any]) -> bool:
    return all(
        _bare(getattr(reply, name)) == _bare(body.get(name))
        for name in ("cc", "postal_code", "street", "number", "city")
    )


def _bare(value: str | None) -> str:
    return "".join((value or "").split()).casefold()


def build_registration(reference: str, carrier: str, recipient: Address, reply: ShipmentReply) -> Registration | None:
    """The registration; None while MyParcel has not assigned a barcode.

    The link is the shop's branded page where MyParcel gives one, else the carrier's, else MyParcel's general page.
    """
    price = reply.price.amount if reply.price and reply.price.currency == "EUR" else None
    if reply.barcode:
        place = recipient.country, recipient.postal_code
        url = web_link(reply.link_consumer_portal, max_length=MAX_LINK) or tracking_url(carrier, reply.barcode, *place)
        url = url or fill_pattern(PORTAL, reply.barcode, *place)
        further = multi_collo.further_parcels(reply)
        return Registration(reference, reply.barcode, url, str(reply.id), price, further)
    return Registration(reference, str(reply.id), "", str(reply.id), price) if reply.status in UNTRACKED else None


def build_tracking(reply: ShipmentReply, track: TrackReply | None) -> Tracking:
    """The status comes from the shipment and a final scan in its history, the events from that history."""
    steps = scans.ordered_steps(track) if track else []
    own = reached_status(reply.status, [step.status for step in steps])
    status = multi_collo.joint_status(own, reply)
    told_final = bool(track and track.status.final and track.status.current == reply.status)
    final = status.is_final or (told_final and is_ended(reply.status) and status == own)
    return Tracking(
        external_id=str(reply.id),
        status=status,
        is_final=final,
        delayed=bool(any(row.delayed for row in multi_collo.parcels_of(reply)) or (track and track.delayed)),
        scans=scans.build_events(steps),
        code=kept_code(reply.status),
        further=multi_collo.further_statuses(reply),
    )
