"""The documentation names files, modules and columns that exist."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
# The changelog is history: it may name what is gone.
DOCUMENTS = sorted(
    [*ROOT.glob("[!C]*.md"), ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md")]
)
PACKAGES = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
MADE_BY_A_RUN = "artifacts/"


def code_in(document: Path) -> list[str]:
    return re.findall(r"`([^`\n]+)`", document.read_text())


def exists_in_python(dotted: str) -> bool:
    """Whether this is a module, or a name in a module."""
    module, names = dotted, list[str]()
    while module:
        try:
            found = import_module(module)
        except ModuleNotFoundError:
            module, _dot, name = module.rpartition(".")
            names.insert(0, name)
            continue
        for name in names:
            found = getattr(found, name, None)
        return found is not None
    return False


def exists_in_a_model(model: str, column: str) -> bool:
    return any(hasattr(one, column) for one in apps.get_models() if one.__name__ == model)


def is_missing(code: str) -> bool:
    models = "|".join({model.__name__ for model in apps.get_models()})
    if path := re.fullmatch(r"([a-z_]+/[\w./-]*)(?:\s.*)?", code):
        return not code.startswith(MADE_BY_A_RUN) and not (ROOT / path[1]).exists()
    if dotted := re.fullmatch(rf"((?:{'|'.join(PACKAGES)})(?:\.\w+)+)(?:\(.*\))?", code):
        return not exists_in_python(dotted[1])
    column = re.fullmatch(rf"({models})\.(\w+)", code)
    return bool(column) and not exists_in_a_model(column[1], column[2])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_names_exists(document: Path):
    assert [code for code in code_in(document) if is_missing(code)] == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("script/check --fast", "script/chek --fast"),
        ("integrations.orders.OrderData", "integrations.orders.OrderDatum"),
        ("carriers.typesetting.fonts", "carriers.nothing.at_all"),
        ("Shipment.problems", "Shipment.remarks_of_nobody"),
    ],
)
def test_a_wrong_name_is_found(right: str, wrong: str):
    assert not is_missing(right)
    assert is_missing(wrong)
