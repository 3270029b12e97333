"""Consent, tokens and site data."""

import base64
import json
import os
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from integrations.providers.base import InvalidInstall
from lib.http import ApiRejected, ApiUnauthorized
from tests.contract.conftest import NOBODY, Target
from tests.sandbox_server import SITE

pytestmark = [pytest.mark.stack, pytest.mark.contract]
BACK = "https://backoffice.example/terug?state=abc%20def"


@pytest.fixture
def callback(wix: Target) -> dict[str, str]:
    """The query a merchant came back with: from consent given now, or from WIX_CONTRACT_CALLBACK."""
    if wix.sandbox is not None:
        url = wix.sandbox.ask("/sandbox/install", {"site": SITE, "postInstallationUrl": BACK})["redirect"]
    else:
        url = os.environ.get("WIX_CONTRACT_CALLBACK", "")
    if not url:
        pytest.skip("No callback to check: set WIX_CONTRACT_CALLBACK to the address a merchant came back to.")
    return dict(parse_qsl(urlsplit(url).query))


def signed_at(callback: dict[str, str]) -> datetime:
    _signature, _dot, document = callback["signedInstance"].partition(".")
    content = json.loads(base64.urlsafe_b64decode(document + "=" * (-len(document) % 4)))
    return datetime.fromisoformat(content["signDate"])


def test_the_install_page_takes_our_app_and_way_back(wix: Target):
    answer = requests.get(wix.provider.install_url(BACK), timeout=30, allow_redirects=False)
    assert answer.status_code < 400


def test_a_callback_proves_its_installation_and_site(wix: Target, callback: dict[str, str]):
    proven = wix.provider.verify_install(callback, now=signed_at(callback))
    assert proven.installation_id == wix.instance_id
    assert proven.site_id == wix.session.describe().site_id


def test_our_own_query_comes_back_untouched(wix: Target, callback: dict[str, str]):
    assert callback["appId"] == wix.app_id
    assert callback["state"]
    assert {"tenantId", "instanceId", "signedInstance"} <= set(callback)


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [
        ({"instanceId": NOBODY}, "instance"),
        ({"appId": NOBODY}, "app"),
        ({"signedInstance": "AAAA.AAAA"}, "signature"),
        ({"signedInstance": ""}, "cancelled"),
    ],
)
def test_a_spoilt_callback_proves_nothing(wix: Target, callback: dict[str, str], spoilt: dict[str, str], code: str):
    with pytest.raises(InvalidInstall) as refusal:
        wix.provider.verify_install(callback | spoilt, now=signed_at(callback))
    assert refusal.value.code == code


def test_an_old_callback_proves_nothing(wix: Target, callback: dict[str, str]):
    later = signed_at(callback).replace(year=datetime.now(UTC).year + 1)
    with pytest.raises(InvalidInstall) as refusal:
        wix.provider.verify_install(callback, now=later)
    assert refusal.value.code == "stale"


def test_a_token_lives_four_hours(wix: Target):
    token = wix.provider.mint_token(wix.instance_id)
    assert token.value
    assert token.expires_in == 14_400


def test_a_wrong_secret_and_an_unknown_installation_get_no_token(wix: Target):
    wrong = Target(wix.app_id, "not the secret", wix.instance_id, wix.web_url, wix.api_url)
    for provider, instance_id in ((wrong.provider, wix.instance_id), (wix.provider, NOBODY)):
        with pytest.raises((ApiRejected, ApiUnauthorized)):
            provider.mint_token(instance_id)


def test_a_token_is_taken_raw_and_as_bearer_and_needed(wix: Target):
    token = wix.tokens.token()
    for header, status in ((token, 200), (f"Bearer {token}", 200), ("", 401), ("rubbish", 401)):
        assert wix.call("GET", "/apps/v1/instance", authorization=header).status_code == status


def test_token_info_tells_whose_a_token_is(wix: Target):
    info = wix.call("POST", "/oauth2/token-info", {"token": wix.tokens.token()}, authorization="").json()
    assert str(info["active"]).lower() == "true"
    assert (info["instanceId"], info["clientId"], info["subjectType"]) == (wix.instance_id, wix.app_id, "APP")


def test_the_site_describes_itself(wix: Target):
    site = wix.session.describe()
    assert site.installation_id == wix.instance_id
    assert site.site_id
    assert site.name
    assert wix.session.has_store()
    assert site.app_version
    assert any(
        "MANAGE-ORDERS" in permission or "MANAGE-STORES" in permission or "ECOM" in permission
        for permission in site.permissions
    )


def test_every_answer_carries_the_id_that_support_asks_for(wix: Target):
    assert wix.call("GET", "/apps/v1/instance").headers["x-wix-request-id"]
