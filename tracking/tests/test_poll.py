"""Polling, webhooks and final statuses."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from accounts.tests.mails import sent_mails
from carriers.gateways.base import Tracking
from carriers.gateways.myparcel.client import encode_key
from carriers.tracking_status import TrackingStatus
from jobs import runner
from jobs.models import Job
from lib.http import ApiUnavailable
from shipments.models import Shipment
from shipments.services.labels import register
from shipments.services.labels.cancel import CancelError, cancel_label
from shipments.services.labels.gateway import open_gateway
from shipments.services.labels.returns import ReturnError, create_return
from shipments.states import STATUS_OF_TRACKING, ShipmentStatus, next_poll_time, sources_of
from shipments.tests.factories import fill_sender, make_shipment
from shops.models import Shop
from shops.services import gateway_accounts
from tests.sandbox_server import MyParcelSandbox
from tracking import poll

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(shop: Shop, owner, sandbox: MyParcelSandbox, settings) -> Shipment:
    """A shipment with a label from MyParcel."""
    settings.MYPARCEL_API_URL = sandbox.api
    fill_sender(shop)
    gateway_accounts.save_api_key(shop, sandbox.key)
    shipment = make_shipment(shop, email="hanna@mail.example")
    register.start_labels(shop, owner, shipments=shop.shipments.all(), layout="a6", start=1, key="k")
    runner.run_due()
    assert Job.objects.get().state == "done"
    shipment.refresh_from_db()
    assert shipment.barcode.startswith("3SSAND")
    return shipment


def ask_now(shipment: Shipment) -> Shipment:
    Shipment.objects.filter(pk=shipment.pk).exclude(next_poll_at=None).update(next_poll_at=timezone.now())
    poll.poll_due()
    shipment.refresh_from_db()
    return shipment


def scans(shipment: Shipment) -> list[str]:
    return list(shipment.events.filter(kind="carrier").order_by("at", "pk").values_list("code", flat=True))


def test_a_label_from_myparcel_has_an_id_a_price_and_a_moment_to_be_asked_about(sent: Shipment):
    assert sent.gateway == "myparcel"
    assert sent.price == 695
    assert sent.next_poll_at is not None
    assert sent.tracking_url.endswith("/3524KB/NL")


def test_scans_move_the_parcel_and_stand_in_the_log_once(sent: Shipment, sandbox: MyParcelSandbox):
    for status, expected in ((3, "in_transit"), (5, "out_for_delivery"), (7, "delivered")):
        sandbox.move(sent.barcode, status)
        assert ask_now(sent).status == expected
    assert scans(sent) == ["B01", "J05", "I01"]
    assert sent.delivered_at is not None
    assert sent.next_poll_at is None, "nothing more is expected"
    with override("nl"):
        assert sent.events.filter(kind="carrier").first().message == "Bezorgd"


def test_who_asks_at_the_same_moment_keeps_no_scan_twice(sent: Shipment, sandbox: MyParcelSandbox):
    for status in (3, 4):
        sandbox.move(sent.barcode, status)
    found = open_gateway(sent.shop_id, sent.gateway).track([sent.external_id])[sent.external_id]
    for _worker in range(2):
        poll.record_tracking(Shipment.objects.get(pk=sent.pk), found, known=set())
    assert len(scans(sent)) == len(set(scans(sent))) == 2


def test_skipped_steps_are_taken_and_repeated_questions_change_nothing(sent: Shipment, sandbox: MyParcelSandbox):
    sandbox.move(sent.barcode, 8)
    assert ask_now(sent).status == "at_pickup_point"
    before = (sent.status_at, scans(sent))
    ask_now(sent)
    assert (sent.status_at, scans(sent)) == before


def test_nothing_leaves_a_final_status(sent: Shipment, sandbox: MyParcelSandbox):
    sandbox.move(sent.barcode, 7)
    ask_now(sent)
    sandbox.move(sent.barcode, 4)
    Shipment.objects.update(next_poll_at=timezone.now())
    assert ask_now(sent).status == "delivered"


def test_late_and_returned_parcels_ask_for_attention(sent: Shipment, sandbox: MyParcelSandbox):
    assert not sent.shop.shipments.needing_attention().exists()
    sandbox.move(sent.barcode, 4, delayed=True)
    assert ask_now(sent).delayed
    assert sent.shop.shipments.needing_attention().exists()
    sandbox.move(sent.barcode, 5)
    assert not ask_now(sent).delayed
    sandbox.move(sent.barcode, 10)
    assert ask_now(sent).status == "returned"
    assert sent.shop.shipments.needing_attention().exists()


def test_a_status_nobody_knows_is_kept_and_moves_nothing(sent: Shipment, sandbox: MyParcelSandbox):
    sandbox.move(sent.barcode, 13)
    ask_now(sent)
    assert (sent.status, sent.tracking_status, sent.carrier_status_code) == ("registered", "credited", 13)


def test_a_silent_myparcel_is_asked_again_later(sent: Shipment, sandbox: MyParcelSandbox):
    sandbox.set_switches(fault="500")
    ask_now(sent)
    assert sent.status == "registered"
    assert sent.next_poll_at > timezone.now() + timedelta(minutes=5)


@pytest.mark.parametrize("shape", ["results", "search_results"])
def test_both_shapes_of_a_list_are_read(sent: Shipment, sandbox: MyParcelSandbox, shape):
    sandbox.set_switches(list_shape=shape)
    sandbox.move(sent.barcode, 3)
    assert ask_now(sent).status == "in_transit"


ADDRESS, FORMER_ADDRESS = "/webhooks/labels/myparcel/", "/webhooks/myparcel/"


def hint(shop: Shop, key: str, body: object, address: str = ADDRESS) -> int:
    path = f"{address}{shop.gateway_account.webhook_token}/"
    headers = {"X-MyParcel-Authorization": encode_key(key)}
    return (
        Client(enforce_csrf_checks=True).post(path, json.dumps(body), "application/json", headers=headers).status_code
    )


@pytest.mark.parametrize("address", [ADDRESS, FORMER_ADDRESS])
def test_a_webhook_is_a_hint_the_truth_is_read_again(sent: Shipment, shop: Shop, sandbox: MyParcelSandbox, address):
    sandbox.move(sent.barcode, 3)
    body = {"data": {"hooks": [{"shipment_id": int(sent.external_id), "status": 7, "barcode": sent.barcode}]}}
    for _twice in range(2):
        assert hint(shop, sandbox.key, body, address) == 204
    poll.poll_due()
    sent.refresh_from_db()
    assert sent.status == "in_transit"
    assert scans(sent) == ["B01"]


OLD_ANSWERS = {
    "no answer": ApiUnavailable("down"),
    "unknown parcel": None,
    "no scan": Tracking("", TrackingStatus.ANNOUNCED, is_final=False),
    "nothing more expected": Tracking("", TrackingStatus.ANNOUNCED, is_final=True),
}


@pytest.mark.parametrize("old", OLD_ANSWERS.values(), ids=OLD_ANSWERS)
def test_a_webhook_that_comes_while_myparcel_is_asked_is_not_overwritten(
    sent: Shipment, shop: Shop, sandbox: MyParcelSandbox, monkeypatch, old
):
    """The webhook arrives after MyParcel's response and before that response is stored."""
    answers = []

    class Gateway:
        def track(self, external_ids):
            answers.append(external_ids)
            if len(answers) > 1:
                return open_gateway(shop.pk, sent.gateway).track(external_ids)
            sandbox.move(sent.barcode, 3)
            assert hint(shop, sandbox.key, {"data": {"hooks": [{"shipment_id": int(sent.external_id)}]}}) == 204
            if isinstance(old, Exception):
                raise old
            return {sent.external_id: old} if old else {}

    monkeypatch.setattr(poll, "open_gateway", lambda *_: Gateway())
    assert ask_now(sent).status == "in_transit"
    assert len(answers) == 2
    assert sent.next_poll_at > timezone.now() + timedelta(minutes=5), "asked again at the usual pace"


