"""A label gateway is a leaf: outside its folder only its registry line names it."""

import re
from pathlib import Path

import pytest

from carriers.gateways import GATEWAYS

ROOT = Path(__file__).resolve().parent.parent
GATEWAY = re.compile("myparcel", re.IGNORECASE)
PRODUCT = re.compile(
    r"(?i:myparcel[_ -]?backoffice)"
    r'|MyParcel <span class="brand__light">Backoffice'
    r"|(?:Bewerk MyParcel conceptzending|Edit MyParcel draft shipment)"
)
"""The product's own name, and the name of its editor, which the customer gave."""
REGISTRY_LINE = '    "myparcel": "carriers.gateways.myparcel.provider.build",'
FOLDERS = ("lib", "static", "templates")
OUTSIDE = {"benchmarks", "sandbox", "storm", "tests"}
"""Programs of their own: none of them is part of the product."""
ALLOWED = {
    "myparcel_backoffice/settings.py": "holds the address of its API",
    "demo/fill.py": "opens its account for the demo shop",
}


def product_files() -> list[Path]:
    apps = {path.parent.name for path in ROOT.glob("*/__init__.py")} - OUTSIDE
    files = [path for folder in (*sorted(apps), *FOLDERS) for path in (ROOT / folder).rglob("*")]
    return [path for path in files if path.suffix in {".py", ".html", ".txt", ".js", ".css", ".svg", ".json"}]


def is_its_own(name: str) -> bool:
    """Its folder, tests, and migrations, which never change. The capability data names its sources."""
    parts = name.split("/")
    return (
        name.startswith("carriers/gateways/myparcel/")
        or "tests" in parts
        or "migrations" in parts
        or name == "carriers/data/capabilities.json"
    )


def names_the_gateway(source: str) -> list[str]:
    return [line for line in source.splitlines() if GATEWAY.search(PRODUCT.sub("", line))]


@pytest.mark.parametrize(
    ("line", "is_named"),
    [
        ('"MyParcel does not answer now."', True),
        ('path("webhooks/myparcel/<uuid:webhook_token>/")', True),
        ("MyParcelGateway(api, key)", True),
        ("# MyParcel Backoffice talks to MyParcel", True),
        ("<title>MyParcel Backoffice</title>", False),
        ('DJANGO_SETTINGS_MODULE = "myparcel_backoffice.settings"', False),
        ('{% translate "Edit MyParcel draft shipment" %}', False),
    ],
)
def test_a_line_that_names_the_gateway_is_told_from_the_products_name(line: str, is_named: bool):
    assert bool(names_the_gateway(line)) == is_named


def test_no_product_file_names_the_gateway():
    files = product_files()
    assert len(files) > 250
    named = {
        str(path.relative_to(ROOT)): lines
        for path in files
        if not is_its_own(str(path.relative_to(ROOT))) and (lines := names_the_gateway(path.read_text()))
    }
    assert named.pop("carriers/gateways/__init__.py") == [REGISTRY_LINE]
    assert set(named) == set(ALLOWED), {name: lines for name, lines in named.items() if name not in ALLOWED}


def test_every_gateway_is_a_folder_or_a_module_of_its_own():
    product = {name: build for name, build in GATEWAYS.items() if not build.startswith("carriers.tests.")}
    assert len(product) > 1
    for name, build in product.items():
        assert build.startswith(f"carriers.gateways.{name}.")
