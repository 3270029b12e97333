"""The registry of platforms. Deleting a line and its folder removes one."""

from functools import cache

from django.urls import reverse
from django.utils.module_loading import import_string

from integrations.providers.base import OrderProvider

PROVIDERS = {"wix": "integrations.providers.wix.provider.build"}


@cache
def get_provider(platform: str) -> OrderProvider:
    """Built from the settings. Raises KeyError for an unknown platform."""
    provider: OrderProvider = import_string(PROVIDERS[platform])()
    return provider


def all_providers() -> list[OrderProvider]:
    return [get_provider(platform) for platform in PROVIDERS]


def platform_name(platform: str) -> str:
    """The key itself for a platform that was removed since."""
    return get_provider(platform).name if platform in PROVIDERS else platform


def platform_names() -> str:
    """For messages about no connection in particular."""
    return " / ".join(provider.name for provider in all_providers())


def connect_url() -> str:
    """The page of the only platform, or the overview when there are several."""
    if len(PROVIDERS) != 1:
        return reverse("integrations:overview")
    return reverse("integrations:platform", args=list(PROVIDERS))


def consent_origins() -> list[str]:
    """The origins that forms may redirect to, for the content security policy."""
    return sorted({origin for provider in all_providers() for origin in provider.consent_origins})
