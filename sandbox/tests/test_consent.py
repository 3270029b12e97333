"""The install page: the signed redirect, and the errors that switches cause in it."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

from sandbox import consent, switches
from sandbox.models import Site

BACK = "https://backoffice.example/terug?state=our%20state&empty="
ASKED = {"appId": "our-app", "postInstallationUrl": BACK}


def pick(site: Site, **more: str) -> dict[str, str]:
    """Add to Site, and the query that came back."""
    answer = Client().post("/app-installer", {**ASKED, "site": site.site_id, "add": "1", **more})
    assert answer.status_code == 302
    assert answer["Location"].startswith("https://backoffice.example/terug?")
    return dict(parse_qsl(urlsplit(answer["Location"]).query, keep_blank_values=True))


def opened(signed: str, secret: str = "our-secret") -> dict[str, Any]:
    """The payload of a signed instance, verified."""
    signature, data = signed.split(".")
    right = hmac.new(secret.encode(), data.encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(signature + "==") == right
    payload: dict[str, Any] = json.loads(base64.urlsafe_b64decode(data + "=="))
    return payload


def test_signing_gives_the_reference_vector():
    payload = {
        "instanceId": "6fa5b0f2-aa5f-4dba-9c31-2532ddf4b2a3",
        "appDefId": "6a182861-aca8-4916-9044-5cff61335cc8",
        "signDate": "2026-11-23T09:00:00.000Z",
        "uid": "82708b79-5dec-4bcf-a390-ef2fae733c54",
        "permissions": "OWNER",
        "siteOwnerId": "82708b79-5dec-4bcf-a390-ef2fae733c54",
    }
    signed = consent.sign(payload, "example-app-secret-not-a-real-one")
    assert signed.split(".")[0] == "kvU0vwnvpa0YWmS4LAb62ELg9T_4iA_IJzeiMKasSzM"


def test_the_page_shows_account_sites_permissions_and_both_buttons(site: Site, other_site: Site):
    page = Client().get("/app-installer", ASKED).content.decode()
    for words in ("LOCAL SANDBOX", "Signed in as", site.name, other_site.name, "Manage orders", "Agree &amp; Add"):
        assert words in page
    assert ">Add to Site</button>" in page
    assert ">Cancel</button>" in page


def test_adding_comes_back_with_our_query_and_wixs_four_parameters(site: Site):
    Site.objects.update(installed=False)
    back = pick(site)
    payload = opened(back.pop("signedInstance"))
    assert back == {
        "state": "our state",
        "empty": "",
        "appId": "our-app",
        "tenantId": site.site_id,
        "instanceId": site.instance_id,
    }
    assert (payload["instanceId"], payload["appDefId"]) == (site.instance_id, "our-app")
    assert "aid" not in payload
    assert abs(datetime.fromisoformat(payload["signDate"]) - datetime.now(UTC)) < timedelta(minutes=1)
    site.refresh_from_db()
    assert site.installed


def test_cancelling_comes_back_without_an_instance(site: Site):
    Site.objects.update(installed=False)
    answer = Client().post("/app-installer", {**ASKED, "site": site.site_id, "cancel": "1"})
    assert answer["Location"] == "https://backoffice.example/terug?state=our+state&empty=&appId=our-app"
    site.refresh_from_db()
    assert not site.installed


def test_installing_again_gives_the_same_instance(site: Site):
    assert pick(site)["instanceId"] == pick(site)["instanceId"] == site.instance_id


@pytest.mark.parametrize(
    "asked",
    [
        {"appId": "another", "postInstallationUrl": BACK},
        {"appId": "our-app"},
        {"appId": "our-app", "postInstallationUrl": "javascript:alert(1)"},
    ],
)
def test_a_broken_link_ends_in_a_sentence(site: Site, asked: dict[str, str]):
    answer = Client().get("/app-installer", asked)
    assert answer.status_code == 400
    assert "This install link names" in answer.content.decode()


def spoilt(site: Site, how: str) -> tuple[dict[str, str], str]:
    switches.set_switches({"next_install": how})
    back = pick(site)
    assert switches.read()["next_install"] == "", "a spoilt install happens once"
    return back, back["signedInstance"]


def test_the_signature_can_be_wrong(site: Site):
    _back, signed = spoilt(site, "tampered")
    with pytest.raises(AssertionError):
        opened(signed)


def test_the_signature_can_be_two_days_old(site: Site):
    _back, signed = spoilt(site, "stale")
    signed_at = datetime.fromisoformat(opened(signed)["signDate"])
    assert datetime.now(UTC) - signed_at > timedelta(days=1, hours=23)


def test_app_instance_and_site_can_be_those_of_another(site: Site):
    assert spoilt(site, "wrong_app")[0]["appId"] != "our-app"
    assert spoilt(site, "other_site")[0]["tenantId"] != site.site_id
    back, signed = spoilt(site, "other_instance")
    assert opened(signed)["instanceId"] != back["instanceId"] == site.instance_id


def test_a_shop_visitor_can_come_in_place_of_the_owner(site: Site):
    payload = opened(spoilt(site, "visitor")[1])
    assert "aid" in payload
    assert "permissions" not in payload


def test_the_page_itself_can_spoil_one_install(site: Site):
    assert pick(site, wrong="wrong_app")["appId"] != "our-app"
    assert pick(site, wrong="nonsense")["appId"] == "our-app"
