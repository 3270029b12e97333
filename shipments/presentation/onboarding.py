"""What a new shop still has to do before its first parcel leaves."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shops.models import PackagePreferences, Shop


@dataclass(frozen=True, slots=True)
class Step:
    key: str
    done: bool
    title: Promise
    text: Promise
    url_name: str
    action: Promise


def checklist(shop: Shop, preferences: PackagePreferences, *, connected: bool) -> list[Step]:
    """The four steps from nothing to the first import, each with where to do it; shown until the first shipment."""
    return [
        Step(
            "sender",
            shop.has_sender,
            _("Fill in your sender address"),
            _("It is printed on every label."),
            "shops:sender",
            _("Fill in"),
        ),
        Step(
            "connect",
            connected,
            _("Connect your Wix site"),
            _("Give consent, choose your site at Wix and click Add to Site."),
            "integrations:wix",
            _("Connect Wix"),
        ),
        Step(
            "preferences",
            preferences.saved_at is not None,
            _("Choose your parcel preferences"),
            _("Default package type, carrier and shipping options for every import."),
            "shops:preferences",
            _("Set up"),
        ),
        Step(
            "import",
            False,
            _("Import your first orders"),
            _("Paid orders become draft shipments. Check, create a label, done."),
            "shipments:import",
            _("Import"),
        ),
    ]
