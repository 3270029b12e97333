"""The consent callback: accepted only with the app's own recent signature."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from integrations.providers.base import InvalidInstall
from integrations.providers.wix import oauth
from integrations.providers.wix.tests.bodies import body

VECTOR = body("signed_instance_vector")
APP = VECTOR["payload"]["appDefId"]
SIGNED_AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
GOOD = {
    "appId": APP,
    "tenantId": "site-1",
    "instanceId": VECTOR["payload"]["instanceId"],
    "signedInstance": VECTOR["signed_instance"],
}


def verify(now: datetime = SIGNED_AT, secret: str = VECTOR["app_secret"], **changes: str):
    return oauth.verify(GOOD | changes, app_id=APP, secret=secret, now=now)


def refusal(**changes) -> str:
    with pytest.raises(InvalidInstall) as refused:
        verify(**changes)
    return refused.value.code


def test_the_published_vector_verifies():
    installation = verify()
    assert (installation.installation_id, installation.site_id) == (GOOD["instanceId"], "site-1")


def test_the_install_link_brings_our_callback_back_untouched():
    url = oauth.install_url("https://www.wix.com", "app", "https://b.example/terug/?state=a%26b", "share-1")
    query = parse_qs(urlsplit(url).query)
    assert query == {
        "appId": ["app"],
        "postInstallationUrl": ["https://b.example/terug/?state=a%26b"],
        "shareUrlId": ["share-1"],
    }


@pytest.mark.parametrize("missing", ["instanceId", "signedInstance"])
def test_without_instance_the_merchant_cancelled(missing):
    assert refusal(**{missing: ""}) == "cancelled"


def test_another_apps_answer_is_refused():
    assert refusal(appId="another-app") == "app"


@pytest.mark.parametrize(
    "signed",
    [
        "x" + VECTOR["signed_instance"],
        VECTOR["signed_instance"][:-2] + "AA",
        VECTOR["signed_instance"] + ".more",
        VECTOR["data_part"],
        "." + VECTOR["data_part"],
        "ö." + VECTOR["data_part"],
    ],
)
def test_a_changed_signature_or_document_is_refused(signed):
    assert refusal(signedInstance=signed) == "signature"


def test_a_signature_with_another_secret_is_refused():
    assert refusal(secret="another") == "signature"


def test_another_instance_than_the_signed_one_is_refused():
    assert refusal(instanceId="another-instance") == "instance"


@pytest.mark.parametrize("minutes", [-21, 21, 60 * 24])
def test_a_stale_signature_is_refused(minutes):
    assert refusal(now=SIGNED_AT + timedelta(minutes=minutes)) == "stale"


@pytest.mark.parametrize("minutes", [-19, 0, 19])
def test_clocks_may_differ_a_little(minutes):
    assert verify(now=SIGNED_AT + timedelta(minutes=minutes))


def signed(**payload: object) -> str:
    """A signed instance of this app; None leaves a field out."""
    document = {name: value for name, value in (VECTOR["payload"] | payload).items() if value is not None}
    data = base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=")
    signature = hmac.new(VECTOR["app_secret"].encode(), data, hashlib.sha256).digest()
    return (base64.urlsafe_b64encode(signature).rstrip(b"=") + b"." + data).decode()


@pytest.mark.parametrize("absent", ["uid", "permissions", "siteOwnerId", "appDefId", "vendorProductId"])
def test_fields_that_wix_leaves_out_do_not_matter(absent):
    assert verify(signedInstance=signed(**{absent: None}))


def test_fields_that_nobody_told_us_of_do_not_matter():
    assert verify(signedInstance=signed(newField={"deep": [1]}, siteMemberId="m", originInstanceId="o"))


@pytest.mark.parametrize("moment", [None, "", "yesterday", 7, "2026-11-23T09:00:00"])
def test_without_a_moment_of_signing_nothing_is_believed(moment):
    assert refusal(signedInstance=signed(signDate=moment)) == "stale"


def test_a_visitor_of_the_shop_is_refused():
    assert refusal(signedInstance=signed(aid="visitor")) == "visitor"


def test_a_document_of_another_app_is_refused():
    assert refusal(signedInstance=signed(appDefId="another-app")) == "app"


def opening(link: str, now: datetime = SIGNED_AT) -> str:
    return oauth.verify_signed_link(link, app_id=APP, secret=VECTOR["app_secret"], now=now).installation_id


def test_the_link_that_opens_us_names_its_installation():
    assert opening(signed()) == GOOD["instanceId"]


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("", "cancelled"),
        ("x" + signed(), "signature"),
        (signed(aid="visitor"), "visitor"),
        (signed(appDefId="another-app"), "app"),
        (signed(instanceId=None), "instance"),
        (signed(instanceId=7), "instance"),
        (signed(signDate=None), "stale"),
    ],
)
def test_a_link_that_is_wrong_opens_nothing(link, code):
    with pytest.raises(InvalidInstall) as refused:
        opening(link)
    assert refused.value.code == code


def test_a_link_from_an_hour_ago_opens_nothing():
    with pytest.raises(InvalidInstall):
        opening(signed(), SIGNED_AT + timedelta(hours=1))
