"""Whoever takes data along in a file is asked for the password again, unless they signed in just now."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from accounts.tests.factories import prove_identity
from audit.actions import AuditAction, AuditKind
from audit.models import AuditEntry
from jobs.models import Job
from privacy.models import ShopExport
from shipments.tests.factories import make_shipment
from tests.test_session import ASK, GO_ON, LONG_AGO, asks_again

pytestmark = pytest.mark.django_db
EXPORT = "/zendingen/selectie/exporteren/"
# By what the trail calls it: where it is asked for, and the form.
EXPORTS: dict[AuditAction, tuple[str, dict[str, str]]] = {
    AuditAction.SHIPMENTS_EXPORTED: (EXPORT, {"all_matching": "tab=all", "key": "k"}),
    AuditAction.PERSON_EXPORTED: ("/privacy/persoon/bestand/", {"email": "hanna@example.com"}),
    AuditAction.SHOP_EXPORTED: ("/privacy/shop/bestand/", {}),
    AuditAction.TRAIL_EXPORTED: ("/instellingen/logboek/bestand/", {}),
}


@pytest.fixture
def merchant(client_for: Any, owner: Any, shop: Any) -> Client:
    make_shipment(shop)
    return client_for(owner)


def test_each_export_that_the_trail_knows_is_among_these():
    assert set(EXPORTS) == {action for action in AuditAction if action.kind == AuditKind.EXPORT}


@pytest.mark.parametrize("action", EXPORTS)
def test_an_export_asks_again_and_not_twice_within_a_quarter_of_an_hour(merchant, owner, action):
    path, form = EXPORTS[action]
    prove_identity(merchant, owner, ago=LONG_AGO)
    assert asks_again(merchant.post(path, form))
    assert not AuditEntry.objects.filter(action=action).exists()
    prove_identity(merchant, owner)
    assert not asks_again(merchant.post(path, form))
    assert AuditEntry.objects.filter(action=action).count() == 1


def test_the_export_that_was_pressed_goes_on_after_the_password(merchant, owner, shop):
    prove_identity(merchant, owner, ago=LONG_AGO)
    asked = merchant.post(EXPORT, {"shipment": str(shop.shipments.get().public_id), "key": "k"})
    assert asked.url == f"{ASK}?{urlencode({'next': GO_ON})}"
    merchant.post(asked.url, {"password": "a long password", "next": GO_ON})
    page = merchant.get(GO_ON)
    merchant.post(page.context["path"], dict(page.context["values"]))
    assert shop.jobs.get().items.count() == 1


def test_a_file_that_is_ready_asks_too_and_leads_back_to_its_page(merchant, owner, shop):
    prove_identity(merchant, owner)
    merchant.post(EXPORT, {"all_matching": "tab=all", "key": "k"})
    job = shop.jobs.get()
    Job.objects.filter(pk=job.pk).update(state=Job.State.DONE)
    prove_identity(merchant, owner, ago=LONG_AGO)
    answer = merchant.get(f"/zendingen/taken/{job.public_id}/bestand/")
    assert answer.url == f"{ASK}?{urlencode({'next': f'/zendingen/taken/{job.public_id}/'})}"
    ShopExport.objects.create(shop=shop)
    assert asks_again(merchant.get(f"/privacy/shop/bestand/{shop.shopexports.get().public_id}/"))
