"""The way back from Wix: believed only with the app's own fresh signature."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from integrations.providers.base import InstallRefused
from integrations.providers.wix import oauth
from integrations.tests.wix.bodies import body

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
    with pytest.raises(InstallRefused) as refused:
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
