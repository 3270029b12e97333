"""Morning and evening deliveries: asked of the carrier for each address before they are promised.

Only what was offered is asked for. A definite no becomes standard delivery at once; without an answer the draft keeps
its choice and is asked about again, and a label that has to be made meanwhile is made with standard delivery.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.choices import DELIVERY_TYPE_NAMES
from carriers.delivery_days import ANY_DAY, ShippingHabits, first_delivery_day
from carriers.delivery_options import DATED, STANDARD, Answer, Offer
from carriers.gateways import LOCAL, gateway_display_name
from carriers.gateways.base import DeliveryAdvisor, LabelGateway
from carriers.parcels import Address, ParcelChoice
from lib.http import ApiError
from lib.stored_messages import in_all_languages
from shipments.models import Shipment, ShipmentEvent
from shipments.services.drafts.save import EditConflict, NotADraft, save_content
from shipments.services.labels.gateway import open_gateway
from shops.models import PackagePreferences

log = logging.getLogger(__name__)
OFFERED_MESSAGE = _("{moment} is possible on {day}.")
NOT_OFFERED_MESSAGE = _(
    "The carrier does not offer {moment} at this address in the coming days, so this is standard delivery."
)
UNKNOWN_MESSAGE = _(
    "{gateway} did not say whether {moment} is possible at this address. We ask again before the label is made; "
    "without an answer it becomes standard delivery."
)
STANDARD_MESSAGE = _("{gateway} did not say whether {moment} was possible, so the label has standard delivery.")
TAKEN_BACK_MESSAGE = _("{moment} was offered before and is no longer possible, so the label has standard delivery.")
# The longest our own limit of calls may hold up a job.
MAX_WAIT_SECONDS = 60.0


class Moments:
    """Asks one gateway for one shop. After a call that failed the others are not made: every answer is unknown then."""

    def __init__(self, shop_id: int, gateway: str) -> None:
        self._shop_id, self._gateway = shop_id, gateway
        self._opened: LabelGateway | None = None
        self._failed: Answer | None = None

    def ask(self, choice: ParcelChoice, recipient: Address) -> Answer | None:
        """None where there is nothing to ask: another delivery type, or test labels. Calls the gateway."""
        if choice.delivery_type not in DATED or self._gateway == LOCAL:
            return None
        if self._failed is not None:
            return self._failed
        try:
            self._opened = opened = self._opened or open_gateway(self._shop_id, self._gateway)
            advisor = opened if isinstance(opened, DeliveryAdvisor) else None
            options = advisor.delivery_options(choice.carrier, recipient, self._habits) if advisor else None
        except ApiError as error:
            log.warning("The delivery options could not be read: %s", type(error).__name__)
            wait = error.retry_after if error.status == 429 else 0.0
            self._failed = Answer(Offer.UNKNOWN, wait=wait)
            return self._failed
        if options is None:
            return Answer(Offer.UNKNOWN)
        first = first_delivery_day(timezone.now(), recipient.country, self._habits)
        day = options.first_day(choice.delivery_type, since=first, country=recipient.country) if first else None
        return Answer(Offer.OFFERED, day) if day else Answer(Offer.NOT_OFFERED)

    @cached_property
    def _habits(self) -> ShippingHabits:
        preferences = PackagePreferences.objects.filter(shop=self._shop_id).first()
        return preferences.habits if preferences else ANY_DAY

    def message(self, choice: ParcelChoice, answer: Answer) -> Promise | str:
        text = {
            Offer.OFFERED: OFFERED_MESSAGE,
            Offer.NOT_OFFERED: NOT_OFFERED_MESSAGE,
            Offer.UNKNOWN: UNKNOWN_MESSAGE,
        }[answer.offer]
        return format_lazy(
            text,
            moment=moment_name(choice),
            gateway=gateway_display_name(self._gateway),
            day=f"{answer.day:%d-%m-%Y}" if answer.day else "",
        )


def moment_name(choice: ParcelChoice) -> Promise | str:
    return DELIVERY_TYPE_NAMES.get(choice.delivery_type, choice.delivery_type)


def settle(shop_id: int, gateway: str, shipments: Sequence[Shipment]) -> float:
    """Ask about drafts before their labels are made, and keep the offered day with them.

    Returns the seconds after which asking goes on when a limit of calls stopped it, else 0. May be repeated; must not
    run within a transaction.
    """
    moments, wait = Moments(shop_id, gateway), 0.0
    for shipment in shipments:
        if not shipment.is_draft:
            continue
        choice = shipment.choice
        answer = moments.ask(choice, shipment.recipient)
        if answer is None:
            continue
        wait = max(wait, min(answer.wait, MAX_WAIT_SECONDS))
        if answer.offer is Offer.NOT_OFFERED:
            choice = replace(choice, delivery_type=STANDARD)
        if (choice, answer.day) != (shipment.choice, shipment.delivery_day):
            _keep(shipment, choice, answer.day, moments.message(shipment.choice, answer))
    return wait


def _keep(shipment: Shipment, choice: ParcelChoice, day: date | None, text: Promise | str) -> None:
    content = replace(shipment.content, choice=choice, delivery_day=day)
    event = ShipmentEvent(kind=ShipmentEvent.Kind.EDITED, text=in_all_languages(text))
    try:
        save_content(shipment, content, expected_version=shipment.version, event=event, counts_as_edit=False)
    except (EditConflict, NotADraft):
        # Somebody else has it now; without a day it goes as standard delivery.
        return


def record_standard(shipment: Shipment, gateway: str, *, is_taken_back: bool) -> dict[str, Any]:
    """What to say at a label that has standard delivery for want of an offer; sets that on the unsaved row. Else empty.

    ``is_taken_back``: the carrier had offered the moment and refused it when the label was made.
    """
    if gateway == LOCAL or shipment.delivery_type not in DATED:
        return {}
    if shipment.delivery_day is not None and not is_taken_back:
        return {}
    text = TAKEN_BACK_MESSAGE if is_taken_back else STANDARD_MESSAGE
    names = {"moment": moment_name(shipment.choice), "gateway": gateway_display_name(gateway)}
    shipment.delivery_type, shipment.delivery_day = STANDARD, None
    return in_all_languages(format_lazy(text, **names))
