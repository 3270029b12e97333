"""Which shop systems we know. Deleting a line and its folder removes one."""

from functools import cache

from django.urls import reverse
from django.utils.module_loading import import_string

from integrations.providers.base import OrderProvider

PROVIDERS = {"wix": "integrations.providers.wix.provider.build"}


@cache
def get_provider(platform: str) -> OrderProvider:
    """The provider of a platform, built from the settings. KeyError for a platform we do not know."""
    provider: OrderProvider = import_string(PROVIDERS[platform])()
    return provider


def all_providers() -> list[OrderProvider]:
    return [get_provider(platform) for platform in PROVIDERS]


def platform_name(platform: str) -> str:
    """The name a merchant knows it by; the key itself for a platform that was removed since."""
    return get_provider(platform).name if platform in PROVIDERS else platform


def platform_names() -> str:
    """The names of all platforms, for a sentence that is about no connection in particular."""
    return " / ".join(provider.name for provider in all_providers())


def connect_url() -> str:
    """Where a merchant connects a shop: the page of the only platform there is, else the page with all of them."""
    if len(PROVIDERS) != 1:
        return reverse("integrations:overview")
    return reverse("integrations:platform", args=list(PROVIDERS))


def consent_origins() -> list[str]:
    """The origins a form of ours may lead to, for the content policy."""
    return sorted({origin for provider in all_providers() for origin in provider.consent_origins})
