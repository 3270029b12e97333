"""Whatever people and other programs write, no page runs it, and no page leads where it points."""

import html.parser
import re
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from integrations.models import Connection
from lib.formulas import escape_formula, unescape_formula
from lib.links import web_link
from shipments.models import Shipment
from tests.addresses import addresses, fill, own_ids
from tests.our_apps import OUR_APPS, ROOT

# Closes what it stands in: a text, an attribute in either quotes, a script, a style, a comment, a template.
PAYLOAD = "--></title></textarea><x1><script>xss()</script>\"'`onfocus=xss() x={{7*7}}"
LINK_ATTRIBUTES = {"href", "src", "action", "formaction", "data-copy", "hx-get", "hx-post", "hx-delete", "poster"}
# Columns that a choice, a format or a number of ours fills, and those that a query needs as they are.
KEPT_COLUMNS = {
    "email", "country", "carrier", "package_type", "delivery_type", "status", "state", "platform", "role", "kind",
    "gateway", "language", "label_layout", "contact_sharing", "blocked_by", "tab", "eligibility", "password",
    "customs_contents", "tracking_status", "payment_status", "currency", "origin", "contents", "closed_weekdays",
}  # fmt: skip
BAD_LINKS = (
    "javascript:xss()", "JaVaScRiPt:xss()", " javascript:xss()", "java\tscript:xss()", "\x01javascript:xss()",
    "data:text/html,<script>xss()</script>", "vbscript:xss()", "//evil.example", "/\\evil.example", "http://evil.example",
    "https://user@evil.example", "https:evil", "https://", "https://a b", "https://a\\b", "file:///x", "", None,
    "https://evil.example:99999/", "https://[::1", "https://x/" + "a" * 3000, "ftp://evil.example",
)  # fmt: skip


