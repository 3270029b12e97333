"""A gateway that is only registered goes through key, label, print, webhook, poll and cancel."""

import pytest
from django.test import Client
from django.utils import timezone

from carriers.gateways import GATEWAYS
from carriers.gateways.base import TrackingEvent
from carriers.gateways.myparcel.client import encode_key
from carriers.tests.pdf_reading import text_of
from carriers.tracking_status import TrackingStatus
from jobs import runner
from jobs.models import Job
from lib.http import ApiUnauthorized
from shipments.models import Shipment
from shipments.services.labels import register
from shipments.services.labels.cancel import CancelError, cancel_label
from shipments.services.labels.gateway import open_gateway
from shipments.tests.factories import fill_sender, make_shipment
from shops.models import GatewayAccount, Shop
from tracking import poll
from tracking.tests import fake_gateway
from tracking.tests.fake_gateway import KEY, FakeGateway

pytestmark = pytest.mark.django_db
PAGE = "/instellingen/algemeen/postbode/"


@pytest.fixture
def postbode(monkeypatch) -> FakeGateway:
    gateway = FakeGateway()
    monkeypatch.setattr(fake_gateway, "GATEWAY", gateway)
    monkeypatch.setitem(GATEWAYS, "postbode", "tracking.tests.fake_gateway.build")
    return gateway


@pytest.fixture
def browser(client_for, shop: Shop, owner, postbode: FakeGateway, settings) -> Client:
    """A signed-in owner whose shop has a key of this gateway."""
    settings.BASE_URL = "https://backoffice.example"
    fill_sender(shop)
    made = client_for(owner)
    assert made.post(PAGE, {"api_key": KEY}).status_code == 302
    return made


@pytest.fixture
def sent(browser: Client, shop: Shop, owner) -> list[Shipment]:
    """Two shipments with a label."""
    for _parcel in range(2):
        make_shipment(shop, email="hanna@mail.example")
    register.start_labels(shop, owner, shipments=shop.shipments.order_by("pk"), layout="a6", start=1, key="k")
    runner.run_due()
    return list(shop.shipments.order_by("pk"))


def send_message(shop: Shop, key: str, body: str) -> int:
    path = f"/webhooks/labels/postbode/{shop.gateway_account.webhook_token}/"
    return Client().post(path, body, "text/plain", headers={"Authorization": key}).status_code


def test_the_settings_page_names_the_gateway_and_shows_only_the_end_of_the_key(browser, shop, postbode):
    page = browser.get("/instellingen/algemeen/").content.decode()
    assert "Postbode-account" in page
    assert f"Labels worden bij Postbode gemaakt, met de API-sleutel die eindigt op {KEY[-4:]}" in page
    assert KEY not in page
    account = GatewayAccount.objects.get()
    assert postbode.urls == {"1": f"https://backoffice.example/webhooks/labels/postbode/{account.webhook_token}/"}
    browser.post(PAGE + "verwijderen/")
    assert not GatewayAccount.objects.exists()
    assert postbode.urls == {}


def test_a_wrong_key_is_refused_in_the_name_of_the_gateway(browser):
    answer = browser.post(PAGE, {"api_key": "a-wrong-key-altogether"})
    assert answer.status_code == 422
    assert answer.content.decode().count("Postbode accepteert deze sleutel niet.") == 1
    assert GatewayAccount.objects.get().api_key_suffix == KEY[-4:]


def test_labels_are_registered_and_printed_there(browser, sent, postbode):
    assert [(one.gateway, one.barcode, one.external_id, one.price) for one in sent] == [
        ("postbode", "PB1", "id-1", 495),
        ("postbode", "PB2", "id-2", 495),
    ]
    assert len(postbode.registered) == 2
    pdf = b"".join(browser.get(f"/zendingen/taken/{Job.objects.get().public_id}/bestand/").streaming_content)
    assert "PB1" in text_of(pdf)
    assert "PB2" in text_of(pdf)
    assert {one.status for one in Shipment.objects.all()} == {"printed"}


def test_a_message_makes_the_named_parcel_due_and_a_poll_moves_it(sent, shop, postbode):
    postbode.scans["id-1"] = TrackingEvent(TrackingStatus.HANDED_OVER, "X1", timezone.now(), "ontvangen")
    assert send_message(shop, "another key", "id-1") == 404
    assert poll.poll_due() == 0
    assert send_message(shop, KEY, "id-1") == 204
    assert poll.poll_due() == 1
    assert list(shop.shipments.order_by("pk").values_list("status", flat=True)) == ["in_transit", "registered"]


def test_a_message_is_only_read_by_the_gateway_of_the_account(sent, shop):
    path = f"/webhooks/labels/myparcel/{shop.gateway_account.webhook_token}/"
    headers = {"X-MyParcel-Authorization": encode_key(KEY)}
    assert Client().post(path, "{}", "application/json", headers=headers).status_code == 404


def test_a_key_is_never_used_at_another_gateway(browser, shop):
    with pytest.raises(ApiUnauthorized):
        open_gateway(shop.pk, "myparcel")


def test_a_label_is_cancelled_there_unless_it_was_scanned(sent, owner, postbode):
    scanned, unused = sent
    postbode.scans["id-1"] = TrackingEvent(TrackingStatus.HANDED_OVER, "X1", timezone.now())
    with pytest.raises(CancelError):
        cancel_label(scanned, by=owner)
    cancel_label(unused, by=owner)
    assert postbode.canceled == ["id-2"]
    unused.refresh_from_db()
    assert unused.status == "cancelled"


def test_without_its_key_a_label_of_the_gateway_is_not_asked_about_elsewhere(browser, sent, owner, postbode):
    browser.post(PAGE + "verwijderen/")
    with pytest.raises(CancelError, match="Postbode accepteert de API-sleutel van deze shop niet meer"):
        cancel_label(sent[0], by=owner)
    assert postbode.canceled == []
