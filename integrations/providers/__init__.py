"""Which shop systems we know. Deleting a line and its folder removes one."""

from functools import cache

from django.utils.module_loading import import_string

from integrations.providers.base import OrderProvider

PROVIDERS = {"wix": "integrations.providers.wix.provider.build"}


@cache
def get_provider(platform: str) -> OrderProvider:
    """The provider of a platform, built from the settings. KeyError for a platform we do not know."""
    provider: OrderProvider = import_string(PROVIDERS[platform])()
    return provider