class Links(html.parser.HTMLParser):
    """Every element and the values of its attributes that lead somewhere."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attributes}
        self.links += [value or "" for name, value in attributes if name in LINK_ATTRIBUTES]


def is_free_text(field: models.Field) -> bool:
    is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
    return is_text and not (field.unique or field.primary_key or field.name in KEPT_COLUMNS)


def poison(instance: models.Model) -> None:
    """Write the payload into every free text of a row, as far as it fits."""
    values: dict[str, str] = {}
    for field in instance._meta.concrete_fields:
        if is_free_text(field):
            values[field.attname] = PAYLOAD[: getattr(field, "max_length", None)]
        if field.name.endswith("_url"):
            values[field.attname] = "javascript:xss()//"
    if values:
        type(instance)._base_manager.filter(pk=instance.pk).update(**values)


@pytest.fixture
def poisoned(shop) -> dict[str, Any]:
    """A shop whose every row says the payload wherever it has a free text."""
    ids = own_ids(shop)
    Shipment.objects.filter(shop=shop).update(status="registered", barcode="3S", tracking_url="javascript:xss()")
    Connection.objects.filter(shop=shop).update(site_name=PAYLOAD, site_url="javascript:xss()")
    for model in apps.get_models():
        if model._meta.app_label in OUR_APPS and model._meta.app_label not in {"audit", "durable_cache"}:
            for row in model._base_manager.all():
                poison(row)
    return ids


@pytest.mark.django_db
def test_no_page_runs_or_leads_to_what_stands_in_a_text(client_for, shop, poisoned):
    browser, seen, pages = client_for(shop.memberships.get().user), 0, 0
    for route, name in addresses():
        if name == ":account_logout":
            continue
        answer = browser.get(fill(route, name, poisoned), {"next": "javascript:xss()", "tab": "all"})
        if not answer.get("Content-Type", "").startswith("text/html") or answer.streaming:
            continue
        page = answer.content.decode()
        pages += 1
        seen += "xss()" in page
        found = Links(page)
        assert "x1" not in found.tags, name
        assert not [one for one in found.attributes if one.startswith("on")], name
        assert "xss()</script>" not in page, name
        assert not [link for link in found.links if "script:" in link.lower()], name
    assert (pages > 60, seen > 20) == (True, True)


# Forms that show again what was typed.
FORMS = {
    ":account_login", "accounts:profile", "shops:general", "shops:sender", "shops:new_shop", "shops:invite",
    "shipments:new", "shipments:edit", "shipments:preview_new_draft", "shipments:scan", "shipments:split",
}  # fmt: skip


@pytest.mark.django_db
def test_no_form_shows_what_was_typed_as_more_than_text(client_for, shop):
    ids, browser = own_ids(shop), client_for(shop.memberships.get().user)
    typed = dict.fromkeys(
        ("name", "person", "company", "street", "city", "postal_code", "email", "phone", "reference", "description",
         "weight", "insurance", "site", "text", "code", "login", "next", "api_key", "version", "country", "number"),
        PAYLOAD,
    )  # fmt: skip
    shown = 0
    for route, name in addresses():
        if name not in FORMS:
            continue
        answer = browser.post(fill(route, name, ids), typed)
        if answer.get("Content-Type", "").startswith("text/html"):
            found = Links(answer.content.decode())
            shown += "xss()" in answer.content.decode()
            assert "x1" not in found.tags, name
            assert not [link for link in found.links if "script:" in link.lower()], name
        assert "evil" not in answer.get("Location", "")
    assert shown > 5


@pytest.mark.parametrize("link", BAD_LINKS)
def test_only_a_web_page_is_a_link(link):
    assert web_link(link) == ""


@pytest.mark.parametrize(
    "link",
    ["https://jouw.postnl.nl/track/3S-NL-1234AB", "https://xn--caf-dma.example/?a=1&b=2#x", "http://127.0.0.1:8001/x"],
)
def test_a_link_to_a_web_page_stays_as_it_is(link):
    assert web_link(link) == link


def test_a_known_host_is_the_host_itself_or_below_it():
    assert web_link("https://a.wix.example/x", hosts={"wix.example"})
    assert not web_link("https://wix.example.evil.example/", hosts={"wix.example"})
    assert not web_link("https://evilwix.example/", hosts={"wix.example"})


# What may stand in a link of a template without passing the gate: addresses of ours, made by {% url %} or ``reverse``.
OWN_LINKS = {
    "tab.url", "trouble.url", "go_on_to", "path", "totp_svg_data_uri", "alternative.url",
    "search_url", "again", "step.url", "delete_url", "item.url", "request.get_full_path", "row.url", "preview_url",
    "back", "save_url", "page.url", "platform.url", "navigation.admin_url", "dashboard_url", "shipments_url",
    "cause.url", "mend_url", "line.url", "scan_url", "unfiltered", "list_target", "job_url", "shipment_url",
    "privacy_url", "integrations_url", "settings_url", "team_url", "profile_url", "downloads_url", "next", "here",
    "request.path",
    "addresses_url", "group.work_list", "group.together_url",
}  # fmt: skip
# Those that come from outside, each behind ``lib.links.web_link``; the order's page is built from our own setting.
GATED_LINKS = {"carrier_url", "shipment.tracking_link", "tracking_url", "connection.site_link", "shop_link"}
LINKED = re.compile(r'(?:href|src|action|formaction|data-copy|hx-\w+)="\{\{\s*([\w.]+)')


def test_every_link_of_a_template_is_ours_or_passed_the_gate():
    templates = list((ROOT / "templates").rglob("*.html"))
    found = {name for path in templates for name in LINKED.findall(path.read_text())}
    assert found <= OWN_LINKS | GATED_LINKS, "pass it through lib.links.web_link, then name it here"
    assert found >= GATED_LINKS


FORMULA_STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫", "−"]


@pytest.mark.parametrize("start", [*FORMULA_STARTS, " =", "\u3000＝", "'=", "''＠", "\n\n="])
def test_no_cell_of_ours_is_a_formula_and_reading_gives_it_back(start):
    cell = f"{start}HYPERLINK(1)"
    assert escape_formula(cell) == f"'{cell}"
    assert unescape_formula(escape_formula(cell)) == cell


@pytest.mark.parametrize("text", ["'t Hart", "3524 KB", "Jan-Willem", "a=b", "", "'", "’s-Gravenhage"])
def test_a_text_that_is_no_formula_is_written_as_it_is(text):
    assert escape_formula(text) == unescape_formula(text) == text


def test_every_file_of_cells_is_written_in_one_place():
    writers = {
        str(path.relative_to(ROOT))
        for app in (*OUR_APPS, "carriers", "lib", "ui")
        for path in (ROOT / app).rglob("*.py")
        if "tests" not in path.parts and re.search(r"csv\.(?:DictW|w)riter|Workbook\(", path.read_text())
    }
    assert writers == {"lib/formulas.py"}


# Where a text is marked as safe: a drawing of ours, or what a template has just rendered and escaped.
MARKED_SAFE = {
    "shipments/presentation/import_rows.py",
    "shipments/presentation/shipment_rows.py",
    "shipments/templatetags/list_pages.py",
    "ui/charts.py",
    "ui/flags.py",
    "ui/form_renderer.py",
    "ui/icons.py",
    "ui/row_templates.py",
    "ui/templatetags/backoffice.py",
}


def test_nothing_leaves_the_escaping_of_templates():
    """Text that is marked as safe is ours; ``format_html`` escapes its arguments."""
    marked = [
        f"{path.relative_to(ROOT)}"
        for app in (*OUR_APPS, "lib", "ui", "carriers")
        for path in (ROOT / app).rglob("*.py")
        if "tests" not in path.parts and "mark_safe(" in path.read_text()
    ]
    assert set(marked) <= MARKED_SAFE
    unsafe = [
        path.name
        for path in (ROOT / "templates").rglob("*.html")
        if re.search(r"\|safe\b|autoescape off", path.read_text())
    ]
    assert unsafe == []
