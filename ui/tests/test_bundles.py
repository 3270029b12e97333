"""One style sheet and one script for every page, with all that was written for them."""

import re
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

from ui.bundles import SCRIPTS, STYLES

STATIC = settings.BASE_DIR / "static"
TEMPLATES = settings.BASE_DIR / "templates"


def test_every_file_is_in_its_bundle_or_named_by_a_page(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    assert set(STYLES) == {path.stem for path in STATIC.glob("css/*.css")} | {"icons"}
    pages = "".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    of_pages = set(re.findall(r'{% static "js/(\w+)\.js" %}', pages)) - {"all"}
    assert of_pages.isdisjoint(SCRIPTS)
    assert {*SCRIPTS, *of_pages} == {path.stem for path in STATIC.glob("js/*.js")}
    styles, scripts = (Path(finders.find(path)).read_text() for path in ("css/all.css", "js/all.js"))
    assert all((STATIC / f"css/{name}.css").read_text() in styles for name in STYLES if name != "icons")
    assert ".i-truck{" in styles
    assert all((STATIC / f"js/{name}.js").read_text() in scripts for name in SCRIPTS)


def test_helpers_come_first_and_the_mark_that_all_is_ready_last():
    assert (STYLES[0], SCRIPTS[0], SCRIPTS[-1]) == ("tokens", "core", "ready")
