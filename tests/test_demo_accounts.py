"""manage.py seed_demo: accounts share the programs and nothing else."""

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import User
from integrations.models import Connection
from shipments.models import Shipment
from tests.platforms import product_providers
from tests.sandbox_server import MyParcelSandbox

pytestmark = [pytest.mark.stack, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _use_sandbox(settings: Any, sandbox: MyParcelSandbox, tmp_path: Path) -> Iterator[None]:
    with urllib.request.urlopen(f"{sandbox.url}/sandbox/app.json", timeout=10) as answer:
        app = json.load(answer)
    settings.WIX_APP_ID, settings.WIX_APP_SECRET = app["appId"], app["appSecret"]
    settings.WIX_WEB_URL = settings.WIX_API_URL = sandbox.url
    settings.MYPARCEL_API_URL = sandbox.api
    settings.DATA_DIR = tmp_path
    with product_providers():
        yield


def test_every_account_has_shops_and_sites_of_its_own(tmp_path: Path):
    for _time in range(2):
        call_command("seed_demo", "--accounts", "2")
    first, second = (json.loads((tmp_path / f"{name}.json").read_text()) for name in ("demo", "demo-2"))
    assert (first["site"], first["busy_site"]) == ("Atelier Voorbeeld", "Studio Tweede")
    assert (second["site"], second["busy_site"]) == ("Atelier Voorbeeld 2", "Studio Tweede 2")
    assert set(Connection.objects.values_list("site_name", flat=True)) == {first["busy_site"], second["busy_site"]}
    states = []
    for account in (first, second):
        user = User.objects.get(email=account["email"])
        assert user.check_password(account["password"])
        shops = [membership.shop for membership in user.memberships.select_related("shop").order_by("pk")]
        assert [shop.name for shop in shops] == ["Atelier Voorbeeld", "Studio Tweede"]
        mine = Shipment.objects.filter(shop=shops[1])
        states.append(sorted(mine.values_list("reference", "status")))
    assert states[0] == states[1]
    assert len({status for _reference, status in states[0]}) >= 4
    assert Shipment.objects.count() == 2 * len(states[0])
