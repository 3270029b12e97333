"""Conventions of this repository: settings, texts, tenancy of views, words, file sizes."""

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest
from celery import current_app
from django.test import RequestFactory
from django.urls import URLResolver, get_resolver

from myparcel_backoffice.celery import DAILY, EVERY_MINUTE, PERIODIC_TASKS
from tests.our_apps import OUR_APPS

ROOT = Path(__file__).resolve().parent.parent


def test_every_setting_from_the_environment_is_in_the_example_and_the_readme():
    settings = (ROOT / "myparcel_backoffice" / "settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings))
    named = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert read == named
    table = (ROOT / "README.md").read_text().partition("## Settings")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.+?`) \|", table, re.MULTILINE)
    assert read == {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}


def test_a_text_is_either_counted_or_not():
    """Python 3.11.2 does not find a counted text without its number: it would stay English there."""
    catalog = (ROOT / "locale/nl/LC_MESSAGES/django.po").read_text()
    counted = re.findall(r'^msgid "(.+)"\nmsgid_plural', catalog, re.MULTILINE)
    assert counted
    for path in [*ROOT.glob("templates/**/*.html"), *ROOT.glob("[a-z]*/**/*.py")]:
        page = path.read_text()
        plain = [text for text in counted if f'translate "{text}" %' in page or f'_("{text}")' in page]
        assert not plain, f"{path.relative_to(ROOT)}: {plain}"


MANAGERS = {"objects", "_default_manager", "_base_manager"}
SHORTCUTS = {"get_object_or_404", "get_list_or_404"}
# Where a view may begin at a model after all: module, function, model, and why no other shop's rows are reached.
READ_WITHOUT_SHOP = {
    ("integrations/views/connections.py", "_annotated_connections", "OpenOrderCount"): "adds up the outer connection's",
    ("integrations/views/connections.py", "_annotated_connections", "SyncRun"): "is about the outer query's connection",
    ("integrations/views/connections.py", "_count_updates", "Fulfillment"): "counts the outer query's connection's",
    ("integrations/views/connections.py", "_last_confirmed", "Fulfillment"): "is about the outer query's connection",
    ("shipments/views/import_orders.py", "_rows", "Shipment"): "is about orders of one connection of the shop",
    ("shipments/views/labels.py", "_start_job", "Shop"): "is the request's shop itself",
    (
        "tracking/views/tracking_page.py",
        "tracking_page",
        "Shipment",
    ): "buyers have no shop; the id in the link cannot be guessed",
}


def reads_without_shop(source: str) -> list[tuple[str, str]]:
    """Function and model of every query that neither begins at a shop nor is tied to the outer query's shop."""
    tree = ast.parse(source)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    return [
        (_function_around(node, parents), model)
        for node in ast.walk(tree)
        if (model := _model_asked(node)) and not _is_tied_to_the_outer_shop(node, parents)
    ]


def _model_asked(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
        return ast.unparse(node.value)
    if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in SHORTCUTS:
        asked = [*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg == "klass")]
        given = ast.unparse(asked[0]) if asked else ""
        return given if given.rpartition(".")[2][:1].isupper() and given.replace(".", "").isalnum() else ""
    return ""


def _function_around(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> str:
    while node in parents:
        node = parents[node]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return node.name
    return ""


def _is_tied_to_the_outer_shop(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether a call in the chain that begins here says ``shop=OuterRef("shop")``."""
    while (parent := parents.get(node)) and (
        isinstance(parent, ast.Attribute) or isinstance(parent, ast.Call) and parent.func is node
    ):
        if isinstance(parent, ast.Call) and ast.unparse(node).endswith(".filter"):
            said = {ast.unparse(keyword) for keyword in parent.keywords}
            if "shop=OuterRef('shop')" in said:
                return True
        node = parent
    return False


@pytest.mark.parametrize(
    "query",
    [
        "Shipment.objects.filter(pk=shop_pk)",
        "Shipment.objects.get(pk=pk)  # of the shop",
        "Shipment.objects.filter(order__in=orders)",
        "Shipment.objects.filter(order=OuterRef('order'))",
        "Shipment.objects.exclude(shop=OuterRef('shop'))",
        "Job.objects.unfinished().filter(shop=OuterRef('pk'))",
        "models.Shipment._default_manager.all()",
        "render(request, 'shop.html', {'rows': Job._base_manager.all(), 'shop': request.shop})",
        "get_object_or_404(Shipment, pk=pk, reference=shop_name)",
        "shortcuts.get_list_or_404(models.Shipment)",
        "get_object_or_404(pk=pk, klass=Shipment)",
    ],
)
def test_a_query_that_only_looks_as_if_it_began_at_the_shop_is_found(query):
    assert reads_without_shop(f"def view(request, pk):\n    {query}\n") in (
        [("view", "Shipment")],
        [("view", "Job")],
        [("view", "models.Shipment")],
    )


@pytest.mark.parametrize(
    "query",
    [
        "request.shop.shipments.filter(pk=pk)",
        "get_object_or_404(request.shop.shipments.open(), pk=pk)",
        "Exists(Job.objects.unfinished().filter(kind='x', shop=OuterRef('shop')).values('pk'))",
    ],
)
def test_a_query_that_begins_at_the_shop_is_fine(query):
    assert reads_without_shop(f"def view(request, pk):\n    {query}\n") == []


def test_views_start_at_the_shop():
    """Also not one more than is named above, and none is named that is gone."""
    views = [path for path in ROOT.glob("*/views/*.py") if path.relative_to(ROOT).parts[0] != "sandbox"]
    assert not [path for path in ROOT.glob("*/views.py") if path.parent.name != "sandbox"]
    found = [
        (str(path.relative_to(ROOT)), *read) for path in sorted(views) for read in reads_without_shop(path.read_text())
    ]
    assert sorted(found) == sorted(READ_WITHOUT_SHOP)


def routes(patterns=None):
    for pattern in patterns or get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns)
        elif hasattr(pattern.callback, "view_class"):
            continue  # a class answers only the methods it has
        elif hasattr(pattern.callback, "model_admin"):
            continue  # the admin answers for itself, also where a class of ours adds to it
        elif pattern.callback.__module__.partition(".")[0] in OUR_APPS:
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


def test_every_task_that_is_asked_for_by_name_exists():
    """Who wakes a worker names the task: a name nobody listens to would only be noticed as a delay."""
    current_app.loader.import_default_modules()
    named = {
        (path, value)
        for path in ROOT.glob("[a-z]*/**/*.py")
        for value in re.findall(r'^\w*TASK = "(.+)"', path.read_text(), re.MULTILINE)
    }
    assert len(named) >= 5
    assert not [(str(path), value) for path, value in named if value not in current_app.tasks]
    assert not [name for name in (*PERIODIC_TASKS, *EVERY_MINUTE, *DAILY) if name not in current_app.tasks]


# Words that the glossary replaces, and the word to write. `/sandbox/knobs` and its JSON key stay: others call them.
REPLACED_WORDS = {
    re.compile(r"\bstand-ins?\b|\b_?stand_in\b|StandIn"): "sandbox",
    re.compile(r"(?<![/\w\"])knobs?(?![\w\"])", re.IGNORECASE): "switch",
    re.compile(r"ShopDouble|shop_double|(?:shop|test) doubles?\b"): "fake platform",
    re.compile(r"doors? for programs"): "control API",
}


def replaced_words(text: str) -> list[str]:
    return [f"{match[0]}: write {word}" for old, word in REPLACED_WORDS.items() for match in old.finditer(text)]


@pytest.mark.parametrize(
    "text", ["the stand-in", "a local stand-in for Wix", "StandIn()", "every knob", "a shop double"]
)
def test_a_replaced_word_is_found(text: str):
    assert replaced_words(text)


@pytest.mark.parametrize("text", ["/sandbox/knobs", '["knobs"]', "records stand in the file", "a double click"])
def test_a_word_in_use_is_not_a_replaced_one(text: str):
    assert not replaced_words(text)


def test_nothing_uses_a_word_that_the_glossary_replaced():
    skipped = {".venv", "migrations", "node_modules", "CHANGELOG.md", "glossary.md", "test_conventions.py"}
    patterns = ("**/*.py", "**/*.html", "**/*.md", "**/*.mjs", "script/*", ".github/**/*.yml", "*.ini")
    paths = {path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()}
    paths = {path for path in paths if not skipped & set(path.parts)}
    assert len(paths) > 300
    found = {str(path.relative_to(ROOT)): words for path in paths if (words := replaced_words(path.read_text()))}
    assert not found


SIZES = {
    "a module": (400, 15_700),
    "a test module": (405, 18_600),
    "a template": (205, 8_800),
}
# So many characters has a line of a template or a style sheet at most. Most have fewer: djlint aims at 120.
MAX_LINE_LENGTH = 140


def kind_of(path: Path) -> str:
    if path.suffix == ".html":
        return "a template"
    is_test = "tests" in path.relative_to(ROOT).parts or path.name == "conftest.py"
    return "a test module" if is_test else "a module"


def test_files_stay_small_enough_to_read():
    """Lines alone say little: a template may have a whole form in one."""
    skipped = {".venv", "migrations", "node_modules"}
    paths = [path for path in [*ROOT.glob("**/*.py"), *ROOT.glob("**/*.html")] if not skipped & set(path.parts)]
    assert {kind_of(path) for path in paths} == set(SIZES)
    for path in paths:
        text = path.read_text()
        lines, characters = SIZES[kind_of(path)]
        size = len(text.splitlines()), len(text)
        assert size[0] <= lines, f"{path.relative_to(ROOT)}: {size[0]} lines, at most {lines}"
        assert size[1] <= characters, f"{path.relative_to(ROOT)}: {size[1]} characters, at most {characters}"


@pytest.mark.parametrize(
    ("folder", "pattern"),
    [("templates", "**/*.html"), ("static/css", "*.css"), ("sandbox", "**/*.html"), ("sandbox/static", "*.css")],
)
def test_no_line_of_a_template_or_a_style_sheet_is_too_long_to_review(folder: str, pattern: str):
    files = list((ROOT / folder).glob(pattern))
    assert files
    too_long = [
        f"{path.relative_to(ROOT)}:{number} has {len(line)}"
        for path in files
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if len(line) > MAX_LINE_LENGTH
    ]
    assert not too_long


FORMER_NAMES = re.compile(r"concept|^(said|told|untold|sentence|journey)$", re.IGNORECASE)


def former_names(source: str) -> set[str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.string for token in tokens if token.type == tokenize.NAME and FORMER_NAMES.search(token.string)}


def test_a_former_name_is_found():
    source = "def make_concept(told):\n    return shipment.is_draft  # a concept"
    assert former_names(source) == {"make_concept", "told"}


@pytest.mark.parametrize("app", ["shipments", "jobs", "tracking", "demo"])
def test_former_names_do_not_come_back(app: str):
    """A shipment without a label is a draft, and a stored or shown text is a message."""
    paths = [path for path in ROOT.glob(f"{app}/**/*.py") if not {"migrations", "tests"} & set(path.parts)]
    assert paths
    found = {str(path.relative_to(ROOT)): names for path in paths if (names := former_names(path.read_text()))}
    assert not found


def test_the_tests_of_carriers_use_no_database():
    """They are left out of the run on PostgreSQL."""
    database = re.compile(r"django_db|transactional_db|def \w+\([^)]*\b(?:db|shop|owner|rival)\b")
    files = list(ROOT.glob("carriers/tests/**/*.py"))
    assert files
    assert not [path.name for path in files if database.search(path.read_text())]
