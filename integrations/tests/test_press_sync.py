"""Asking for a sync while another one reads: one more follows it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from integrations.models import ExternalOrder
from integrations.services import sync
from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import FakePlatform, make_order

pytestmark = pytest.mark.django_db


def test_who_asks_during_a_reading_gets_one_more_after_it_however_often(acme: FakePlatform, client_for, owner, shop):
    """The order that changes may be on a page that was read already, and the next reading is minutes away."""
    connection = make_connection(shop)
    merchant, said, read = client_for(owner), [], acme.orders_page

    def pressed_meanwhile(**asked):
        page = read(**asked)
        acme.orders_page = read
        acme.orders.append(make_order(2, updated_at=timezone.now()))
        for _press in range(3):
            answer = merchant.post(reverse("integrations:sync_now", args=[connection.public_id]), follow=True)
            said.append(answer.content.decode())
        return page

    acme.orders, acme.orders_page = [make_order(1)], pressed_meanwhile
    sync.request_sync(connection)
    sync.sync_due()
    assert all("Er volgt er nog een" in page for page in said)
    assert set(ExternalOrder.objects.values_list("number", flat=True)) == {"1"}
    sync.sync_due()
    assert set(ExternalOrder.objects.values_list("number", flat=True)) == {"1", "2"}
    assert (sync.sync_due(), acme.calls.count("orders_page")) == (0, 2)


def test_who_asks_between_two_turns_of_a_reading_gets_one_more_too(acme: FakePlatform, monkeypatch):
    monkeypatch.setattr(sync, "PAGES_PER_TURN", 1)
    connection = make_connection()
    acme.orders, acme.page_size = [make_order(1), make_order(2)], 1
    assert not sync.press_sync(connection), "nothing was being read"
    sync.sync_due()
    assert sync.press_sync(connection)
    acme.orders[0] = make_order(1, updated_at=timezone.now(), email="new@example.com")
    sync.sync_due()
    assert ExternalOrder.objects.get(number="1").order.email != "new@example.com"
    while sync.sync_due():
        pass
    assert ExternalOrder.objects.get(number="1").order.email == "new@example.com"
