"""The pages of a shop's settings: their names, and the tabs that lead to them."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shops.permissions import ShopPermission

register = template.Library()


@dataclass(frozen=True, slots=True)
class SettingsTab:
    url_name: str
    name: Promise | str
    permission: ShopPermission | None = None


TABS = (
    SettingsTab("shops:general", _("General")),
    SettingsTab("shops:preferences", _("Shipments")),
    SettingsTab("shops:sender", _("Sender address")),
    SettingsTab("shops:labels", _("Labels")),
    SettingsTab("shops:tracking", "Track & Trace"),
    SettingsTab("privacy:retention", _("Retention periods")),
    SettingsTab("shops:team", _("Team")),
    SettingsTab("shops:log", _("Log"), ShopPermission.MANAGE_OWNERS),
)
# Pages without a tab of their own: the tab they belong to, and their name where they have one.
BELOW: dict[str, tuple[str, Promise | None]] = {
    "shops:gateway": ("shops:general", None),
    "shops:gateway_sandbox": ("shops:general", None),
    "shops:shipping_days": ("shops:preferences", _("Shipping days")),
    "shops:shipping_rules": ("shops:preferences", _("Shipping rules")),
    "shops:add_rule": ("shops:preferences", _("New shipping rule")),
    "shops:edit_rule": ("shops:preferences", _("Change shipping rule")),
    "shops:delete_rule": ("shops:preferences", _("Delete shipping rule")),
    "shipments:try_rules": ("shops:preferences", _("Dry run of the shipping rules")),
    "shipments:practice": ("shops:general", _("Practise")),
    "shipments:article_weights": ("shops:preferences", _("Weights of articles")),
    "shipments:article_shelves": ("shops:preferences", _("Shelves of articles")),
}


@cache
def _address(url_name: str) -> str:
    """Asked for once: it stays the same while the program runs."""
    return reverse(url_name)


def _current(context: Context) -> str:
    match = context["request"].resolver_match
    return match.view_name if match else ""


@register.simple_tag(takes_context=True)
def settings_title(context: Context) -> Promise | str:
    """The name of the page that is shown."""
    here = _current(context)
    tab, own_name = BELOW.get(here, (here, None))
    return own_name or next((one.name for one in TABS if one.url_name == tab), "")


@register.simple_tag(takes_context=True)
def settings_tabs(context: Context) -> list[dict[str, Any]]:
    """Those that the member may open."""
    here = _current(context)
    current, _name = BELOW.get(here, (here, None))
    permissions = context["request"].membership.permissions
    return [
        {"url": _address(tab.url_name), "name": tab.name, "is_current": tab.url_name == current}
        for tab in TABS
        if tab.permission is None or tab.permission in permissions
    ]
