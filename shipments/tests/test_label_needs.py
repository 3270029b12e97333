"""What a shop still needs before a label: asked where labels are made, and promised nowhere."""

import re
from urllib.parse import urlencode

import pytest
from django.test import Client

from integrations.tests.factories import make_connection, mirror_order
from jobs import runner
from jobs.models import Job
from shipments.models import Shipment
from shipments.services.imports import order_import
from shipments.services.labels import register
from shipments.services.labels.needs import label_needs
from shipments.tests.factories import fill_sender, make_shipment
from shipments.views import jobs
from shops.models import Role, Shop
from shops.tests.factories import give_key

pytestmark = pytest.mark.django_db
WINDOW = "/zendingen/labels/"
SENDER = {
    "company": "Atelier Noord",
    "street": "Noorderkade",
    "number": "18",
    "postal_code": "9711 JX",
    "city": "Groningen",
}
PART = {"HX-Request": "true", "HX-Target": "dialog"}


@pytest.fixture
def merchant(client_for, owner, shop: Shop) -> Client:
    return client_for(owner)


@pytest.fixture
def selection(shop: Shop) -> dict[str, object]:
    """Two drafts that were chosen in a list of three."""
    chosen = [str(make_shipment(shop).public_id) for _number in range(2)]
    make_shipment(shop)
    return {"shipment": chosen}


def press(client: Client, fields: dict[str, object], **more: object) -> str:
    return client.post(WINDOW, fields | more, headers=PART).content.decode()


def missing(shop: Shop) -> list[str]:
    return [need.code for need in label_needs(Shop.objects.get(pk=shop.pk))]


def test_the_window_asks_for_what_is_missing_and_goes_on_with_the_same_selection(
    merchant: Client, shop: Shop, selection
):
    asks_sender = press(merchant, selection, layout="a6")
    assert "Afzenderadres" in asks_sender or "afzenderadres" in asks_sender
    assert not Job.objects.exists(), "no job is started that cannot make a label"

    asks_key = press(merchant, selection, need="sender", **SENDER)
    assert "Oefen met testlabels" in asks_key
    assert all(f'value="{chosen}"' in asks_key for chosen in selection["shipment"])

    labels = press(merchant, selection, need="practice")
    assert re.search(r"Download 2 labels\s*<", labels)
    press(merchant, selection, layout="a6", key="go")
    runner.run_due()
    assert Shipment.objects.filter(status="test").count() == 2
    assert missing(shop) == []


def test_a_sender_with_a_mistake_is_shown_again_and_nothing_of_it_is_kept(merchant: Client, shop: Shop, selection):
    answer = merchant.post(WINDOW, selection | SENDER | {"need": "sender", "postal_code": "x"}, headers=PART)
    assert answer.status_code == 422
    assert 'value="Noorderkade"' in answer.content.decode()
    assert missing(shop) == ["sender", "no_key"]


def test_the_window_leaves_the_rest_of_the_sender_alone(merchant: Client, shop: Shop, selection):
    Shop.objects.filter(pk=shop.pk).update(email="post@example.com", eori="NL123456789")
    press(merchant, selection, need="sender", **SENDER)
    shop.refresh_from_db()
    assert (shop.street, shop.email, shop.eori) == ("Noorderkade", "post@example.com", "NL123456789")


def test_a_key_that_is_not_accepted_is_said_in_the_window(merchant: Client, shop: Shop, selection):
    fill_sender(shop, key=False)
    Shop.objects.update(is_practicing=False)
    answer = merchant.post(WINDOW, selection | {"need": "key", "api_key": "kort"})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert missing(shop) == ["no_key"]


def test_members_who_may_not_fill_it_in_are_told_who_may(client_for, shop: Shop, selection):
    shop.memberships.update(role=Role.STAFF)
    member = client_for(shop.memberships.get().user)
    page = member.post(WINDOW, selection).content.decode()
    assert "Alleen een Owner of Admin kan het afzenderadres invullen" in page
    assert member.post(WINDOW, selection | SENDER | {"need": "sender"}).status_code == 403
    assert missing(shop) == ["sender", "no_key"]


