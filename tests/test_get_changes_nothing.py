"""Looking changes nothing: links may be followed, prefetched and crawled. Every answer has the headers of all."""

import pytest

from tests.addresses import addresses, fill, own_ids
from tests.rows import digest_of_tables
from tests.test_headers_everywhere import check_headers

# Tables that a GET may write to, and why.
WRITTEN = {
    "integrations.SyncRun": "the import page reads the orders anew when the last reading is old; at most once a minute",
}
# Addresses that others lead a browser to with GET, by the protocol of the consent; they do nothing without a signature.
BY_PROTOCOL = {"integrations:consent_callback", "integrations:open_from_platform"}


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "head"])
def test_no_address_changes_a_row_when_it_is_looked_at(client_for, shop, method, django_capture_on_commit_callbacks):
    ids, browser = own_ids(shop), client_for(shop.memberships.get().user)
    before, looked = digest_of_tables(WRITTEN), 0
    for route, name in addresses():
        with django_capture_on_commit_callbacks() as rung:
            answer = getattr(browser, method)(fill(route, name, ids))
        looked += 1
        check_headers(answer, has_camera=name == "shipments:scan")
        if name not in BY_PROTOCOL | {"shipments:import"}:
            assert rung == [], name
        if method == "head":
            assert answer.content == b"", name
    assert looked > 75
    assert digest_of_tables(WRITTEN) == before


@pytest.mark.django_db
def test_nobody_is_signed_out_or_in_by_looking(client_for, shop):
    ids, browser = own_ids(shop), client_for(shop.memberships.get().user)
    for route, name in addresses():
        if name.startswith(":"):
            browser.get(fill(route, name, ids))
    assert browser.get("/").status_code == 200
