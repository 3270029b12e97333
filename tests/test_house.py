"""The house keeps its own rules: settings are named, texts are true, views start at the shop."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_every_setting_from_the_environment_is_named_in_the_example():
    settings = (ROOT / "myparcel_backoffice" / "settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings))
    named = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert read == named


def test_views_start_at_the_shop():
    for path in [*ROOT.glob("*/views.py"), *ROOT.glob("*/views/*.py")]:
        if path.parts[-2] == "sandbox" or "sandbox" in path.parts:
            continue
        for line in path.read_text().splitlines():
            if ".objects." in line:
                scoped = "shop" in line or "OuterRef" in line or "order__in" in line
                assert scoped, f"{path.name}: {line.strip()}"


def test_every_path_the_readme_names_exists():
    for name in re.findall(r"`((?:script|docs|\w+)/[\w./-]*)`|\]\(([\w./-]+)\)", (ROOT / "README.md").read_text()):
        path = next(part for part in name if part)
        assert (ROOT / path).exists(), path


def test_modules_stay_small_enough_to_read():
    for path in ROOT.glob("**/*.py"):
        if {".venv", "migrations", "tests", "node_modules"} & set(path.parts):
            continue
        assert len(path.read_text().splitlines()) <= 450, path