def test_a_label_that_exists_is_printed_whatever_is_missing(merchant: Client, shop: Shop):
    printed = make_shipment(shop, status="registered", barcode="3S1")
    assert re.search(r"Download 1 label\s*<", press(merchant, {"shipment": [str(printed.public_id)]}))


def test_a_job_says_once_what_the_shop_needs_and_leads_back_to_its_shipments(
    merchant: Client, shop: Shop, owner, monkeypatch
):
    for _number in range(12):
        make_shipment(shop)
    job = register.start_labels(shop, owner, shipments=shop.shipments.all(), layout="a6", start=1, key="k")
    runner.run_due()
    page = merchant.get(f"/zendingen/taken/{job.public_id}/").content.decode()
    assert page.count("Je afzenderadres is niet compleet.") == 1
    assert "12 labels zijn hierdoor niet gemaakt." in page
    assert "Probeer 12 opnieuw" in page
    assert "<b>12</b> overgeslagen" in page
    assert "mislukt" not in page, "nothing was tried"

    monkeypatch.setattr(jobs, "MAX_FAILED_SHOWN", 3)
    assert (
        "12 labels zijn hierdoor niet gemaakt." in merchant.get(f"/zendingen/taken/{job.public_id}/").content.decode()
    )

    make_shipment(shop)
    fill_sender(shop)
    (way,) = re.findall(r'href="(/zendingen/labels/\?failed_of=[^"]+)"', page)
    assert re.search(r"Download 12 labels\s*<", merchant.get(way).content.decode())


def test_the_dashboard_says_once_that_complete_drafts_wait_for_the_shop(merchant: Client, shop: Shop, selection):
    make_shipment(shop, blocked_by="address", problems=[{"field": "number", "code": "x", "text": {"nl": "x"}}])
    page = merchant.get("/").content.decode()
    assert "3 complete conceptzendingen kunnen geen label krijgen" in page
    assert page.count("Je shop heeft nog nodig: afzenderadres, API-sleutel van MyParcel") == 1
    fill_sender(shop)
    assert "kunnen geen label krijgen" not in merchant.get("/").content.decode()


def test_an_import_calls_nothing_ready_that_the_shop_cannot_make(merchant: Client, shop: Shop, owner):
    connection = make_connection(shop)
    mirror_order(connection)
    job = order_import.start_import(shop, owner, orders=connection.orders.all(), key="k")
    runner.run_due()
    result = f"/zendingen/taken/{job.public_id}/"
    assert "Voor het label is nog nodig:" in (page := merchant.get(result).content.decode())
    assert "klaar voor een label" not in page
    fill_sender(shop)
    assert "klaar voor een label" in merchant.get(result).content.decode()


def test_a_job_of_another_shop_selects_nothing(client_for, rival: Shop, shop: Shop, owner):
    make_shipment(shop)
    job = register.start_labels(shop, owner, shipments=shop.shipments.all(), layout="a6", start=1, key="k")
    runner.run_due()
    stranger = client_for(rival.memberships.get().user)
    assert stranger.get(WINDOW, {"failed_of": str(job.public_id)}).url == "/zendingen/"


def test_settings_lead_back_to_where_they_were_opened_and_never_to_another_site(merchant: Client):
    sender = SENDER | {"country": "NL"}
    own, foreign = "/zendingen/taken/7/?x=1", ("https://elsewhere.example/", "//elsewhere.example/", "")
    saved = {
        back: merchant.post(f"/instellingen/afzender/?{urlencode({'next': back})}", sender) for back in (own, *foreign)
    }
    assert saved[own].url == own
    assert {saved[back].url for back in foreign} == {"/instellingen/afzender/"}


def test_a_shop_with_a_key_needs_no_wish_to_practice(shop: Shop):
    fill_sender(shop, key=False)
    assert missing(shop) == []
    Shop.objects.update(is_practicing=False)
    assert missing(shop) == ["no_key"]
    give_key(shop)
    assert missing(shop) == []
