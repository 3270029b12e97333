"""The platform of service tests."""

import pytest

from integrations.models import Connection
from integrations.providers import get_provider
from integrations.tests.makers import make_connection
from integrations.tests.shop_double import ShopDouble


@pytest.fixture
def acme() -> ShopDouble:
    """The platform in memory that everything under test speaks with."""
    platform = get_provider("acme")
    assert isinstance(platform, ShopDouble)
    return platform


@pytest.fixture
def connection(db: None) -> Connection:
    return make_connection(external_id="instance-1")
