"""The template context of the draft editor, and changes to unsaved input."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carriers import form_options, insurance
from carriers.addresses import address_parts, parse_address
from carriers.capabilities import Capabilities
from carriers.capability_rules import PICKUP
from carriers.choices import CARRIER_NAMES, TYPE_NAMES
from carriers.contact_rules import contact_remarks, shares
from carriers.customs import CONTENTS_WITH_INVOICE, CURRENCY, required_documents
from carriers.delivery_options import DATED
from carriers.fallback import Adjustment, resolve_choice
from carriers.gateways import LOCAL
from carriers.multi_collo import parcel_count_problem
from carriers.parcels import ContactSharing, CustomsDeclaration, Destination, ParcelChoice
from carriers.pickup_points import label_recipient
from carriers.problems import Problem
from carriers.reachable_places import place_warning
from carriers.territories import customs_reason, zone
from integrations.services.platform_links import order_link
from shipments.content import CHOICE_FIELDS, POINT_COLUMNS, find_problems, needs_customs
from shipments.forms.customs import FormSet, declaration, rows_with_lines
from shipments.forms.draft import DraftForm
from shipments.forms.recipient import OPTIONAL, countries, country_options, is_split, region_name
from shipments.models import Shipment, ShipmentEvent
from shipments.presentation.refused_label import refused_label
from shipments.presentation.troubles import troubles_of
from shipments.services.labels.gateway import account_gateway
from shipments.services.pickup_points import NO_KEY_MESSAGE
from shipments.views import editor_pickup
from shops.permissions import ShopPermission
from shops.services.gateway_senders import printed_sender
from shops.services.preferences import get_preferences
from shops.tenancy import ShopRequest

# The fields that `Ongedaan maken` restores.
UNDO_FIELDS = (*CHOICE_FIELDS, *POINT_COLUMNS.values(), "country")
LABEL_MARKS = {
    "signature": gettext_lazy("signature"),
    "only_recipient": gettext_lazy("recipient only"),
    "age_check": "18+",
    "return_to_sender": gettext_lazy("return"),
    "large_format": gettext_lazy("large format"),
}


@dataclass(frozen=True, slots=True)
class EditorState:
    """The submitted values, which may be invalid."""

    form: DraftForm
    items: FormSet
    choice: ParcelChoice
    destination: Destination
    customs: CustomsDeclaration | None

    @property
    def place(self) -> Destination | None:
        return self.destination if self.destination.country else None


@dataclass(frozen=True, slots=True)
class AppliedFallback:
    title: str
    changes: tuple[Adjustment, ...]
    undo: str


def parse_form(form: DraftForm, items: FormSet) -> EditorState:
    destination = form.destination()
    declared = declaration(items, str(form["contents"].value() or ""), str(form["invoice"].value() or ""))
    return EditorState(form, items, form.choice(), destination, declared if needs_customs(destination) else None)


def build_context(request: ShopRequest, shipment: Shipment, now: EditorState, **more: Any) -> dict[str, Any]:
    form, choice, is_new = now.form, now.choice, shipment._state.adding
    recipient = form.recipient()
    capabilities = request.shop.capabilities
    problems = find_problems(
        recipient,
        choice,
        form.grams(),
        now.customs,
        pickup=form.pickup(),
        description=str(form["description"].value()),
        capabilities=capabilities,
    )
    if too_many := parcel_count_problem(shipment.parcel_count, choice, now.destination, capabilities):
        problems = (*problems, too_many)
    required = (
        form_options.required_contact(choice, now.destination, recipient, capabilities) if now.place else frozenset()
    )
    _attach_hints(form, required, is_new=is_new, sharing=request.shop.contact_sharing)
    other_problems = _attach_problems(problems, now, quiet=is_new)
    _attach_contact_remarks(form, problems)
    _attach_doubts(now.items)
    offered = form_options.FormOptions(choice, now.place, capabilities)
    options = offered.options()
    folded = form_options.collapsible(options, now.place)
    sheet = capabilities.options_for(choice.carrier, choice.package_type, choice.delivery_type, now.place)
    printed = printed_sender(request.shop)
    return {
        "shipment": shipment,
        "shop_link": order_link(shipment.order) if shipment.order else "",
        "form": form,
        "items": now.items,
        "customs": now.customs,
        "why_customs": customs_reason(now.destination),
        "foreign_currency": shipment.currency if now.customs and shipment.currency != CURRENCY else "",
        "choice": choice,
        "recipient": recipient,
        "label_recipient": label_recipient(recipient, form.pickup()),
        "sender": printed.address or request.shop.sender,
        "printed": printed,
        "weight": form.grams(),
        "outside": bool(now.place) and zone(now.destination) == "ROW",
        "only_postnl": _goes_with_postnl_only(now, capabilities),
        # How several parcels in one shipment are priced is not known.
        "has_prices": shipment.parcel_count == 1 and _may_ask_prices(request),
        "optional": _optional(form, required),
        "problems": problems,
        "other_problems": other_problems,
        "types": offered.package_types(),
        "carriers": offered.carriers(),
        "options": [option for option in options if option not in folded],
        "folded": folded,
        "delivery_types": editor_pickup.delivery_types(choice, now.place, sheet.delivery_types if sheet else ()),
        "pickup": form.pickup(),
        "search_near": editor_pickup.search_near(shipment, form),
        "home": editor_pickup.home_address(shipment),
        "troubles": troubles_of(shipment, request.shop) if shipment.pk else [],
        "refused": refused_label(shipment) if shipment.pk else None,
        "can_ask": account_gateway(request.shop.pk) != LOCAL,
        "no_key": NO_KEY_MESSAGE,
        "is_dated": choice.delivery_type in DATED,
        "amounts": offered.insured_amounts(),
        "suggested": _suggested_insurance(request, shipment, now),
        "marks": _label_marks(now),
        "was": serialize_choices(form),
        "country_options": country_options(),
        "layout": "split" if is_split(recipient.country) else "lines",
        "now_layout": f"{'split' if is_split(recipient.country) else 'lines'}-{recipient.country}",
        **more,
    }


def _may_ask_prices(request: ShopRequest) -> bool:
    may_send = ShopPermission.MANAGE_SHIPMENTS in request.membership.permissions
    return may_send and hasattr(request.shop, "gateway_account")


def _goes_with_postnl_only(now: EditorState, capabilities: Capabilities) -> bool:
    """Outside the EU, unless a carrier under contract goes there too."""
    if now.place is None or zone(now.destination) != "ROW":
        return False
    return not any(
        capabilities.serves(carrier, now.destination) for carrier in capabilities.account.contracts - {"postnl"}
    )


def _optional(form: DraftForm, required: frozenset[str]) -> frozenset[str]:
    may_be_empty = {"phone", "region", "invoice"} - required
    if region_name(str(form["country"].value() or "")):
        may_be_empty.discard("region")
    if str(form["contents"].value() or "commercial_goods") in CONTENTS_WITH_INVOICE:
        may_be_empty.discard("invoice")
    return OPTIONAL | may_be_empty


def _attach_hints(form: DraftForm, required: frozenset[str], *, is_new: bool, sharing: ContactSharing) -> None:
    if form["country"].value() in ("", "NL") and "email" not in required and not shares(sharing, "NL"):
        attach_message(form["email"], "hint", _("Only for Track & Trace"))
    if "phone" in required:
        outside = zone(form.destination()) == "ROW"
        attach_message(
            form["phone"], "hint", _("Required outside the EU") if outside else _("Required by this carrier")
        )
    if is_new:
        attach_message(form["reference"], "hint", _("Leave it empty and we will generate a number."))
    attach_message(form["description"], "hint", _("At most 45 characters"))
    if notes := form.postcode_notes():
        attach_message(form["postal_code"], "hint", notes[0].text)
    if form.choice().delivery_type != PICKUP and (warning := place_warning(form.recipient())):
        attach_message(form["street"], "hint", warning)


def _attach_doubts(items: FormSet) -> None:
    for row in items:
        if row.doubt:
            attach_message(row["description"], "hint", row.doubt)


def _attach_contact_remarks(form: DraftForm, problems: Sequence[Problem]) -> None:
    """What is wrong with contact data that this carrier does not need, and what becomes of what was typed."""
    stopped = {problem.field for problem in problems}
    for remark in contact_remarks(form.typed_recipient()):
        if remark.field not in stopped:
            attach_message(form[remark.field], "hint", remark.text)


def attach_message(field: Any, kind: str, text: Any) -> None:
    """``kind`` is "hint" or "problem". The control gets the matching ARIA attributes."""
    setattr(field, kind, text)
    attrs = field.field.widget.attrs
    ids = [f"{field.id_for_label}-{'h' if kind == 'hint' else 'f'}"]
    attrs["aria-describedby"] = " ".join(dict.fromkeys([*attrs.get("aria-describedby", "").split(), *ids]))
    if kind == "problem":
        attrs["aria-invalid"] = "true"


def _attach_problems(problems: Sequence[Problem], now: EditorState, *, quiet: bool) -> list[Problem]:
    rows, without_field = rows_with_lines(now.items), []
    for problem in problems:
        field = _find_field(problem.field, now.form, rows)
        if field is None:
            without_field.append(problem)
        elif not (quiet and not field.value()):
            attach_message(field, "problem", problem.text)
    return without_field


def _find_field(name: str, form: DraftForm, rows: Sequence[Any]) -> Any:
    if name == "customs-invoice":
        return form["invoice"]
    if name.startswith("customs-"):
        index, part = name.removeprefix("customs-").split("-", 1)
        return rows[int(index)][part] if int(index) < len(rows) and part in rows[int(index)].fields else None
    shown = {field.name for field, _width in form.recipient_rows()} | {"weight", "description"}
    return form[name] if name in shown else None


def _suggested_insurance(request: ShopRequest, shipment: Shipment, now: EditorState) -> int:
    if not shipment.value or shipment.currency != CURRENCY or now.place is None:
        return 0
    percent = get_preferences(request.shop).insurance_percent or 100
    amounts = request.shop.capabilities.insured_amounts(now.choice, now.destination)
    return insurance.suggest_amount(int(shipment.value * Decimal(100)), percent, amounts)


def _label_marks(now: EditorState) -> list[str]:
    papers = required_documents(now.customs, now.choice, now.form.grams()) if now.customs else ()
    marks = [paper.upper() for paper in papers if paper.startswith("cn")]
    marks += [str(name) for key, name in LABEL_MARKS.items() if getattr(now.choice, key)]
    return marks + ([_("insured")] if now.choice.insurance else [])


def serialize_choices(form: DraftForm) -> str:
    choice = form.choice()
    state = {name: getattr(choice, name) for name in CHOICE_FIELDS}
    state |= {column: str(form[column].value() or "") for column in POINT_COLUMNS.values()}
    return json.dumps(state | {"country": str(form["country"].value() or "")})


def restore_choices(data: QueryDict, state: str) -> bool:
    """Write earlier choices into the input; False when ``state`` is invalid."""
    try:
        kept = json.loads(state)
    except (ValueError, RecursionError):
        return False
    if not isinstance(kept, dict):
        return False
    for name in UNDO_FIELDS:
        value = kept.get(name)
        data.pop(name, None)
        if value not in (None, False):
            data[name] = "1" if value is True else str(value)[:100]
    return True


def apply_fallback(data: QueryDict, shipment: Shipment) -> AppliedFallback | None:
    """Change the chosen options in ``data`` to a valid combination; None when nothing had to be adjusted."""
    form = DraftForm(data)
    choice = form.choice()
    found = resolve_choice(choice, form.destination(), shipment.shop.capabilities)
    for name in CHOICE_FIELDS:
        value = getattr(found.choice, name)
        data.pop(name, None)
        if value is not False:
            data[name] = "1" if value is True else str(value)
    changes = (*found.changes, *editor_pickup.drop_point(data, shipment))
    if not changes:
        return None
    return AppliedFallback(_switch_message(choice, form, str(data.get("was", ""))), changes, str(data.get("was", "")))


def _switch_message(choice: ParcelChoice, form: DraftForm, was: str) -> str:
    """The change that caused the adjustments; empty unless it is country, carrier or package type."""
    try:
        before = json.loads(was)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(before, dict):
        return ""
    country = str(form["country"].value() or "")
    names = dict(countries())
    for field, now, name in (
        ("country", country, names.get(country, country)),
        ("carrier", choice.carrier, CARRIER_NAMES.get(choice.carrier, "")),
        ("package_type", choice.package_type, TYPE_NAMES.get(choice.package_type, "")),
    ):
        if before.get(field) != now:
            return str(format_lazy(_("You switched to {choice}."), choice=name))
    return ""


def adapt_address_layout(data: QueryDict) -> None:
    """Convert the address in ``data`` when the country changes between one street line and separate fields."""
    form = DraftForm(data)
    country = str(form["country"].value() or "")
    layout = "split" if is_split(country) else "lines"
    if data.get("layout") in (None, layout):
        return
    recipient = form.recipient()
    if layout == "lines":
        data["street"] = recipient.street_line
        data["number"] = data["suffix"] = data["box"] = data["house_number"] = ""
        return
    parts = parse_address(recipient.street, recipient.extra, country=country)
    for name, value in address_parts(parts).items():
        data[name] = value


def last_edit(shipment: Shipment) -> ShipmentEvent | None:
    return shipment.events.filter(kind=ShipmentEvent.Kind.EDITED).select_related("actor").first()
