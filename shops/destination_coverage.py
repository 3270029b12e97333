"""Which destinations the parcel preferences cover, for the settings page."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.capabilities import DEFAULT_CAPABILITIES, Capabilities
from carriers.fallback import resolve_choice
from carriers.import_blockers import import_blocker
from carriers.parcels import Destination, ParcelChoice
from carriers.problems import Text

# One country stands for each zone.
ZONE_EXAMPLES = (("NL", _("Netherlands")), ("BE", _("Belgium")), ("DE", _("Rest of EU")), ("US", _("Rest of world")))


@dataclass(frozen=True, slots=True)
class ZoneCoverage:
    """``state`` is yes, part or no; ``text`` says what differs in this zone."""

    zone: Promise
    state: str
    icon: str
    text: Text


def coverage_by_zone(choice: ParcelChoice, capabilities: Capabilities = DEFAULT_CAPABILITIES) -> list[ZoneCoverage]:
    return [_zone_coverage(choice, country, zone, capabilities) for country, zone in ZONE_EXAMPLES]


def _zone_coverage(choice: ParcelChoice, country: str, zone: Promise, capabilities: Capabilities) -> ZoneCoverage:
    destination = Destination(country)
    import_problem = import_blocker(choice.carrier, destination, capabilities)
    if import_problem is not None:
        return ZoneCoverage(zone, "no", "x-c", _("Orders cannot be imported unless PostNL is your default carrier"))
    changes = resolve_choice(choice, destination, capabilities).changes
    if changes:
        return ZoneCoverage(zone, "part", "info", _join_messages([change.text for change in changes]))
    if country == "US":
        return ZoneCoverage(zone, "part", "customs", _("You enter the customs data yourself, for each shipment"))
    return ZoneCoverage(zone, "yes", "check-c", _("With all selected options"))


def _join_messages(texts: list[Text]) -> Text:
    return format_lazy(" ".join(["{}"] * len(texts)), *texts)


def carrier_hint(carrier: str, capabilities: Capabilities) -> Promise:
    """Where this carrier delivers as the default carrier."""
    if import_blocker(carrier, Destination("US"), capabilities) is None:
        return _("Whole world")
    return (
        _("Netherlands and EU") if capabilities.serves(carrier, Destination("NL")) else _("EU, outside the Netherlands")
    )


def package_hint(carrier: str, package_type: str, capabilities: Capabilities) -> Text:
    """The weight limit and region of this package type; empty when the carrier does not offer it."""
    row_for = capabilities.account.row_for
    rows = {country: row_for(carrier, package_type, Destination(country)) for country, _zone in ZONE_EXAMPLES}
    limits = {country: int(row["weight_grams"]["max"]) for country, row in rows.items() if row}
    if not limits:
        return ""
    kilograms = f"{max(limits.values()) / 1000:g}"
    if set(limits) == {"NL"}:
        return format_lazy(_("Up to {limit} kg, within the Netherlands"), limit=kilograms)
    if "NL" not in limits:
        return format_lazy(_("Up to {limit} kg, abroad"), limit=kilograms)
    return format_lazy(_("Up to {limit} kg"), limit=kilograms)
