"""Links from before 0.2 lead to the same page, and nothing but their redirect knows the old names."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import resolve

from accounts.models import User
from myparcel_backoffice.old_parameters import DROPPED, PARAMETERS, PATHS, VALUES, renamed
from shipments.tests.factories import make_shipment
from shops.models import Shop

ROOT = Path(__file__).resolve().parent.parent
LIST = "/zendingen/"
NEW_NAMES = {new: old for old, new in PARAMETERS.items()}
EVERY_NAME = [(f"{old}=x%26y", f"{new}=x%26y") for old, new in PARAMETERS.items()]
EVERY_VALUE = [
    (f"{NEW_NAMES.get(name, name)}={old}", f"{name}={new}")
    for name, values in VALUES.items()
    for old, new in values.items()
]


@pytest.mark.parametrize(("old", "new"), EVERY_NAME + EVERY_VALUE)
def test_every_old_name_and_value_is_redirected_once(old: str, new: str):
    answer = Client().get(f"{LIST}?{old}")
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}?{new}")
    assert Client().get(answer["Location"])["Location"].startswith("/account/inloggen/")


def test_every_new_name_and_value_is_one_that_the_product_knows():
    code = [*ROOT.glob("shipments/queries/filters.py"), *ROOT.glob("*/views/*.py")]
    known = {text for path in code for text in strings_of(path.read_text())}
    values = {new.lstrip("-") for names in VALUES.values() for new in names.values()}
    assert {*PARAMETERS.values(), *values} <= known


@pytest.mark.django_db
def test_an_old_bookmark_shows_what_it_showed(client_for, owner: User, shop: Shop):
    draft = make_shipment(shop, reference="B-1", country="US")
    make_shipment(shop, reference="B-2", country="NL")
    make_shipment(shop, reference="B-3", country="US", status="registered", barcode="3S1")
    bookmark = f"{LIST}?tab=concepten&zoek=b-&naar=wereld&periode=vandaag&sorteer=datum&per=200&pagina=2"
    page = client_for(owner).get(bookmark, follow=True)
    assert [row.pk for row in page.context["listing"].rows] == [draft.pk]
    assert (page.context["listing"].sort, page.context["listing"].descending, page.context["listing"].size) == (
        "date",
        False,
        200,
    )


@pytest.mark.parametrize("name", sorted(DROPPED))
def test_a_parameter_without_a_successor_is_left_out(name: str):
    assert Client().get(f"{LIST}?{name}=2")["Location"] == LIST
    assert Client().get(f"{LIST}?{name}=2&zoek=a")["Location"] == f"{LIST}?q=a"


@pytest.mark.parametrize("path", [*PATHS, "/zendingen/importeren/", "/zoeken/scan/", "/zendingen/labels/"])
@pytest.mark.parametrize("method", ["get", "head"])
def test_every_page_that_had_old_parameters_redirects(path: str, method: str):
    assert getattr(Client(), method)(f"{path}?zoek=a")["Location"] == f"{path}?q=a"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("zending=b&zending=a&zending=b", "shipment=b&shipment=a&shipment=b"),
        ("zoek=a&q=b&zoek=c", "q=a&q=c&q=b"),
        ("zoek=&tab=alle&other=alle", "q=&tab=all&other=alle"),
        ("alles=tab%3Dprinten%26zoek%3Da%2526b&zending=x", "all_matching=tab%3Dto_print%26q%3Da%2526b&shipment=x"),
        ("terug=%2Fzendingen%2F%3Fzoek%3Da", "next=%2Fzendingen%2F%3Fzoek%3Da"),
        ("zoek=caf%C3%A9+%26+zo%00", "q=caf%C3%A9+%26+zo%00"),
    ],
)
def test_repeated_nested_and_unknown_parameters_are_kept(old: str, new: str):
    assert Client().get(f"{LIST}?{old}")["Location"] == f"{LIST}?{new}"


@pytest.mark.parametrize("query", ["", "q=alle", "tab=drafts&sort=-date", "all_matching=q%3Da%2520b", "tab=rubbish"])
def test_a_query_of_today_is_left_alone(query: str):
    assert Client().get(f"{LIST}?{query}")["Location"].startswith("/account/inloggen/")


def test_a_form_is_not_sent_elsewhere():
    assert "?q=" not in Client().post(f"{LIST}labels/?zoek=a", {"zending": "x"}).get("Location", "")


@pytest.mark.parametrize("path", ["/integratie/wix/terug/", "/integratie/wix/openen/", "/account/inloggen/", "/"])
def test_pages_whose_parameters_others_choose_are_left_alone(path: str):
    assert "q=" not in Client().get(f"{path}?zoek=a").get("Location", "")


def test_a_page_from_before_the_upgrade_is_replaced_as_a_whole():
    """Its script would look for ids that are gone."""
    answer = Client().get(f"{LIST}?zoek=a", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (200, f"{LIST}?q=a")
    history = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert Client().get(f"{LIST}?zoek=a", headers=history)["Location"] == f"{LIST}?q=a"


def test_stored_and_visited_queries_get_the_same_names():
    migration = import_module("shipments.migrations.0009_saved_filter_parameters")
    assert migration.PARAMETERS.items() <= PARAMETERS.items()
    for name, values in migration.VALUES.items():
        assert values.items() <= VALUES[name].items()
    query = "tab=printen&zoek=caf%C3%A9+1&vervoerder=postnl&naar=wereld&periode=vandaag&sorteer=datum&per=200"
    stored = migration.renamed(query, migration.PARAMETERS, migration.VALUES)
    assert stored == renamed(QueryDict(query)).urlencode()
    assert migration.renamed(stored, migration.OLD_PARAMETERS, migration.OLD_VALUES) == query
    assert migration.renamed("q=a%20b", migration.PARAMETERS, migration.VALUES) == "q=a%20b"


POSTED = """een papier papieren pakbonnen onthoud ongeprint kiest zeker aan importeren opnieuw naam versie verdeel
    sleutel nummer bestand bekijk doe groep"""
IN_IDS = """aankondiging adres alles automatisch balk bestemming bewaar bewaarbalk bewaarstand bewerken controleer deel
    deur dialoog douane familie filtermenu fout fouten gebruikersmenu gelijk gewijzigd gezond grafiek hoofdmenu inhoud
    intrekken klaar kolommen kop laatst labelvoorbeeld landen leeg lijst mag meer meldingen niet bewaard nieuwer nog
    onleesbaar ontv ouder pakket plek reden resultaat rij rijmenu sjabloon melding sneltoetsen straks taal toetsen uit
    uitnodigen verbreek vellen verteld verversing volg voorbeeld voorkeuren voortgang waarom titel weergave winkelmenu
    pil stand zo zoekresultaat zoekveld zoekvenster"""
OLD_VALUES = {value.lstrip("-") for values in VALUES.values() for value in values}
IN_REQUESTS = {*PARAMETERS, *DROPPED, *POSTED.split(), *OLD_VALUES}
OLD_WORDS = IN_REQUESTS | set(IN_IDS.split())
"""Parameters, keys and ids of 0.1 were made of these."""
REFERENCES = "id|name|for|list|form|popovertarget|data-dialog-open|aria-labelledby|aria-describedby"
ATTRIBUTES = REFERENCES + "|aria-controls"
WRITTEN = (
    rf'(?<![\w-])(?:{ATTRIBUTES})="([^"]*)"',
    r'hx-(?:params|vals)="([^"]*)"',
    r"#([a-z][\w-]*)",
    r"[?&;]([a-z_]+)=",
    r"request\.GET\.(\w+)",
    r"(?:counts|filters)\.(\w+)",
    r'(?:tab|key|sort|column) ?[!=]=? ?"(\w+)"',
    r"[?&;]tab=(\w+)",
    r"getElementById\('([\w-]+)'",
    r"searchParams\.get\('(\w+)'",
    r"\.id === '([\w-]+)'",
)


def old_words_in_page(text: str) -> set[str]:
    names = [name for pattern in WRITTEN for name in re.findall(pattern, text)]
    names += [name for tag in re.findall(r"\{% querystring (.*?)%\}", text) for name in re.findall(r"(\w+)=", tag)]
    names += [value for tag in re.findall(r"\{% querystring (.*?)%\}", text) for value in re.findall(r'"(\w+)"', tag)]
    plain = [re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", name) for name in names]
    return {word for name in plain for word in re.findall(r"[a-z]+", name)} & OLD_WORDS


def strings_of(source: str) -> list[str]:
    values = [node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)]
    return [value for value in values if isinstance(value, str)]


def old_words_in_code(source: str) -> set[str]:
    """Strings that are an old name, or a query string with one; a path may still have a Dutch segment."""
    strings = strings_of(source)
    found = {text for text in strings if text in IN_REQUESTS or text == "groep-"}
    found |= {name for text in strings for name in re.findall(r"(?:^|[?&;])([a-z_]+)=", text)} & IN_REQUESTS
    ids = [name for text in strings for name in re.findall(r"(?:^|[ }])#([a-z][\w-]*)", text)]
    ids += [name for text in strings for name in re.findall(r'\bid="([\w-]+)', text)]
    ids += [name for text in strings for name in re.findall(r"\[(?:id|name|popovertarget)=([\w-]+)", text)]
    return found | {word for name in ids for word in re.split("[^a-z]", name)} & OLD_WORDS


@pytest.mark.parametrize(
    "text",
    [
        '<input name="zoek">',
        '<label for="f-naar">',
        '<p id="kop-{{ one.pk }}">',
        '<a href="?tab=concepten">',
        '<a href="{% querystring voor=None %}">',
        '<a href="{% querystring select="alles" %}">',
        '<div hx-select="#taak-stand:innerHTML">',
        '<button hx-params="een,key">',
        "{% if request.GET.al %}",
        '{% if listing.sort == "datum" %}',
        "$('#zoekvenster')",
    ],
)
def test_an_old_name_on_a_page_is_found(text: str):
    assert old_words_in_page(text)


@pytest.mark.parametrize(
    "source",
    [
        'data.get("zending")',
        'f"/zendingen/?zoek={text}"',
        'QueryDict("naar=nl")',
        'f"groep-{index}"',
        'locator("#dialoog h1")',
        'locator("[popovertarget=winkelmenu]")',
    ],
)
def test_an_old_name_in_code_is_found(source: str):
    assert old_words_in_code(source)


def test_no_page_script_or_style_sheet_has_an_old_name():
    paths = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("static/js/*.js"), *ROOT.glob("static/css/*.css")]
    found = {str(path.relative_to(ROOT)): words for path in paths if (words := old_words_in_page(path.read_text()))}
    assert len(paths) > 100
    assert not found


NOT_REQUESTS = {"carriers", "lib", "sandbox", "migrations", ".venv", "node_modules"}
"""Addresses of parcels, texts and the sandbox have Dutch words of their own."""


def test_no_code_has_an_old_name():
    """The redirect, the migration and their tests aside."""
    aside = {"old_parameters.py", "test_old_parameters.py", "test_upgrade.py", "upgrade_changes.py"}
    paths = [path for path in ROOT.glob("**/*.py") if not NOT_REQUESTS & set(path.relative_to(ROOT).parts)]
    paths = [path for path in paths if path.name not in aside]
    found = {str(path.relative_to(ROOT)): words for path in paths if (words := old_words_in_code(path.read_text()))}
    assert len(paths) > 100
    assert not found


@pytest.mark.parametrize("path", [*PATHS[:3], "/volg/6fa5b0f2-aa5f-4dba-9c31-2532ddf4b2a3/"])
def test_the_redirect_names_pages_that_exist(path: str):
    assert resolve(path)