def test_a_label_cancelled_while_myparcel_is_asked_is_asked_about_no_more(sent: Shipment, owner, monkeypatch):
    class Gateway:
        def track(self, external_ids):
            cancel_label(Shipment.objects.get(pk=sent.pk), by=owner)
            return {sent.external_id: Tracking(sent.external_id, TrackingStatus.ANNOUNCED, is_final=False)}

    monkeypatch.setattr(poll, "open_gateway", lambda *_: Gateway())
    assert ask_now(sent).status == "cancelled"
    assert sent.next_poll_at is None


def test_a_webhook_of_a_stranger_does_nothing(sent: Shipment, shop: Shop, sandbox: MyParcelSandbox):
    body = {"data": {"hooks": [{"shipment_id": int(sent.external_id), "status": 7}]}}
    due = sent.next_poll_at
    assert hint(shop, "another-key", body) == 404
    sent.refresh_from_db()
    assert sent.next_poll_at == due
    for address in (ADDRESS, FORMER_ADDRESS):
        unknown = f"{address}6fa5b0f2-aa5f-4dba-9c31-2532ddf4b2a3/"
        assert Client().post(unknown, "{}", "application/json").status_code == 404


@pytest.mark.parametrize("address", ["/webhooks/labels/local/", "/webhooks/labels/postbode/", "/webhooks/wix/"])
def test_a_message_at_the_address_of_another_gateway_is_not_taken(
    sent: Shipment, shop, sandbox: MyParcelSandbox, address
):
    body = {"data": {"hooks": [{"shipment_id": int(sent.external_id), "status": 7}]}}
    due = sent.next_poll_at
    assert hint(shop, sandbox.key, body, address) == 404
    sent.refresh_from_db()
    assert sent.next_poll_at == due


