"""The page of a draft says why its label was refused, until somebody does something about it."""

from functools import partial

import pytest
from django.utils import timezone

from carriers.gateways.local import LocalGateway
from carriers.parcels import RegistrationRejected
from integrations.tests.fake_platform import make_order
from jobs.models import Job
from shipments.models import JobItem, Shipment
from shipments.services.labels.barcode_numbers import allocate_numbers
from shipments.tests.test_register_labels import connection, imported, make_labels, use_gateway

__all__ = ["connection"]
pytestmark = pytest.mark.django_db
WORDS, TITLE = "Pay your carrier first.", "Het label is niet gemaakt"


@pytest.fixture
def draft(acme, connection, owner, monkeypatch) -> Shipment:
    class Gateway(LocalGateway):
        def register(self, consignments):
            return [RegistrationRejected(one.reference, WORDS) for one in consignments]

    use_gateway(monkeypatch, Gateway(partial(allocate_numbers, connection.shop_id)))
    (shipment,) = imported(acme, connection, owner, make_order())
    make_labels(connection, owner)
    return shipment


@pytest.fixture
def page_of(client_for, owner):
    return lambda shipment: client_for(owner).get(f"/zendingen/{shipment.public_id}/bewerken/").content.decode()


def test_the_draft_says_why_and_when(draft, page_of):
    page = page_of(draft)
    assert WORDS in page
    assert f"{TITLE}, vandaag" in " ".join(page.split())


def test_it_is_said_no_more_once_the_draft_was_edited(draft, page_of):
    Shipment.objects.update(edited_at=timezone.now())
    assert TITLE not in page_of(draft)


def test_it_is_not_said_while_the_label_is_tried_again(draft, page_of):
    again = Job.objects.create(shop=draft.shop, kind="labels", idempotency_key="again")
    again.items.create(shipment=draft, position=0)
    assert TITLE not in page_of(draft)


def test_what_was_left_out_for_a_reason_of_its_own_was_not_refused(draft, page_of):
    JobItem.objects.update(code="number_missing")
    assert TITLE not in page_of(draft)
