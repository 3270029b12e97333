"""A shop is closed, can be opened again for thirty days, takes everything along, and is then gone whole."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.tests.factories import make_user
from audit.models import AuditEntry
from integrations.models import Connection
from integrations.tests.conftest import acme
from lib.personal_data import personal_columns
from privacy.models import ShopExport
from privacy.services import close_shop, export_shop, replay, shop_data
from shipments.models import FigureEntry, Shipment, ShipmentCount
from shipments.tests.factories import make_shipment
from shops.models import GatewayAccount, Shop
from shops.tests.factories import make_invitation, make_member, make_rule
from tests.canaries import EMAIL, NAME, connect, tell_story

__all__ = ["acme"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant(client_for, owner, shop) -> Client:
    return client_for(owner)


@pytest.fixture
def busy(acme, shop, owner, merchant, files_dir: Path) -> Shop:
    """A shop that shipped: today's that could not be deleted."""
    tell_story(connect(acme, shop), owner, merchant)
    make_invitation(shop)
    make_rule(shop, name="Brievenbus")
    return shop


def test_work_stops_at_once_and_consent_is_withdrawn(merchant, busy):
    Shipment.objects.filter(barcode__isnull=False).update(next_poll_at=timezone.now())
    job = busy.jobs.create(kind="labels", idempotency_key="k")
    page = merchant.post("/privacy/shop/sluiten/nu/", {"name": "Atelier Noord"}, follow=True).content.decode()
    assert "Deze shop is gesloten" in page
    busy.refresh_from_db()
    assert busy.erase_at - busy.closed_at == timedelta(days=30)
    assert not Connection.objects.connected().exists()
    assert not Connection.objects.exclude(token_encrypted="").exists()
    assert not GatewayAccount.objects.exists()
    assert not Shipment.objects.filter(next_poll_at__isnull=False).exists()
    job.refresh_from_db()
    assert job.stop_requested
    assert AuditEntry.objects.filter(shop=busy, action="settings.shop_closed").count() == 1
    shipment = Shipment.objects.exclude(barcode=None).first()
    assert Client().get(f"/volg/{shipment.public_id}/").status_code == 404


def test_nobody_closes_the_wrong_shop(merchant, shop):
    assert "Dit is niet de naam" in merchant.post("/privacy/shop/sluiten/nu/", {"name": "Rival"}).content.decode()
    assert Shop.objects.get(pk=shop.pk).closed_at is None


def test_of_a_closed_shop_one_page_is_left(merchant, client_for, owner, shop):
    staff = client_for(make_member(shop, make_user(), "staff").user)
    close_shop.close_shop(shop, by=owner)
    for path in ("/", "/zendingen/", "/instellingen/zendingen/", "/privacy/"):
        assert merchant.get(path)["Location"] == "/privacy/shop/gesloten/"
    assert merchant.post("/zendingen/labels/", {}).status_code == 403
    assert "Deze shop heropenen" in merchant.get("/privacy/shop/gesloten/").content.decode()
    assert "Alleen een eigenaar" in staff.get("/privacy/shop/gesloten/").content.decode()
    assert staff.post("/privacy/shop/heropenen/").status_code == 403
    assert merchant.get("/account/profiel/").status_code == 200


def test_an_owner_opens_it_again_within_its_time(merchant, busy, owner):
    Shipment.objects.filter(barcode__isnull=False).update(status="in_transit", status_at=timezone.now())
    close_shop.close_shop(busy, by=owner)
    merchant.post("/privacy/shop/heropenen/")
    busy.refresh_from_db()
    assert (busy.closed_at, busy.erase_at) == (None, None)
    assert Shipment.objects.filter(next_poll_at__isnull=False).exists()
    assert merchant.get("/zendingen/").status_code == 200
    assert AuditEntry.objects.filter(action="settings.shop_reopened").exists()


def test_and_not_once_its_erasure_began(merchant, shop, owner):
    close_shop.close_shop(shop, by=owner)
    Shop.objects.update(erasure_started_at=timezone.now())
    merchant.post("/privacy/shop/heropenen/")
    assert Shop.objects.get(pk=shop.pk).closed_at is not None


