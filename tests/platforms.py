"""Which platforms tests know: one in memory. Those of the product are for tests that ask for them."""

from collections.abc import Iterator
from contextlib import contextmanager

from integrations.providers import PROVIDERS, get_provider

PRODUCT_PROVIDERS = dict(PROVIDERS)
TEST_PROVIDERS = {"acme": "integrations.tests.fake_platform.FakePlatform"}


def register(providers: dict[str, str]) -> None:
    """From here on these are all the platforms there are, each built anew."""
    PROVIDERS.clear()
    PROVIDERS.update(providers)
    get_provider.cache_clear()


@contextmanager
def product_providers() -> Iterator[None]:
    """The platforms of the product, as long as it lasts."""
    register(PRODUCT_PROVIDERS)
    try:
        yield
    finally:
        register(TEST_PROVIDERS)
