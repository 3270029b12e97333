"""Changed orders: each change is applied once, and no edit is overwritten."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.models import Connection, ExternalOrder, Fulfillment
from integrations.orders import FulfillmentStatus, OrderData, OrderStatus, PaymentStatus
from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import FakePlatform, abroad, make_order
from jobs import runner
from jobs.models import Job
from lib.http import ApiUnavailable
from shipments.models import Shipment
from shipments.services.drafts import bulk_edit, trash
from shipments.services.drafts.edit import edit_draft
from shipments.services.drafts.split import ParcelShare, recreate_draft, split_draft
from shipments.services.imports import order_changes, order_import
from shipments.services.imports.order_changes import apply_due
from shipments.services.labels import register
from shipments.tests.factories import fill_sender
from shops.models import PackagePreferences

pytestmark = pytest.mark.django_db
CANCELED = {"status": OrderStatus.CANCELED}
REFUNDED = {"payment": PaymentStatus.REFUNDED}
MOVED = {"address": replace(make_order().address, line1="Kerkstraat 7", city="Zeist", postal_code="3701 AA")}
MAILBOX = {"email": "new@example.com"}
FULFILLED = {"fulfillment": FulfillmentStatus.FULFILLED}


def line(**changes: object) -> dict:
    return {"lines": (replace(make_order().lines[0], **changes),)}


ONE_REFUNDED = {"payment": PaymentStatus.PARTIALLY_REFUNDED} | line(refunded=1)


@pytest.fixture
def connection(shop) -> Connection:
    PackagePreferences.objects.get_or_create(shop=shop)
    fill_sender(shop)
    return make_connection(shop)


@pytest.fixture
def draft(acme: FakePlatform, connection, owner) -> Shipment:
    """A draft of order 10231, imported and up to date."""
    mirror_order(connection, make_order())
    order_import.start_import(connection.shop, owner, orders=ExternalOrder.objects.all(), key="import")
    runner.run_due()
    apply_due()
    return Shipment.objects.get()


@pytest.fixture
def label(draft, acme, owner) -> Shipment:
    acme.orders = [make_order()]
    register.start_labels(draft.shop, owner, shipments=Shipment.objects.all(), layout="a6", start=1, key="labels")
    runner.run_due()
    return reload(draft)


def reload(shipment: Shipment) -> Shipment:
    return Shipment.objects.get(pk=shipment.pk)


def happens(shipment: Shipment, **changes: object) -> Shipment:
    """The order changes at the platform, a sync reads it, and the change is applied."""
    row = ExternalOrder.objects.select_related("connection").get(pk=shipment.order_id)
    order: OrderData = row.order
    mirror_order(row.connection, replace(order, updated_at=order.updated_at + timedelta(hours=1), **changes))
    apply_due()
    return reload(shipment)


def kinds(shipment: Shipment) -> list[str]:
    return list(shipment.events.order_by("pk").values_list("kind", flat=True))


def edit(shipment: Shipment) -> None:
    Shipment.objects.filter(pk=shipment.pk).update(version=2, edited_at=timezone.now(), city="Typed by hand")


def test_an_import_is_followed_once_and_nothing_happens_to_it(draft):
    assert kinds(draft) == ["imported"]
    assert not ExternalOrder.objects.filter(changes_pending=True).exists()
    assert apply_due() == 0


@pytest.mark.parametrize(("changes", "alert"), [(CANCELED, "canceled"), (REFUNDED, "refunded")])
def test_a_cancelled_order_blocks_its_draft_and_says_why(draft, changes, alert):
    draft = happens(draft, **changes)
    assert (draft.order_alert, draft.blocked_by) == (alert, "order")
    assert draft.problems[0]["text"]["nl"]
    assert kinds(draft)[-1] == "order_alert"
    assert draft in Shipment.objects.needing_attention()


def test_a_cancelled_order_blocks_a_draft_that_somebody_edited_too(draft):
    edit(draft)
    draft = happens(draft, **CANCELED)
    assert (draft.blocked_by, draft.city) == ("order", "Typed by hand")


def test_a_cancelled_order_gets_no_label(draft, acme, owner):
    draft = happens(draft, **CANCELED)
    acme.orders = [draft.order.order]
    job = register.start_labels(draft.shop, owner, shipments=Shipment.objects.all(), layout="a6", start=1, key="l")
    runner.run_due()
    assert job.items.get().code == "canceled"
    assert reload(draft).barcode is None


def test_a_cancellation_that_was_undone_frees_the_draft(draft):
    happens(draft, **CANCELED)
    draft = happens(draft, status=OrderStatus.APPROVED)
    assert (draft.order_alert, draft.blocked_by, draft.problems) == ("", "", [])


def test_an_edited_draft_is_freed_too_and_keeps_what_was_typed(draft):
    edit(draft)
    happens(draft, **CANCELED)
    draft = happens(draft, status=OrderStatus.APPROVED)
    assert (draft.order_alert, draft.blocked_by, draft.city) == ("", "", "Typed by hand")


@pytest.mark.parametrize(("changes", "alert"), [(CANCELED, "canceled"), (REFUNDED, "refunded"), (MOVED, "edited")])
def test_a_label_is_flagged_and_stays_what_it_is(label, changes, alert):
    before = (label.barcode, label.city)
    label = happens(label, **changes)
    assert label.order_alert == alert
    assert (label.barcode, label.city) == before
    event = label.events.filter(kind="order_alert").get()
    assert event.text["nl"] != event.text["en"]
    assert label in Shipment.objects.needing_attention()


@pytest.mark.parametrize(
    ("changes", "column", "value"),
    [(MOVED, "city", "Zeist"), (MAILBOX, "email", "new@example.com"), (line(quantity=3), "weight", 1050)],
)
def test_a_draft_nobody_edited_becomes_what_the_order_is_now(draft, changes, column, value):
    draft = happens(draft, **changes)
    assert getattr(draft, column) == value
    assert (draft.order_alert, draft.version) == ("", 2)
    assert draft.events.get(kind="order_changed").text["nl"]


def test_who_has_the_draft_open_notices_that_it_was_refreshed(draft):
    assert happens(draft, **MOVED).version == draft.version + 1


@pytest.mark.parametrize(
    ("changes", "what"), [(MOVED, "bezorgadres"), (line(quantity=3), "artikelen"), (MAILBOX, "koper")]
)
def test_an_edited_draft_is_warned_with_what_changed_and_not_overwritten(draft, changes, what):
    edit(draft)
    draft = happens(draft, **changes)
    assert (draft.order_alert, draft.city, draft.weight) == ("edited", "Typed by hand", 700)
    assert what in draft.events.get(kind="order_alert").text["nl"]


def test_a_partial_refund_takes_the_pieces_out_and_says_so(draft):
    draft = happens(draft, **ONE_REFUNDED)
    assert (draft.order_lines[0]["pieces"], draft.order_alert) == (1, "refunded")


def test_when_every_piece_was_refunded_the_draft_is_blocked(draft):
    changes = {"payment": PaymentStatus.PARTIALLY_REFUNDED} | line(refunded=2)
    assert happens(draft, **changes).blocked_by == "order"


def test_a_draft_of_an_order_the_merchant_marked_as_sent_warns_and_does_not_block(draft):
    draft = happens(draft, **FULFILLED, **line(fulfilled=2))
    assert (draft.order_alert, draft.blocked_by) == ("fulfilled", "")


def test_that_we_told_the_shop_ourselves_is_no_news(label):
    label = happens(label, **FULFILLED, **line(fulfilled=2))
    assert label.order_alert == ""
    assert "order_alert" not in kinds(label)


def test_what_the_merchant_sent_by_hand_leaves_the_rest_in_the_draft(draft):
    draft = happens(draft, fulfillment=FulfillmentStatus.PARTIALLY_FULFILLED, **line(fulfilled=1))
    assert draft.order_lines[0]["pieces"] == 1


def test_customs_lines_follow_too(acme, connection, owner):
    mirror_order(connection, abroad("US", region="NY"))
    order_import.start_import(connection.shop, owner, orders=ExternalOrder.objects.all(), key="import")
    runner.run_due()
    draft = happens(Shipment.objects.get(), **line(quantity=5))
    assert [item.quantity for item in draft.customs_items.all()] == [5]


def test_an_order_packed_in_two_parcels_is_not_repacked_by_itself(draft):
    Shipment.objects.filter(pk=draft.pk).update(parcel_number=1)
    other = Shipment.objects.get(pk=draft.pk)
    other.pk, other.public_id, other.parcel_number = None, None, 2
    other.public_id = Shipment._meta.get_field("public_id").default()
    other.save(force_insert=True)
    happens(draft, **line(quantity=3))
    assert set(Shipment.objects.values_list("weight", "order_alert")) == {(700, "edited")}


def save(shipment: Shipment, owner) -> Shipment:
    edit_draft(
        shipment,
        by=owner,
        version=shipment.version,
        content=replace(shipment.content, recipient=replace(shipment.recipient, city="Zeist")),
    )
    return reload(shipment)


@pytest.mark.parametrize("changes", [CANCELED, REFUNDED, line(refunded=2)])
def test_a_blocked_draft_stays_blocked_whoever_edits_it(draft, acme, owner, changes):
    edit(draft)
    blocked = happens(draft, **changes)
    saved = save(blocked, owner)
    assert (saved.city, saved.blocked_by, saved.problems) == ("Zeist", "order", blocked.problems)
    shipments = Shipment.objects.all()
    bulk_edit.start_edit(draft.shop, owner, shipments=shipments, changes={"signature": True}, key="bulk")
    runner.run_due()
    assert (reload(saved).signature, reload(saved).blocked_by) == (True, "order")
    acme.orders = [reload(saved).order.order]
    register.start_labels(draft.shop, owner, shipments=shipments, layout="a6", start=1, key="labels")
    runner.run_due()
    assert reload(saved).barcode is None


def test_every_part_of_a_split_draft_is_warned_and_blocked(draft, owner):
    parts = [ParcelShare({"line-1": 1}, 300), ParcelShare({"line-1": 1}, 300)]
    split_draft(draft, by=owner, version=draft.version, parts=parts)
    happens(draft, **MOVED)
    assert list(Shipment.objects.values_list("order_alert", flat=True)) == ["edited", "edited"]
    happens(draft, **CANCELED)
    assert list(Shipment.objects.values_list("blocked_by", flat=True)) == ["order", "order"]


def test_what_happens_between_deleting_and_putting_back_is_followed(draft, owner):
    moment, _gone = trash.delete_drafts(Shipment.objects.all(), by=owner)
    row = ExternalOrder.objects.select_related("connection").get()
    mirror_order(row.connection, replace(row.order, updated_at=row.order.updated_at + timedelta(hours=1), **CANCELED))
    apply_due()
    trash.restore(draft.shop, moment, by=owner)
    apply_due()
    assert reload(draft).blocked_by == "order"


def test_what_happens_after_a_label_was_cancelled_reaches_the_new_draft(label, owner):
    Shipment.objects.filter(pk=label.pk).update(status="cancelled")
    happens(label, **MOVED)
    draft = recreate_draft(reload(label), by=owner)
    apply_due()
    assert reload(draft).order_alert == "edited"


def test_the_same_change_is_told_once(label):
    label = happens(label, **MOVED)
    ExternalOrder.objects.update(changes_pending=True)
    apply_due()
    apply_due()
    assert kinds(label).count("order_alert") == 1


def test_a_label_that_is_being_made_is_looked_at_afterwards(draft):
    Shipment.objects.update(status="registering")
    assert happens(draft, **MOVED).order_alert == ""
    assert ExternalOrder.objects.get().changes_pending
    Shipment.objects.update(status="registered")
    apply_due()
    assert reload(draft).order_alert == "edited"
    assert not ExternalOrder.objects.get().changes_pending


def test_a_parcel_that_arrived_is_left_alone(label):
    Shipment.objects.update(status="delivered")
    assert happens(label, **CANCELED).order_alert == ""


def test_somebody_who_saves_at_the_same_moment_is_not_overwritten(draft, monkeypatch):
    original = order_changes.draft_from_order

    def edited_meanwhile(*given):
        edit(draft)
        return original(*given)

    monkeypatch.setattr(order_changes, "draft_from_order", edited_meanwhile)
    draft = happens(draft, **MOVED)
    assert draft.city == "Typed by hand"
    monkeypatch.undo()
    apply_due()
    assert reload(draft).order_alert == "edited"


def test_an_order_that_changes_again_while_it_is_followed_is_followed_again(draft, monkeypatch):
    original = order_changes.apply_to_shipment

    def changed_meanwhile(shipment, order, *, alone):
        newer = replace(order.order, updated_at=order.changed_at + timedelta(hours=1), **CANCELED)
        mirror_order(connection=order.connection, order=newer)
        return original(shipment, order, alone=alone)

    monkeypatch.setattr(order_changes, "apply_to_shipment", changed_meanwhile)
    happens(draft, **MOVED)
    monkeypatch.undo()
    apply_due()
    assert reload(draft).order_alert == "canceled"


def test_an_alert_that_was_seen_is_gone_but_a_blocked_draft_stays_blocked(draft):
    draft = happens(draft, **CANCELED)
    order_changes.acknowledge(draft)
    order_changes.acknowledge(draft)
    assert (reload(draft).order_alert, reload(draft).blocked_by) == ("", "order")


def test_that_the_shop_mailed_the_buyer_is_in_the_log_once(label):
    moment = timezone.now()
    Fulfillment.objects.update(buyer_mailed_at=moment)
    for _sweep in range(2):
        ExternalOrder.objects.update(changes_pending=True)
        apply_due()
    assert label.events.get(kind="mailed").at == moment


def test_following_a_hundred_orders_that_did_not_change_takes_a_handful_of_queries(
    acme, connection, owner, django_assert_max_num_queries
):
    for number in range(1, 101):
        mirror_order(connection, make_order(number))
    order_import.start_import(connection.shop, owner, orders=ExternalOrder.objects.all(), key="k")
    runner.run_due()
    with django_assert_max_num_queries(10):
        assert apply_due() == 100


def test_the_page_says_what_happened_what_to_do_and_lets_go_when_it_was_seen(label, client_for, owner):
    happens(label, **CANCELED)
    merchant = client_for(owner)
    address = f"/zendingen/{label.public_id}/"
    page = merchant.get(address).content.decode()
    assert "Verstuur dit pakket niet." in page
    answer = merchant.post(address + "gezien/", follow=True)
    assert "vraagt geen aandacht meer" in answer.content.decode()
    assert "Verstuur dit pakket niet." not in merchant.get(address).content.decode().split('id="log-title"')[0]


def test_what_the_buyer_wrote_and_the_shop_asked_is_beside_the_draft(draft, client_for, owner):
    happens(
        draft,
        buyer_note="Bel niet aan",
        instructions="Achterom",
        checkout_answers=(("BTW-nummer", "NL000099998B57"),),
        delivery_slot="24 nov, 14:00 - 18:00",
        currency="USD",
    )
    page = client_for(owner).get(f"/zendingen/{draft.public_id}/bewerken/").content.decode()
    for text in ("Bel niet aan", "Achterom", "BTW-nummer", "NL000099998B57", "24 nov, 14:00", "betaald in USD"):
        assert text in page


def test_whether_acme_mailed_the_buyer_is_on_the_page(label, client_for, owner):
    page = f"/zendingen/{label.public_id}/"
    Fulfillment.objects.update(state="done", confirmed_at=timezone.now())
    merchant = client_for(owner)
    assert "nog niet bekend" in merchant.get(page).content.decode()
    Fulfillment.objects.update(buyer_mailed_at=timezone.now())
    assert "nog niet bekend" not in merchant.get(page).content.decode()


def test_labels_wait_for_a_shop_that_asks_us_to_slow_down_and_lose_nothing(draft, acme, owner):
    acme.orders = [make_order()]
    acme.fail["fetch_orders"] = [ApiUnavailable("our own limit", sent=False, retry_after=40, status=429)]
    job = register.start_labels(draft.shop, owner, shipments=Shipment.objects.all(), layout="a6", start=1, key="l")
    runner.run_due()
    job.refresh_from_db()
    assert (job.is_finished, job.lease_token) == (False, None)
    assert timedelta(seconds=30) < job.next_at - timezone.now() < timedelta(seconds=41)
    Job.objects.update(next_at=timezone.now())
    Connection.objects.update(paused_until=None)
    runner.run_due()
    assert reload(draft).barcode
    assert Fulfillment.objects.count() == 1


def test_labels_wait_as_long_as_the_shop_asks(draft, acme, owner):
    acme.fail["fetch_orders"] = [ApiUnavailable("too many", sent=False, retry_after=1800, status=429)]
    job = register.start_labels(draft.shop, owner, shipments=Shipment.objects.all(), layout="a6", start=1, key="l")
    runner.run_due()
    job.refresh_from_db()
    assert (job.items.get().state, job.next_at > timezone.now() + timedelta(minutes=29)) == ("waiting", True)


def test_a_shipment_leads_to_its_order_at_the_shop(label, client_for, owner):
    link = f'href="https://shop.example/{label.order.connection.site_id}/{label.order.external_id}"'
    merchant, address = client_for(owner), f"/zendingen/{label.public_id}/"
    assert link in merchant.get(address).content.decode()
    label.order.connection.__class__.objects.update(state="disconnected")
    assert link not in merchant.get(address).content.decode(), "the site is not ours to speak of any more"
