"""The shop system of service tests, in the place of the real one."""

from collections.abc import Iterator

import pytest

from integrations import providers
from integrations.models import Connection
from integrations.tests.makers import make_connection
from integrations.tests.shop_double import ShopDouble


@pytest.fixture
def wix(monkeypatch: pytest.MonkeyPatch) -> Iterator[ShopDouble]:
    """A fresh shop system in memory, known to the registry as Wix."""
    double = ShopDouble()
    providers.get_provider.cache_clear()
    monkeypatch.setattr(providers, "import_string", lambda _path: lambda: double)
    yield double
    providers.get_provider.cache_clear()


@pytest.fixture
def connection(db: None) -> Connection:
    return make_connection(external_id="instance-1")
