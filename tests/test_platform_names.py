"""A platform is a leaf: only its own folder, and what is listed here, may name it."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings

from integrations import providers
from integrations.tests.factories import make_connection, make_fulfillment, mirror_order
from integrations.tests.fake_platform import FakePlatform, make_order
from shipments.tests.factories import make_shipment
from shops.models import PackagePreferences
from tests import platforms
from tests.platforms import PRODUCT_PROVIDERS

ROOT = Path(settings.BASE_DIR)
NAMES = ("wix",)
FOLDERS = tuple(f"integrations/providers/{name}/" for name in NAMES)
REGISTRY = "integrations/providers/__init__.py"
ALLOWED = (
    *FOLDERS,
    "myparcel_backoffice/settings.py",
    # Demo data: accounts with sites at the local sandbox.
    "demo/fill.py",
    "demo/management/commands/seed_demo.py",
    # What the documentation of MyParcel says, whole and unchanged.
    "carriers/data/capabilities.json",
)
OTHER_FOLDERS = ("lib", "myparcel_backoffice", "carriers", "templates", "static")
# A token of a form is random, so it may contain any name by chance.
TOKEN = re.compile(r"[A-Za-z0-9]{64}")
CATALOG = ROOT / "locale" / "nl" / "LC_MESSAGES" / "django.po"


def product_files() -> list[Path]:
    """What is installed, beside its tests."""
    own = [Path(app.path).name for app in apps.get_app_configs() if Path(app.path).parent == ROOT]
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *own, *OTHER_FOLDERS],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    return [Path(name) for name in listed if "tests" not in Path(name).parts and (ROOT / name).is_file()]


def lines_with_a_name(path: Path) -> list[str]:
    """The lines that name a platform, as a word or as a part of one, and the path when that does."""
    try:
        lines = (ROOT / path).read_text().splitlines()
    except UnicodeDecodeError:
        lines = []
    if str(path) == REGISTRY:
        lines = [line for line in lines if '.provider.build"' not in line]
    return [line for line in [str(path), *lines] if has_a_name(line)]


def has_a_name(text: str) -> bool:
    return any(name in text.casefold() for name in NAMES)


def test_no_other_product_file_names_a_platform():
    files = product_files()
    assert len(files) > 300
    found = {
        str(path): lines for path in files if not str(path).startswith(ALLOWED) and (lines := lines_with_a_name(path))
    }
    assert found == {}


@pytest.mark.skipif(set(NAMES) != set(PRODUCT_PROVIDERS), reason="a provider was removed")
def test_only_a_provider_brings_texts_that_name_a_platform():
    source = "".join(path.read_text() for folder in FOLDERS for path in (ROOT / folder).glob("*.py"))
    joined = re.sub(r'"\s*"', "", source)
    with CATALOG.open("rb") as file:
        messages = [message for message in read_po(file, locale="nl") if message.id]
    texts = [message.id if isinstance(message.id, str) else message.id[0] for message in messages]
    assert [text for text in texts if has_a_name(text) and text not in joined] == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_pages_of_a_shop_on_another_platform_never_name_it(client_for, owner, shop, language):
    owner.language = language
    owner.save()
    PackagePreferences.objects.get_or_create(shop=shop)
    connection = make_connection(shop)
    order = mirror_order(connection, make_order(2))
    draft = make_shipment(shop, order=order, order_alert="canceled")
    told = make_fulfillment(connection, 1, state="needs_attention", last_error={})
    label = make_shipment(shop, status="printed", barcode="3S1", order=told.order, fulfillment=told)
    browser = client_for(owner)
    paths = ["/", "/zendingen/", "/zendingen/importeren/", "/integratie/", "/integratie/acme/", "/instellingen/"]
    paths += [f"/zendingen/{label.public_id}/", f"/zendingen/{draft.public_id}/bewerken/", "/zoeken/?q=a"]
    paths += [f"/integratie/{connection.public_id}/intrekken/", "/instellingen/volgen/"]
    named = 0
    for path in paths:
        answer = browser.get(path)
        assert answer.status_code == 200, path
        page = TOKEN.sub("", answer.content.decode())
        assert not has_a_name(page), path
        named += "Acme" in page
    assert named == len(paths)


@pytest.mark.parametrize("path", ["/integratie/nobody/", "/integratie/nobody/terug/", "/integratie/nobody/openen/"])
def test_an_unknown_platform_has_no_page(client_for, owner, shop, path):
    assert client_for(owner).get(path).status_code == 404
    assert client_for(owner).post("/webhooks/nobody/").status_code == 404


def other_platform() -> FakePlatform:
    return FakePlatform(platform="other", name="Other Shop")


@pytest.fixture
def two_platforms() -> Iterator[None]:
    platforms.register(platforms.TEST_PROVIDERS | {"other": "tests.test_platform_names.other_platform"})
    yield
    platforms.register(platforms.TEST_PROVIDERS)


@pytest.mark.usefixtures("two_platforms")
def test_a_second_platform_has_its_own_place_everywhere(client_for, owner, shop):
    make_connection(shop, platform="other", site_name="The other site")
    browser = client_for(owner)
    menu = browser.get("/instellingen/").content.decode().split('id="nav-int"')[1].split("</div>")[0]
    assert "/integratie/acme/" in menu
    assert "/integratie/other/" in menu
    assert menu.count("dot--ok") == 1
    overview = browser.get("/integratie/").content.decode()
    assert "The other site" in overview
    assert "Koppel Acme" in overview
    assert "The other site" in browser.get("/integratie/other/").content.decode()
    assert "The other site" not in browser.get("/integratie/acme/").content.decode()
    assert browser.post("/integratie/other/toestemming/")["Location"].startswith("https://shop.example/install")
    assert providers.connect_url() == "/integratie/"


def test_a_connection_whose_provider_was_removed_does_not_break_a_page(client_for, owner, shop):
    order = mirror_order(make_connection(shop, platform="former"), make_order(2))
    draft = make_shipment(shop, order=order, order_alert="edited")
    browser = client_for(owner)
    for path in ("/", "/integratie/", "/zendingen/", f"/zendingen/{draft.public_id}/bewerken/", "/instellingen/"):
        assert browser.get(path).status_code == 200, path
