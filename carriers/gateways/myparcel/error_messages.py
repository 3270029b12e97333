"""MyParcel's errors as messages for a merchant: the field, what is wrong, and what to do."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lib.http import ApiRejected
from lib.json_values import as_dict, as_list
from lib.text import clean_text

FIELDS: dict[str, Promise] = {
    "recipient.person": _("Name"),
    "recipient.company": _("Company"),
    "recipient.street": _("Street"),
    "recipient.street_additional_info": _("Extra address line"),
    "recipient.number": _("House number"),
    "recipient.number_suffix": _("Suffix"),
    "recipient.box_number": _("Box number"),
    "recipient.postal_code": _("Postcode"),
    "recipient.city": _("Town"),
    "recipient.region": _("Region"),
    "recipient.state": _("State"),
    "recipient.cc": _("Country"),
    "recipient.email": _("Email address"),
    "recipient.phone": _("Phone"),
    "sender": _("Sender"),
    "sender.street": _("Street of the sender"),
    "sender.number": _("House number of the sender"),
    "sender.postal_code": _("Postcode of the sender"),
    "sender.city": _("Town of the sender"),
    "sender.person": _("Name of the sender"),
    "sender.company": _("Company of the sender"),
    "sender.phone": _("Phone of the sender"),
    "sender.email": _("Email address of the sender"),
    "pickup": _("Pick-up point"),
    "carrier": _("Carrier"),
    "options.package_type": _("Package type"),
    "options.delivery_type": _("Delivery"),
    "options.insurance": _("Insurance"),
    "options.signature": _("Signature on delivery"),
    "options.only_recipient": _("Recipient only"),
    "options.return": _("Return at once if nobody is home"),
    "options.age_check": _("Age check 18+"),
    "options.large_format": _("Large format"),
    "options.label_description": _("Label description"),
    "physical_properties.weight": _("Weight"),
    "customs_declaration": _("Customs data"),
    "customs_declaration.invoice": _("Invoice number"),
    "reference_identifier": _("Reference"),
}
# Our names of MyParcel's fields of the recipient.
RECIPIENT_FIELDS = {
    "person": "person",
    "company": "company",
    "street": "street",
    "street_additional_info": "extra",
    "number": "number",
    "number_suffix": "suffix",
    "box_number": "box",
    "postal_code": "postal_code",
    "city": "city",
    "region": "region",
    "state": "region",
    "cc": "country",
    "email": "email",
    "phone": "phone",
}
# What an error is about that names no field.
FIELD_OF_CODE = {"3501": "street", "3503": "number", "3505": "postal_code", "3731": "number"}
ADDRESS = _("MyParcel does not accept this address. Check street, house number, postcode and town.")
CUSTOMS = _("the customs data is incomplete. Complete it in the draft.")
NOT_SERVED = _("the carrier does not deliver this package type to this country. Choose another one.")
POINT = _("this pick-up point is not available any more. Choose another one in the draft.")
CONTACT = _("enter the recipient's email address and phone number.")
# The code of a sender that this account may not name.
SENDER_NOT_ALLOWED = "3745"
FORBIDDEN_MESSAGE = _(
    "This API key may not do this at MyParcel. Let the owner of the MyParcel account give it the permission, or "
    "paste a key of somebody who has it under Shop settings. Nothing was created."
)
# Said of the country: the carrier or the package type does not go there.
NOT_OF_THE_ADDRESS = frozenset({"3516", "3517", "3744", "3753", "3761"})
# By MyParcel's error code; other errors are quoted.
MESSAGES: dict[str, Promise] = {
    "3501": ADDRESS,
    "3503": _("this house number does not exist at this address. Correct it."),
    "3505": _("this postcode does not match the country. Correct it."),
    "3506": _("MyParcel does not know this country. Choose it from the list."),
    "3509": _("the street is too long. Move part of it to the extra address line."),
    "3510": _("the name is too long. Shorten it."),
    "3511": _("the suffix is too long or not valid. Shorten it."),
    "3512": _("this phone number is not valid. Correct it or leave it out."),
    "3513": _("the company name is too long. Shorten it."),
    "3514": _("enter a name or a company."),
    "3515": _("the email address is too long."),
    "3516": NOT_SERVED,
    "3517": NOT_SERVED,
    "3519": _("the street of your sender address is too long. Shorten it under Shop settings."),
    "3520": _("the extra line of your sender address is too long. Shorten it under Shop settings."),
    "3702": CUSTOMS,
    "3703": _("enter an invoice number for customs."),
    "3704": _("enter the weight of the parcel."),
    "3705": _("this option cannot be combined with this parcel. Switch it off."),
    "3709": _("MyParcel cannot create this label in this format. Choose A4."),
    "3716": _("your MyParcel account has reached its shipment limit for today. Try again tomorrow."),
    "3721": _("this delivery type is not available there. Choose standard delivery."),
    "3722": POINT,
    "3760": POINT,
    "3726": _("MyParcel cannot work out the insurance. Choose another amount."),
    "3728": _("your MyParcel account cannot use this carrier. Choose another one, or add it in MyParcel."),
    "3730": _("this weight is not possible for this package type. Correct it."),
    "3731": _("MyParcel cannot find the house number in the street. Enter it separately."),
    "3733": _("this package type is not possible with this carrier. Choose another one."),
    "3735": _("a shipment of several parcels is not possible here."),
    "3740": _("a text is too long. Shorten it."),
    "3743": _("this amount cannot be insured here. Choose one from the list."),
    "3744": _("parcels cannot be sent to this country at the moment."),
    "3745": _("MyParcel does not accept the sender address. Check it in MyParcel."),
    "3746": _("this label has expired. Make a new one."),
    "3748": _("customs needs your EORI number. Add it in MyParcel."),
    "3749": _("customs needs your VAT number. Add it in MyParcel."),
    "3751": CONTACT,
    "3752": _("email cannot be sent to the domain of this address. Correct it."),
    "3753": _("the carrier does not deliver in this postcode area. Choose another carrier."),
    "3754": _("MyParcel cannot create this shipment right now. Try again later."),
    "3758": _("MyParcel cannot create this label right now. Try again later."),
    "3761": _("parcels cannot be sent to this country at the moment."),
    "3762": _(
        "your MyParcel account is not activated yet, so it can only send two parcels, within the "
        "Netherlands and Belgium. Activate it."
    ),
    "3765": _("an item on the customs form has no value. Enter its value."),
    "3766": _("customs needs the recipient's VAT number."),
    "3768": _("customs needs the recipient's EORI number."),
    "3714": _("MyParcel cannot create a return label for this parcel."),
    "3715": _("MyParcel creates return labels within the EU only."),
    "3718": _("this carrier does not accept returns from there."),
    "3719": _("this parcel already has a return label."),
    "3720": _("MyParcel does not recognise the parcel this return belongs to."),
}
MAX_TEXT_LENGTH = 1000
POSITION = re.compile(r"data\.(?:return_)?shipments\[(\d+)\]\.?")
MAX_LENGTH = re.compile(r"at most (\d+) characters")


@dataclass(frozen=True, slots=True)
class FieldError:
    """``position`` is the index in the request; None when the error concerns the whole call."""

    position: int | None
    field: str
    code: str
    text: str

    @property
    def message(self) -> Promise | str:
        return _with_field(self.field, self._about())

    @property
    def recipient_field(self) -> str:
        """The field of the recipient that is to be corrected; empty when it is something else."""
        owner, _dot, name = self.field.partition(".")
        if owner == "recipient" and self.code not in NOT_OF_THE_ADDRESS:
            return RECIPIENT_FIELDS.get(name, "street")
        return "" if self.field else FIELD_OF_CODE.get(self.code, "")

    def _about(self) -> Promise | str:
        if self.code in MESSAGES:
            return MESSAGES[self.code]
        if found := MAX_LENGTH.search(self.text):
            return format_lazy(_("at most {n} characters. Shorten it."), n=found[1])
        words = POSITION.sub("", self.text).strip() or self.code
        return format_lazy(_("MyParcel rejected this: “{words}”"), words=words)


def _with_field(field: str, about: Promise | str) -> Promise | str:
    name = FIELDS.get(field) or FIELDS.get(field.split("[")[0].removesuffix(".items"))
    return format_lazy("{name}: {about}", name=name, about=about) if name else about


def field_errors(error: ApiRejected) -> list[FieldError]:
    """Reads each of MyParcel's three shapes, as a list or an object; never empty."""
    body = as_dict(error.body)
    errors = body.get("errors")
    rows = [{key: value} for key, value in errors.items()] if isinstance(errors, dict) else as_list(errors)
    found = [entry for row in rows if isinstance(row, dict) for entry in _read_row(row)]
    return found or [FieldError(None, "", str(body.get("code") or ""), _words(error))]


