"""The platform of service tests."""

import pytest

from integrations.models import Connection
from integrations.providers import get_provider
from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import FakePlatform


@pytest.fixture
def acme() -> FakePlatform:
    """The platform in memory that everything under test speaks with."""
    platform = get_provider("acme")
    assert isinstance(platform, FakePlatform)
    return platform


@pytest.fixture
def connection(db: None) -> Connection:
    return make_connection(external_id="instance-1")
