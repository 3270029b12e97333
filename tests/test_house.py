"""The house keeps its own rules: settings are named, texts are true, views start at the shop."""

import re
from pathlib import Path

import pytest
from django.test import RequestFactory
from django.urls import URLResolver, get_resolver

ROOT = Path(__file__).resolve().parent.parent


def test_every_setting_from_the_environment_is_named_in_the_example():
    settings = (ROOT / "myparcel_backoffice" / "settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings))
    named = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert read == named


def test_a_text_is_either_counted_or_not():
    """Python 3.11.2 does not find a counted text without its number: it would stay English there."""
    catalog = (ROOT / "locale/nl/LC_MESSAGES/django.po").read_text()
    counted = re.findall(r'^msgid "(.+)"\nmsgid_plural', catalog, re.MULTILINE)
    assert counted
    for path in [*ROOT.glob("templates/**/*.html"), *ROOT.glob("[a-z]*/**/*.py")]:
        page = path.read_text()
        plain = [text for text in counted if f'translate "{text}" %' in page or f'_("{text}")' in page]
        assert not plain, f"{path.relative_to(ROOT)}: {plain}"


def test_views_start_at_the_shop():
    for path in [*ROOT.glob("*/views.py"), *ROOT.glob("*/views/*.py")]:
        if path.parts[-2] == "sandbox" or "sandbox" in path.parts:
            continue
        for line in path.read_text().splitlines():
            if ".objects." in line:
                scoped = "shop" in line or "OuterRef" in line or "order__in" in line
                assert scoped, f"{path.name}: {line.strip()}"


def routes(patterns=None):
    for pattern in patterns or get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns)
        elif hasattr(pattern.callback, "view_class"):
            continue  # a class answers only the methods it has
        elif pattern.callback.__module__.startswith(("accounts.", "integrations.", "shipments.")):
            yield pattern


@pytest.mark.parametrize("route", routes(), ids=str)
def test_every_view_says_which_methods_it_answers(route):
    """Whatever else asks, with any method, reaches no line of it."""
    request = RequestFactory().generic("DELETE", "/")
    names = dict.fromkeys(route.pattern.converters)
    assert route.callback(request, **names).status_code == 405


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "SECURITY.md"])
def test_every_path_a_first_page_names_exists(document: str):
    text = (ROOT / document).read_text()
    named = re.findall(r"`(\w+/[\w./-]*)[` ]|\]\(([\w./-]+)(?:#[\w-]+)?\)", text)
    assert named
    for name in named:
        path = next(part for part in name if part)
        assert (ROOT / path).exists(), path


def test_modules_stay_small_enough_to_read():
    for path in ROOT.glob("**/*.py"):
        if {".venv", "migrations", "tests", "node_modules"} & set(path.parts):
            continue
        assert len(path.read_text().splitlines()) <= 450, path