def _words(error: ApiRejected) -> str:
    return re.sub(r"\s*\(request_id:.*?\)", "", error.message)


def _read_row(row: dict[str, Any]) -> Iterator[FieldError]:
    if "fields" in row or "message" in row or "code" in row:
        yield from _read_entry(str(row.get("code") or ""), row)
        return
    for code, entry in row.items():
        if isinstance(entry, dict):
            yield from _read_entry(str(code), entry)


def _read_entry(code: str, entry: dict[str, Any]) -> Iterator[FieldError]:
    code = "" if code == "0" else code
    fields, human = _as_list(entry.get("fields")) or [""], _as_list(entry.get("human"))
    for index, field in enumerate(fields):
        words = human[index] if index < len(human) else entry.get("message") or entry.get("title") or ""
        yield _build_error(code, clean_text(field, MAX_TEXT_LENGTH)[0], clean_text(words, MAX_TEXT_LENGTH)[0])


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _build_error(code: str, field: str, words: str) -> FieldError:
    place = POSITION.match(field)
    rest = POSITION.sub("", field)
    words = words.removeprefix(field).strip() or words
    return FieldError(int(place[1]) if place else None, rest, code, words)


def payment_message(body: Any) -> Promise | str:
    """For a response with status 402: a prepaid account must pay first."""
    instructions = as_dict(as_dict(as_dict(body).get("data")).get("payment_instructions"))
    amount = as_dict(instructions.get("price")).get("amount")
    cents = amount if isinstance(amount, int) else 0
    return format_lazy(
        _("MyParcel asks you to pay {amount} first. Pay in your MyParcel account, then try again."),
        amount=f"€ {cents / 100:.2f}".replace(".", ","),
    )