@pytest.mark.parametrize("body", [None, [], {}, {"data": []}, {"data": {"hooks": [1, {"shipment_id": "x"}]}}])
def test_odd_webhooks_are_answered_and_change_nothing(sent: Shipment, shop: Shop, sandbox: MyParcelSandbox, body):
    assert hint(shop, sandbox.key, body) == 204


def test_the_command_asks_about_everything_now(sent: Shipment, sandbox: MyParcelSandbox, capsys):
    sandbox.move(sent.barcode, 3)
    call_command("refresh_tracking", "--dry-run")
    call_command("refresh_tracking")
    assert "asked about 1 parcels" in capsys.readouterr().out
    sent.refresh_from_db()
    assert sent.status == "in_transit"


def test_the_buyer_is_mailed_by_us_only_when_the_shop_wants_it_and_once(
    sent: Shipment, shop: Shop, sandbox: MyParcelSandbox
):
    sandbox.move(sent.barcode, 3)
    ask_now(sent)
    assert sent_mails() == []
    Shop.objects.update(mails_buyer=True)
    for status in (4, 5):
        sandbox.move(sent.barcode, status)
        ask_now(sent)
    (message,) = sent_mails()
    assert message.to == ["hanna@mail.example"]
    assert message.subject == "Je pakket is onderweg"
    assert f"/volg/{sent.public_id}/" in message.body
    assert mail_events(sent) == ["own_mail"], "and not as a mail of the webshop"


def mail_events(shipment: Shipment) -> list[str]:
    return list(shipment.events.filter(kind__contains="mail").order_by("pk").values_list("kind", flat=True))


def test_an_address_that_is_none_is_not_mailed_and_holds_up_nobody(
    sent: Shipment, shop: Shop, sandbox: MyParcelSandbox
):
    Shop.objects.update(mails_buyer=True)
    Shipment.objects.filter(pk=sent.pk).update(email="hanna@mail.example\nBcc: everybody@mail.example")
    sandbox.move(sent.barcode, 4)
    assert ask_now(sent).status == "in_transit"
    assert sent_mails() == []
    assert mail_events(sent) == ["own_mail", "own_mail_failed"]


def test_how_often_is_asked_falls_with_age_and_ends():
    now = timezone.now()
    paces = []
    for days in (0, 3, 20, 90):
        moment = next_poll_time("in_transit", now - timedelta(days=days), now)
        paces.append(moment - now if moment else None)
    assert paces == [timedelta(hours=1), timedelta(hours=4), timedelta(days=1), None]
    assert next_poll_time("delivered", now, now) is None
    assert all(next_poll_time(status, now, now) is None for status in ("draft", "returned", "cancelled"))


def test_a_label_nobody_scanned_is_cancelled_and_a_new_draft_can_be_made(sent: Shipment, shop: Shop, owner, client_for):
    browser = client_for(owner)
    page = browser.get(f"/zendingen/{sent.public_id}/annuleren/").content.decode()
    assert "nooit gescand" in page
    browser.post(f"/zendingen/{sent.public_id}/annuleren/")
    sent.refresh_from_db()
    assert (sent.status, sent.next_poll_at) == ("cancelled", None)
    assert sent.events.filter(kind="cancelled", actor=owner).count() == 1
    with pytest.raises(CancelError):
        cancel_label(sent, by=owner)
    answer = browser.post(f"/zendingen/{sent.public_id}/opnieuw/")
    draft = shop.shipments.get(status="draft")
    assert str(draft.public_id) in answer["Location"]
    assert (draft.street, draft.barcode) == (sent.street, None)


