"""No other site can press anything here: every address refuses a POST without the secret of a form of ours."""

import pytest
from django.test import Client

from tests.addresses import addresses, fill, own_ids
from tests.rows import digest_of_tables

# Programs call these; each proves itself by a signature or a secret in the address.
FOR_PROGRAMS = {":webhook", ":gateway_webhook", ":gateway_webhook_alias"}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example", "Referer": "https://evil.example/x"}])
def test_a_post_without_the_secret_is_refused_everywhere(shop, headers):
    ids, browser = own_ids(shop), Client(enforce_csrf_checks=True)
    browser.force_login(shop.memberships.get().user, backend=BACKEND)
    before, open_to_all = digest_of_tables(), set()
    for route, name in addresses():
        answer = browser.post(fill(route, name, ids), {"shipment": str(ids["shipment"])}, headers=headers)
        # Where nothing may be posted, nothing is refused for its secret.
        if answer.status_code not in {403, 405}:
            open_to_all.add(name)
    assert open_to_all == FOR_PROGRAMS
    assert digest_of_tables() == before


@pytest.mark.django_db
def test_the_secret_of_another_browser_opens_nothing(shop):
    other, browser = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    other.get("/account/inloggen/")
    browser.force_login(shop.memberships.get().user, backend=BACKEND)
    form = {"name": "Stolen", "csrfmiddlewaretoken": other.cookies["csrftoken"].value}
    assert browser.post("/account/profiel/", form).status_code == 403
