"""The onboarding steps of a new shop."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.gateways import DEFAULT_GATEWAY, get_gateway
from integrations.providers import all_providers, connect_url, platform_names
from shops.models import Shop


@dataclass(frozen=True, slots=True)
class OnboardingStep:
    key: str
    done: bool
    title: Promise | str
    text: Promise | str
    url: str
    action: Promise | str


def onboarding_steps(shop: Shop, *, connected: bool) -> list[OnboardingStep]:
    """The steps before the first real label, each with a link; shown until it is there."""
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
            getattr(shop, "gateway_account", None) is not None,
            format_lazy(_("Enter your {gateway} API key"), gateway=gateway),
            _("Without it you can practise: test labels are passed on to nobody."),
            reverse("shops:general"),
            _("Enter the key"),
        ),
        OnboardingStep(
            "paper",
            shop.paper_tried_at is not None,
            _("Print a test label"),
            _("So that your paper and printer are right before the first parcel."),
            reverse("shops:labels") + "#print-sample",
            _("Try your printer"),
        ),
    ]


def _consent_text() -> Promise | str:
    """With several platforms each has its own instructions on its page."""
    providers = all_providers()
    if len(providers) != 1:
        return _("Give consent, and choose your site.")
    message = _("Give consent, choose your site at {platform} and click {button}.")
    return format_lazy(message, platform=providers[0].name, button=providers[0].messages.consent_button)
