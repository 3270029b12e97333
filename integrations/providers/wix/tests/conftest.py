"""These tests speak with the provider that the product's registry builds."""

from collections.abc import Iterator

import pytest

from tests.platforms import product_providers


@pytest.fixture(autouse=True)
def _product_providers() -> Iterator[None]:
    with product_providers():
        yield
