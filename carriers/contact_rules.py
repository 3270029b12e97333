"""A recipient's e-mail address and phone number: which a carrier needs, which it gets, and what is wrong with them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from carriers.capability_rules import CapabilityRow, is_selected, load_data
from carriers.emails import read_email
from carriers.parcels import Address, Consignment, ContactSharing, ParcelChoice
from carriers.phones import read_phone
from carriers.problems import Problem, Text

CONTACT_FIELDS = ("email", "phone")
MISSING = {
    "email": _("Enter an email address; it is required for this destination."),
    "phone": _("Enter a phone number; this carrier requires it."),
}
CONTACT_SHARING = {
    ContactSharing.NEEDED: _("Only where the carrier needs them"),
    ContactSharing.ABROAD: _("Outside the Netherlands and Belgium"),
    ContactSharing.EVERYWHERE: _("With every parcel"),
}
# Countries within which the buyer's e-mail address and phone number are kept from carriers, unless a shop shares them.
HOME_COUNTRIES = frozenset({"NL", "BE"})


@dataclass(frozen=True, slots=True)
class ContactRemark:
    """What a merchant should know of the contact data; it stops nothing."""

    field: str
    code: str
    text: Text


def contact_problems(choice: ParcelChoice, row: CapabilityRow, recipient: Address) -> Iterator[Problem]:
    """Contact data that the carrier or the destination needs and that is missing or wrong."""
    needed = [name for name in CONTACT_FIELDS if is_required(name, choice, recipient.country, row)]
    usable = with_usable_contact(recipient) if needed else recipient
    for name in needed:
        if getattr(usable, name):
            continue
        remark = next((remark for remark in contact_remarks(recipient) if remark.field == name), None)
        if remark is None:
            yield Problem(name, f"{name}_missing", MISSING[name])
        else:
            yield Problem(name, remark.code, remark.text)


def contact_remarks(recipient: Address) -> Iterator[ContactRemark]:
    """What is wrong with the contact data, and what was changed in it."""
    email, phone = read_email(recipient.email), read_phone(recipient.phone, recipient.country)
    if email.message:
        yield ContactRemark("email", "email_wrong" if email.is_wrong else f"email_{email.form}", email.message)
    if phone.message:
        yield ContactRemark("phone", "phone_wrong" if phone.is_wrong else f"phone_{phone.reading}", phone.message)


def with_kept_contact(recipient: Address) -> Address:
    """With the contact data as it is kept: in its usual form, or as typed while it is wrong."""
    email, phone = read_email(recipient.email).kept, read_phone(recipient.phone, recipient.country).kept
    is_same = (email, phone) == (recipient.email, recipient.phone)
    return recipient if is_same else replace(recipient, email=email, phone=phone)


def with_usable_contact(address: Address) -> Address:
    """With the contact data as carriers get it: in its usual form, empty while it is wrong."""
    if not address.email and not address.phone:
        return address
    return replace(
        address, email=read_email(address.email).to_send, phone=read_phone(address.phone, address.country).to_send
    )


def is_required(name: str, choice: ParcelChoice, country: str, row: CapabilityRow | None = None) -> bool:
    """Whether the carrier needs the "email" or "phone" of a recipient in this country."""
    rules = load_data()["address_rules"][f"{name}_required"]
    return (
        (row is not None and name in row["required_recipient_fields"])
        or choice.carrier in rules["carriers"]
        or country in rules["countries"]
        or any(is_selected(choice, option) for option in rules.get("options", ()))
    )


def shared_contact(one: Consignment) -> dict[str, str]:
    """The contact data that goes to the carrier: all of it where the shop shares it, else what is needed.

    Carriers that need the e-mail address always get both, and so does who tells the buyer that a parcel can be
    collected.
    """
    recipient, choice = with_usable_contact(one.recipient), one.choice
    always = load_data()["address_rules"]["email_required"]["carriers"]
    shares_all = one.pickup is not None or choice.carrier in always or shares(one.sharing, recipient.country)
    return {
        name: getattr(recipient, name)
        for name in CONTACT_FIELDS
        if getattr(recipient, name) and (shares_all or is_required(name, choice, recipient.country))
    }


def shares(sharing: ContactSharing, country: str) -> bool:
    """Whether the shop gives carriers the contact data of buyers in this country."""
    if sharing is ContactSharing.ABROAD:
        return country not in HOME_COUNTRIES
    return sharing is ContactSharing.EVERYWHERE
