"""After a restore: what names an erased person without an order or a shipment, and who asks in vain."""

from pathlib import Path

import pytest
from django.core.management import call_command

from privacy.models import PersonErasure
from privacy.services import erase_person, replay
from privacy.services.person_rows import PersonQuery
from shipments.models import SavedFilter, Shipment
from shipments.tests.factories import make_shipment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def journal(settings, tmp_path: Path) -> Path:
    settings.ERASURE_JOURNAL = tmp_path / "erasures.jsonl"
    return settings.ERASURE_JOURNAL


def look_for(shop, owner, name: str) -> None:
    SavedFilter.objects.create(shop=shop, user=owner, name=name[:40], query=f"q={name.replace(' ', '+')}")


def erase(shop, **query: str) -> None:
    erase_person.request_erasure(shop, PersonQuery(**query), by=None)
    erase_person.erase_due()


def test_words_are_known_by_their_hashes(shop, rival, owner):
    look_for(shop, owner, "Saar de Vries")
    erase(shop, name="Saar de Vries")
    for name in ("Saar de Vries", "Saar de Boer"):
        look_for(shop, owner, name)
    look_for(rival, owner, "Saar de Vries")  # who was not asked
    assert replay.replay_journal() == {"shipments.SavedFilter": 1}
    assert set(SavedFilter.objects.values_list("shop", "name")) == {
        (shop.pk, "Saar de Boer"),
        (rival.pk, "Saar de Vries"),
    }
    assert PersonErasure.objects.filter(source="replay").count() == 1


def test_a_namesake_s_parcel_is_left_alone(shop):
    make_shipment(shop, person="Saar de Vries", email="saar@example.com", reference="1")
    erase(shop, email="saar@example.com")
    namesake = make_shipment(shop, person="Saar de Vries", email="other@example.com", reference="2")
    assert replay.replay_journal() == {}
    namesake.refresh_from_db()
    assert namesake.person == "Saar de Vries"


def test_replaying_twice_is_the_same_as_once_and_writes_no_journal(shop, journal: Path):
    shipment = make_shipment(shop, person="Saar de Vries")
    erase(shop, name="Saar de Vries")
    written = journal.read_text()
    Shipment.objects.filter(pk=shipment.pk).update(person="Saar de Vries", recipient_erased_at=None)
    assert [replay.replay_journal().get("shipments"), replay.replay_journal().get("shipments")] == [1, None]
    assert journal.read_text() == written


def test_without_a_journal_the_command_says_where_it_is_expected(journal: Path, capsys):
    call_command("replay_erasures")
    assert str(journal) in capsys.readouterr().out
    journal.touch()
    call_command("replay_erasures")
    assert "Nothing of what was erased" in capsys.readouterr().out


def test_the_commands_of_operations(shop, rival, capsys):
    make_shipment(shop, person="Saar de Vries", reference="1")
    call_command("find_person", name="Saar de Vries")
    out = capsys.readouterr().out
    assert f"{shop.name}: Zendingen en retouren: 1" in out
    assert f"{rival.name}: nothing" in out
    call_command("erase_person", name="Saar de Vries", dry_run=True)
    assert Shipment.objects.get().person
    call_command("erase_person", name="Saar de Vries")
    assert Shipment.objects.get().person == ""
    assert "Erased." in capsys.readouterr().out
    call_command("erase_person", name="Saar de Vries")
    assert "Nothing was erased." in capsys.readouterr().out