def test_it_is_kept_for_thirty_days_and_then_nothing_is_left(busy, rival, owner, files_dir: Path):
    theirs = make_shipment(rival)
    close_shop.close_shop(busy, by=owner)
    key = busy.pk
    assert close_shop.erase_due() == 0
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        assert close_shop.erase_due() == 1
        assert close_shop.erase_due() == 0
    for model, path in shop_data.shop_paths().items():
        assert not model._base_manager.filter(**{path: key}).exists(), model._meta.label
    assert not FigureEntry.objects.filter(shop_id=key).exists()
    assert not ShipmentCount.objects.filter(shop_id=key).exists()
    assert list(files_dir.iterdir()) == []
    assert list(Shipment.objects.all()) == [theirs]
    assert AuditEntry.objects.get(action="erasure.shop").shop_id is None


def test_an_erasure_that_takes_too_long_goes_on_where_it_stopped(busy, owner, monkeypatch):
    monkeypatch.setattr(close_shop, "BATCH_SIZE", 8)
    close_shop.close_shop(busy, by=owner, grace=timedelta(0))
    turns = 0
    while not close_shop.erase_due(seconds=-1):
        turns += 1
        assert turns < 200
    assert turns > 5
    assert not Shop.objects.filter(pk=busy.pk).exists()


def test_a_restored_database_does_not_bring_it_back(busy, rival, owner, settings, tmp_path: Path):
    """The shop of the restored dump has the same public id."""
    settings.ERASURE_JOURNAL = tmp_path / "erasures.jsonl"
    public_id, name = busy.public_id, busy.name
    close_shop.erase_now(busy)
    Shop.objects.create(public_id=public_id, name=name)
    assert replay.replay_journal() == {"shops": 1}
    assert list(Shop.objects.all()) == [rival]


def test_everything_is_taken_along_in_one_file_without_secrets(merchant, busy, owner):
    for _click in range(2):
        merchant.post("/privacy/shop/bestand/")
    assert export_shop.export_due() == 1
    row = ShopExport.objects.get()
    answer = merchant.get(f"/privacy/shop/bestand/{row.public_id}/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    people = [json.loads(line)["person"] for line in archive.read("shipments.shipment.jsonl").splitlines()]
    assert NAME in people
    orders = [json.loads(line) for line in archive.read("integrations.externalorder.jsonl").splitlines()]
    assert EMAIL in {order["data"]["email"] for order in orders}
    assert json.loads(archive.read("members.jsonl"))["user__email"] == owner.email
    assert json.loads(archive.read("shops.shippingrule.jsonl"))["name"] == "Brievenbus"
    assert "audit.auditentry.jsonl" in archive.namelist()
    assert {name.partition("-")[0] for name in archive.namelist()} >= {"files/upload", "files/labels", "files/export"}
    whole = b"".join(archive.read(name) for name in archive.namelist() if name.endswith(".jsonl")).decode()
    for secret in ("token_encrypted", "api_key_encrypted", "token_hash", "state_hash", "password"):
        assert secret not in whole


def test_every_personal_column_of_a_shop_is_in_the_file_but_for_secrets():
    """A new table is exported and deleted by itself."""
    models = shop_data.exported_models()
    exported = {f"{model._meta.label}.{name}" for model in models for name in shop_data.exported_columns(model)}
    left_out = {column.label for column in personal_columns() if column.shop} - exported
    assert left_out == {
        "integrations.ErasedOrder.words_encrypted",
        "integrations.ExternalOrder.search_text",
        "privacy.PersonErasure.query_encrypted",
        "privacy.PersonErasure.words_encrypted",
        "shipments.Shipment.order_fingerprint",
        "shipments.Shipment.search_text",
    }


def test_another_shops_file_does_not_exist(merchant, rival, files_dir):
    row = ShopExport.objects.create(shop=rival, finished_at=timezone.now())
    row.path.write_bytes(b"zip")
    assert merchant.get(f"/privacy/shop/bestand/{row.public_id}/").status_code == 404
