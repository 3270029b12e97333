"""What Wix says of the installed app, in spellings that it does not publish."""

import pytest
import responses

from integrations.providers.wix.tests.bodies import API, body, session


@pytest.fixture
def wix_api():
    with responses.RequestsMock() as mock:
        yield mock


@pytest.mark.parametrize(
    ("listed", "missing", "uncertain"),
    [
        (["SCOPE.DC-STORES.MANAGE-ORDERS"], (), ()),
        (["SCOPE.DC-STORES-MEGA.READ-STORES", "SCOPE.DC-ECOM-MEGA.MANAGE-ECOM"], (), ()),
        (["ECOM.READ_ORDERS", "ECOM.MODIFY_FULFILLMENTS"], (), ()),
        (["scope.dc-stores.manage-orders"], (), ()),
        (["Read Orders", "Manage Orders"], (), ()),
        (["MANAGE_ORDERS"], (), ()),
        ([{"scopeId": "SCOPE.DC-STORES.MANAGE-ORDERS"}], (), ()),
        ([], (), ()),
        (None, (), ()),
        ("SCOPE.DC-STORES.MANAGE-ORDERS", (), ()),
        (["SCOPE.DC-STORES.READ-ORDERS", "SCOPE.DC.MANAGE-YOUR-APP"], ("Manage Orders",), ()),
        (["SCOPE.DC-STORES.READ-ORDERS", "SCOPE.OF.NEXT-YEAR"], (), ("Manage Orders",)),
        (["read orders"], (), ("Manage Orders",)),
        (["orders:rw"], (), ("Read Orders", "Manage Orders")),
        (["SCOPE.INVOICES.MANAGE"], ("Manage Orders",), ()),
    ],
)
def test_what_was_granted_is_read_in_every_spelling_and_a_doubt_is_no_refusal(wix_api, listed, missing, uncertain):
    instance = body("app_instance")
    instance["instance"]["permissions"] = listed
    wix_api.add(responses.GET, f"{API}/apps/v1/instance", json=instance)
    site = session().describe()
    assert (site.missing_permissions, site.uncertain_permissions) == (missing, uncertain)


@pytest.mark.parametrize(
    ("apps", "lists"),
    [
        (["stores"], True),
        (["Wix Stores"], True),
        (["wix_stores", "forms"], True),
        (["215238EB-22a5-4c36-9e7b-e7c08025e04e"], True),
        ([{"name": "stores"}], True),
        (["wix_forms"], False),
        ([], None),
        (None, None),
    ],
)
def test_the_list_of_wix_apps_is_read_in_every_spelling(wix_api, apps, lists):
    instance = body("app_instance")
    instance["site"]["installedWixApps"] = apps
    wix_api.add(responses.GET, f"{API}/apps/v1/instance", json=instance)
    assert session().describe().lists_store is lists
