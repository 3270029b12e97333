"""The addresses that are registered at Wix, and what the browser may send there."""

import pytest
from django.conf import settings
from django.urls import reverse

from ui.middleware import build_content_policy


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("integrations:platform", "/integratie/wix/"),
        ("integrations:grant_consent", "/integratie/wix/toestemming/"),
        ("integrations:consent_callback", "/integratie/wix/terug/"),
        ("integrations:retry_updates", "/integratie/wix/opnieuw-terugkoppelen/"),
        ("integrations:open_from_platform", "/integratie/wix/openen/"),
        ("webhook", "/webhooks/wix/"),
    ],
)
def test_an_address_that_wix_knows_stays(name, path):
    assert reverse(name, args=["wix"]) == path


@pytest.mark.django_db
def test_the_page_and_the_webhook_answer(client_for, owner, shop):
    assert client_for(owner).get("/integratie/wix/").status_code == 200
    assert client_for(owner).post("/webhooks/wix/", "forged", content_type="text/plain").status_code == 401


def test_forms_may_lead_to_wixs_page_of_consent_only():
    policy = dict(part.strip().split(" ", 1) for part in build_content_policy().split(";"))
    assert policy["form-action"] == f"'self' {settings.WIX_WEB_URL}"