def test_a_parcel_that_was_scanned_meanwhile_is_not_cancelled(sent: Shipment, owner, sandbox: MyParcelSandbox):
    sandbox.move(sent.barcode, 3)
    with pytest.raises(CancelError) as refused:
        cancel_label(sent, by=owner)
    assert "heeft dit pakket al" in str(refused.value)
    poll.poll_due()
    sent.refresh_from_db()
    assert sent.status == "in_transit"


def test_a_return_label_is_a_shipment_of_its_own_and_is_made_once(
    sent: Shipment, shop: Shop, owner, sandbox: MyParcelSandbox
):
    back = create_return(sent, by=owner)
    assert create_return(sent, by=owner) == back
    assert back.parent == sent
    assert (back.city, back.order_id, back.fulfillment_id) == ("Utrecht", None, None), "it goes to MyParcel's address"
    assert back.barcode != sent.barcode
    assert [row["parent_id"] for row in sandbox.shipments if row["shipment_type"] == 2] == [int(sent.external_id)]
    assert sent.events.filter(kind="return").count() == 1


def test_a_return_that_was_cancelled_is_good_again_when_it_is_asked_for_again(
    sent: Shipment, owner, sandbox: MyParcelSandbox
):
    back = create_return(sent, by=owner)
    cancel_label(back, by=owner)
    again = create_return(sent, by=owner)
    again.refresh_from_db()
    assert (again, again.status, again.has_label) == (back, "registered", True)
    assert again.next_poll_at is not None
    assert len([row for row in sandbox.shipments if row["shipment_type"] == 2]) == 1


def test_without_a_key_a_cancelled_return_becomes_a_new_one(shop: Shop, owner):
    fill_sender(shop)
    out = make_shipment(shop, status="printed", barcode="3STBPO1", gateway="local")
    first = create_return(out, by=owner)
    cancel_label(first, by=owner)
    assert create_return(out, by=owner).barcode not in (first.barcode, out.barcode)


def test_a_return_whose_answer_was_lost_is_found_and_not_made_twice(sent: Shipment, owner, sandbox: MyParcelSandbox):
    sandbox.set_switches(fault="lost_answer", fault_path="POST /shipments", fault_count=1)
    with pytest.raises(ReturnError):
        create_return(sent, by=owner)
    create_return(sent, by=owner)
    assert len([row for row in sandbox.shipments if row["shipment_type"] == 2]) == 1


def test_from_outside_the_countries_with_returns_there_is_a_sentence(sent: Shipment, owner):
    sent.country = "US"
    with pytest.raises(ReturnError) as refused:
        create_return(sent, by=owner)
    assert str(refused.value)


def test_every_code_of_the_carrier_leads_to_a_state_that_can_be_reached():
    for target in STATUS_OF_TRACKING.values():
        assert ShipmentStatus.REGISTERED in sources_of(target), target


def test_one_parcel_that_breaks_us_leaves_the_others_their_news(sent: Shipment, monkeypatch):
    """Whatever it is: the others are stored, and it is asked about again later."""
    other = make_shipment(
        sent.shop, status="registered", barcode="3SOTHER", external_id="8", next_poll_at=timezone.now()
    )
    Shipment.objects.filter(pk=other.pk).update(gateway=sent.gateway)
    record = poll.record_tracking
    recorded = []

    def record_or_fail(shipment, tracking, known):
        if shipment.pk == sent.pk:
            raise ZeroDivisionError
        recorded.append(shipment.pk)
        record(shipment, tracking, known)

    monkeypatch.setattr(poll, "record_tracking", record_or_fail)
    asked = ask_now(sent)
    assert recorded == [other.pk]
    assert asked.next_poll_at > timezone.now() + timedelta(minutes=5)
    assert asked.next_poll_at < timezone.now() + timedelta(minutes=15)


def test_an_account_whose_answers_break_us_leaves_the_other_accounts(sent: Shipment, rival: Shop, monkeypatch):
    theirs = make_shipment(rival, status="registered", barcode="3SOTHER", external_id="8", next_poll_at=timezone.now())
    opened, asked = poll.open_gateway, []

    def open_or_fail(shop_id, gateway):
        asked.append(shop_id)
        if shop_id == sent.shop_id:
            raise ZeroDivisionError
        return opened(shop_id, gateway)

    monkeypatch.setattr(poll, "open_gateway", open_or_fail)
    ask_now(sent)
    assert set(asked) == {sent.shop_id, theirs.shop_id}
