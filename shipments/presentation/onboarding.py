"""The onboarding steps of a new shop."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.gateways import DEFAULT_GATEWAY, get_gateway
from integrations.providers import all_providers, connect_url, platform_names
from shops.models import GatewayAccount, PackagePreferences, Shop


@dataclass(frozen=True, slots=True)
class OnboardingStep:
    key: str
    done: bool
    title: Promise | str
    text: Promise | str
    url: str
    action: Promise | str


def onboarding_steps(shop: Shop, preferences: PackagePreferences, *, connected: bool) -> list[OnboardingStep]:
    """The steps before the first import, each with a link; shown until the first shipment."""
    platforms = platform_names()
    gateway = get_gateway(DEFAULT_GATEWAY).name
    return [
        OnboardingStep(
            "sender",
            shop.has_sender,
            _("Fill in your sender address"),
            _("For labels, customs forms and packing slips."),
            reverse("shops:sender"),
            _("Fill in"),
        ),
        OnboardingStep(
            "connect",
            connected,
            format_lazy(_("Connect your {platform} site"), platform=platforms),
            _consent_text(),
            connect_url(),
            format_lazy(_("Connect {platform}"), platform=platforms),
        ),
        OnboardingStep(
            "key",
            GatewayAccount.objects.filter(shop=shop).exists(),
            format_lazy(_("Enter your {gateway} API key"), gateway=gateway),
            _("Without it you can practise: test labels are passed on to nobody."),
            reverse("shops:general"),
            _("Enter the key"),
        ),
        OnboardingStep(
            "preferences",
            preferences.saved_at is not None,
            _("Choose your parcel preferences"),
            _("Default package type, carrier and shipping options for every import."),
            reverse("shops:preferences"),
            _("Set up"),
        ),
        OnboardingStep(
            "import",
            False,
            _("Import your first orders"),
            _("Paid orders become draft shipments. Check, create a label, done."),
            reverse("shipments:import"),
            _("Import"),
        ),
    ]


def _consent_text() -> Promise | str:
    """With several platforms each has its own instructions on its page."""
    providers = all_providers()
    if len(providers) != 1:
        return _("Give consent, and choose your site.")
    message = _("Give consent, choose your site at {platform} and click {button}.")
    return format_lazy(message, platform=providers[0].name, button=providers[0].messages.consent_button)
