"""The settings of shipping rules: their pages, their order, and what may be saved."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.tests.factories import make_user
from shops.models import PackagePreferences, ShippingRule, Shop
from shops.services import shipping_rules
from shops.shipping_rule import MAX_RULES
from shops.tests.factories import make_member, make_rule

pytestmark = pytest.mark.django_db
PAGE = "/instellingen/zendingen/regels/"
LETTERBOX = {"name": "Brievenbus NL", "is_on": "on", "groups": ["NL"], "package_type": "mailbox"}


def names(shop: Shop) -> list[str]:
    return [rule.name for rule in shop.shippingrules.all()]


def published(shop: Shop) -> list[str]:
    """The rules that imports follow."""
    return [rule["name"] for rule in PackagePreferences.objects.get(shop=shop).shipping_rules]


def test_a_rule_is_added_shown_and_changed(client_for, owner, shop: Shop):
    merchant = client_for(owner)
    assert PAGE in merchant.get("/instellingen/zendingen/").content.decode()
    assert "Er zijn nog geen regels" in merchant.get(PAGE).content.decode()
    typed = LETTERBOX | {
        "countries": "Duitsland, fr",
        "least_weight": "50",
        "most_weight": "2000",
        "most_value": "12,50",
        "skus": "MOK*, VAAS",
        "signature": "false",
        "goes_on": "on",
    }
    assert merchant.post(PAGE + "nieuw/", typed)["Location"] == PAGE
    rule = shop.shippingrules.get()
    assert (rule.destinations, rule.least_weight, rule.most_value) == (["NL", "DE", "FR"], 50, Decimal("12.50"))
    assert rule.choice_fields == {"package_type": "mailbox", "signature": False}
    page = " ".join(merchant.get(PAGE).content.decode().split())
    assert "Naar Nederland, Duitsland of Frankrijk" in page
    assert "Gewicht van 50 g tot en met 2.000 g" in page
    assert "Een artikel met artikelnummer MOK* of VAAS" in page
    assert "Handtekening voor ontvangst uit" in page
    form = merchant.get(f"{PAGE}{rule.public_id}/").content.decode()
    assert 'value="Duitsland, Frankrijk"' in form
    merchant.post(f"{PAGE}{rule.public_id}/", LETTERBOX | {"name": "Klein", "is_on": ""})
    rule.refresh_from_db()
    assert (rule.name, rule.is_on, rule.goes_on, rule.least_weight, rule.skus) == ("Klein", False, False, None, "")


REFUSED = [
    ({"name": ""}, "Vul een naam in"),
    ({"package_type": ""}, "Kies minstens één ding dat deze regel wijzigt."),
    ({"signature": "true"}, "Handtekening voor ontvangst kun je niet kiezen. Niet mogelijk bij Brievenbuspakje."),
    ({"groups": ["ROW"], "package_type": "", "carrier": "dhlforyou"}, "Buiten de EU kan alleen PostNL."),
    ({"least_weight": "3000"}, "Het gewicht is hoger dan 2 kg"),
    ({"least_weight": "20", "most_weight": "10"}, "Vul een getal in dat niet lager is"),
    ({"least_value": "20", "most_value": "10"}, "Vul een getal in dat niet lager is"),
    ({"countries": "Nergensland"}, "is geen land dat we kennen"),
    ({"package_type": "", "insurance": "10000", "insurance_percent": "50"}, "Kies een bedrag of een deel"),
    ({"carrier": "snelpost"}, "snelpost"),
    ({"insurance": "12345"}, "Dit verzekerde bedrag kan hier niet."),
]


@pytest.mark.parametrize(("changed", "said"), REFUSED, ids=[str(case[0]) for case in REFUSED])
def test_what_cannot_be_is_refused_with_a_sentence(client_for, owner, shop: Shop, changed, said):
    answer = client_for(owner).post(PAGE + "nieuw/", LETTERBOX | changed)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not shop.shippingrules.exists()


def test_a_rule_that_is_possible_at_one_of_its_destinations_is_kept(client_for, owner, shop: Shop):
    client_for(owner).post(PAGE + "nieuw/", LETTERBOX | {"groups": ["NL", "EU"]})
    assert names(shop) == ["Brievenbus NL"]


def test_a_rule_that_the_preferences_no_longer_allow_says_so_in_the_list(client_for, owner, shop: Shop):
    make_rule(shop, name="Zonder", destinations=["NL"], signature=False)
    PackagePreferences.objects.filter(shop=shop).update(insurance=10000)
    page = client_for(owner).get(PAGE).content.decode()
    assert "Deze regel kan niet naar Nederland: Handtekening voor ontvangst moet aan staan." in page


def test_rules_change_places_and_imports_follow_them_in_that_order(client_for, owner, shop: Shop):
    merchant = client_for(owner)
    _first, second, third = (make_rule(shop, name=name) for name in "ABC")
    for rule, direction, order in ((third, "up", "ACB"), (third, "up", "CAB"), (third, "up", "CAB")):
        merchant.post(f"{PAGE}{rule.public_id}/plaats/", {"direction": direction})
        assert names(shop) == published(shop) == list(order)
    pressed = merchant.post(
        f"{PAGE}{second.public_id}/plaats/", {"direction": "down"}, headers={"HX-Request": "true"}
    ).content.decode()
    # The button keeps its id, and with it the focus; screen readers hear the new place.
    assert f'id="down-{second.public_id}"' in pressed
    assert "“B” is regel 3" in pressed
    merchant.post(f"{PAGE}{third.public_id}/plaats/", {"direction": "down"})
    assert names(shop) == published(shop) == list("ACB")


def test_a_rule_is_switched_off_and_on_and_deleted(client_for, owner, shop: Shop):
    merchant = client_for(owner)
    make_rule(shop, name="A")
    rule = make_rule(shop, name="B")
    address = f"{PAGE}{rule.public_id}/"
    for _time in range(2):
        merchant.post(address + "schakel/", {"on": "0"})
        assert (names(shop), published(shop)) == (["A", "B"], ["A"])
    merchant.post(address + "schakel/", {"on": "1"})
    assert published(shop) == ["A", "B"]
    assert "“B” verwijderen?" in merchant.get(address + "verwijderen/").content.decode()
    merchant.post(address + "verwijderen/")
    assert names(shop) == published(shop) == ["A"]


def test_who_may_not_change_settings_sees_the_rules_only(client_for, shop: Shop):
    rule = make_rule(shop, name="Brievenbus NL")
    staff = client_for(make_member(shop, make_user(), "staff").user)
    page = staff.get(PAGE).content.decode()
    assert "Brievenbus NL" in page
    assert str(rule.public_id) not in page
    for path in ("nieuw/", *(f"{rule.public_id}/{act}" for act in ("", "plaats/", "schakel/", "verwijderen/"))):
        assert staff.post(PAGE + path, LETTERBOX | {"direction": "up"}).status_code == 403
    assert names(shop) == ["Brievenbus NL"]


def test_every_change_is_in_the_trail_and_in_the_log_of_the_shop(client_for, owner, shop: Shop):
    merchant = client_for(owner)
    merchant.post(PAGE + "nieuw/", LETTERBOX)
    rule = shop.shippingrules.get()
    make_rule(shop)
    merchant.post(f"{PAGE}{rule.public_id}/", LETTERBOX | {"least_weight": "10", "skus": "MOK"})
    merchant.post(f"{PAGE}{rule.public_id}/plaats/", {"direction": "down"})
    log = merchant.get("/instellingen/logboek/").content.decode()
    merchant.post(f"{PAGE}{rule.public_id}/verwijderen/")
    mine = shop.audit_entries.filter(target_id=str(rule.public_id)).order_by("pk")
    assert [(entry.action, entry.changes) for entry in mine] == [
        ("settings.rule_added", {}),
        ("settings.changed", {"least_weight": [None, 10], "skus": None}),
        ("settings.changed", {"position": [1, 2]}),
        ("settings.rule_deleted", {}),
    ]
    assert "Gewicht vanaf: niets → 10" in log
    assert "Brievenbus NL" in log


def test_a_shop_has_no_more_rules_than_are_read_at_once(client_for, owner, shop: Shop):
    rows = [ShippingRule(shop=shop, position=number, name="x", signature=True) for number in range(MAX_RULES)]
    ShippingRule.objects.bulk_create(rows)
    answer = client_for(owner).post(PAGE + "nieuw/", LETTERBOX)
    assert (answer.status_code, shop.shippingrules.count()) == (422, MAX_RULES)
    assert "Een shop kan 50 verzendregels hebben." in answer.content.decode()


BROKEN = [
    {"position": 1},
    {"least_weight": 2, "most_weight": 1},
    {"least_value": Decimal(2), "most_value": Decimal(1)},
    {"most_value": Decimal(-1)},
    {"insurance": 100, "insurance_percent": 10},
    {"insurance_percent": 101},
]


@pytest.mark.parametrize("columns", BROKEN, ids=[str(columns) for columns in BROKEN])
def test_the_database_refuses_a_rule_that_contradicts_itself(shop: Shop, columns):
    make_rule(shop)
    with pytest.raises(IntegrityError), transaction.atomic():
        ShippingRule.objects.create(shop=shop, name="x", **({"position": 7} | columns))


def test_a_change_of_a_rule_that_somebody_deleted_meanwhile_changes_nothing(owner, shop: Shop):
    rule = make_rule(shop, name="Weg")
    shipping_rules.delete_rule(ShippingRule.objects.get(), by=owner)
    told = shop.audit_entries.count()
    assert not shipping_rules.change_rule(rule, {"name": "Terug"}, by=owner)
    assert not shipping_rules.move_rule(rule, up=True, by=owner)
    shipping_rules.delete_rule(rule, by=owner)
    assert (names(shop), published(shop), shop.audit_entries.count()) == ([], [], told)


def test_a_rule_of_another_shop_is_not_there(client_for, owner, shop: Shop, rival: Shop):
    theirs = make_rule(rival, name="Van hen")
    merchant = client_for(owner)
    assert merchant.post(f"{PAGE}{theirs.public_id}/schakel/", {"on": "0"}).status_code == 404
    shipping_rules.move_rule(make_rule(shop), up=False, by=owner)
    assert published(rival) == ["Van hen"]
