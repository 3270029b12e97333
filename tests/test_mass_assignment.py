"""A form changes what it shows and nothing else, whatever more is sent with it."""

import ast
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from accounts.models import User
from tests.addresses import addresses, fill, own_ids
from tests.our_apps import OUR_APPS, ROOT

# Columns that no form may set, whatever they are called in the request.
GUARDED = {
    "id", "public_id", "shop_id", "user_id", "actor_id", "connection_id", "order_id", "job_id", "started_by_id",
    "is_staff", "is_superuser", "is_active", "date_joined", "created_at", "barcode", "external_id",
    "token_encrypted", "api_key_encrypted", "token_hash", "webhook_token", "lease_token", "lease_until",
    "gateway", "price", "fulfillment_id", "invited_by_id", "accepted_at", "tracking_url", "site_id",
}  # fmt: skip

# These end the session, or what they are about, or make a new secret.
PRESSED_ELSEWHERE = {
    ":account_logout", "shipments:delete", "shops:revoke_invitation", "shops:remove_member", "shops:resend_invitation",
}  # fmt: skip


def typed(ids: dict[str, Any], rival: Any) -> dict[str, str]:
    """What the forms ask for, and beside it a value for every guarded column, under each name it could have."""
    shipment = {
        "version": "1", "country": "NL", "carrier": "postnl", "package_type": "package", "delivery_type": "standard",
        "weight": "0.7", "person": "Kim Voorbeeld", "street": "Lindelaan", "number": "12", "postal_code": "3524 KB",
        "city": "Utrecht", "name": "Kim", "language": "nl", "key": "k2", "role": "staff",
        "shipment": str(ids["shipment"]),
    }  # fmt: skip
    more: dict[str, str] = {}
    for column in GUARDED:
        value = str(rival.pk) if column.endswith("_id") else "1"
        more |= {column: value, column.removesuffix("_id"): value}
    return more | {"groups": "1", "user_permissions": "1", "status": "delivered", "state": "active"} | shipment


def guarded_values() -> dict[str, list[Any]]:
    """Of the rows that exist, by model, without those of the rows that a form may make."""
    found = {}
    for model in apps.get_models():
        columns = [field.attname for field in model._meta.concrete_fields if field.attname in GUARDED]
        if model._meta.app_label in OUR_APPS and columns:
            found[model._meta.label] = list(model._base_manager.order_by("pk").values_list("pk", *columns))
    return found


@pytest.mark.django_db
def test_no_form_sets_a_column_that_it_does_not_show(client_for, shop, rival):
    ids, user = own_ids(shop), shop.memberships.get().user
    browser: Client = client_for(user)
    before, pressed = guarded_values(), 0
    form = typed(ids, rival)
    for route, name in addresses():
        if name in PRESSED_ELSEWHERE:
            continue
        pressed += browser.post(fill(route, name, ids), form).status_code in {200, 302, 422}
    assert pressed > 40
    after = guarded_values()
    for model, rows in before.items():
        left = {row[0]: row for row in after[model]}
        assert [row for row in rows if left.get(row[0], row) != row] == [], model
    assert {row.shop_id for row in shop.shipments.all()} == {shop.pk}
    assert not User.objects.filter(is_staff=True).exists()
    assert not rival.shipments.exists()
    assert rival.memberships.count() == 1


def modules_of_forms() -> list[Any]:
    return [
        (path.relative_to(ROOT), ast.parse(path.read_text()))
        for app in OUR_APPS
        for path in (ROOT / app).rglob("*.py")
        if "tests" not in path.parts and ("forms" in str(path) or "views" in path.parts or path.name == "admin.py")
    ]


def test_forms_name_their_columns():
    """Neither all of them, nor all but some; and no loop copies what was sent into a row."""
    modules = modules_of_forms()
    assert len(modules) > 40
    for path, tree in modules:
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name == "Meta":
                assigned = [one for one in node.body if isinstance(one, ast.Assign)]
                names = {ast.unparse(one.targets[0]): ast.unparse(one.value) for one in assigned}
                assert "__all__" not in names.get("fields", ""), path
                assert "exclude" not in names, path
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "setattr":
                assert "request" not in ast.unparse(node), path
            if isinstance(node, ast.keyword) and node.arg is None:
                assert "POST" not in ast.unparse(node.value), path
                assert "GET" not in ast.unparse(node.value), path
