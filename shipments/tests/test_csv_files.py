"""CSV export and import: escaped cells, a preview, and one draft per line."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from jobs import runner
from jobs.models import Job
from lib.bulk_insert import insert_rows
from lib.formulas import escape_formula, unescape_formula
from shipments.models import Shipment
from shipments.services.csv_files import file_export, file_import, reader
from shipments.services.csv_files.columns import COLUMNS
from shipments.tests.factories import make_shipment
from shops.models import PackagePreferences

pytestmark = pytest.mark.django_db
GOOD = "referentie;naam;straat;huisnummer;postcode;plaats;gewicht (gram)\n1;Kim;Lindelaan;12;3524kb;Utrecht;700\n"


@pytest.fixture
def merchant(client_for, owner, shop):
    return client_for(owner)


def exported(shop, owner, key: str = "k") -> bytes:
    job = file_export.start_export(shop, owner, shipments=shop.shipments.order_by("pk"), key=key)
    runner.run_due()
    job.refresh_from_db()
    return file_export.export_file(job).read_bytes()


def sent(merchant, data: bytes):
    return merchant.post("/zendingen/bestand/", {"file": SimpleUploadedFile("x.csv", data)})


def planned(text: str, shop) -> list[reader.RowPlan]:
    preferences = PackagePreferences.objects.get(shop=shop)
    return [reader.plan_row(line, preferences) for line in reader.read_table(text.encode()).lines]


@pytest.mark.parametrize("cell", ["=1+1", "+31612345678", "-5", "@cmd", "\tx", "\rx", "\0x"])
def test_no_cell_is_a_formula_and_reading_gives_it_back(cell):
    assert escape_formula(cell) == "'" + cell
    assert unescape_formula(escape_formula(cell)) == cell
    assert unescape_formula("'t Hart") == "'t Hart"


def test_an_export_is_utf8_with_a_mark_all_quoted_and_in_order(shop, owner, monkeypatch):
    monkeypatch.setattr(runner, "ITEM_BATCH_SIZE", 2)
    for name in ("Łucja =x", "=HYPERLINK()", "Zoë", "Ünal", "Ån"):
        make_shipment(shop, person=name)
    data = exported(shop, owner)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\xef\xbb\xbf") == 1
    lines = data.decode("utf-8-sig").split("\r\n")
    assert all(cell.startswith('"') for cell in lines[1].split(";"))
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert [row["Naam"] for row in rows] == ["Łucja =x", "'=HYPERLINK()", "Zoë", "Ünal", "Ån"]


@pytest.mark.parametrize("left", [0, 1], ids=["all pieces are gone", "one piece is left"])
def test_a_worker_that_dies_while_it_removes_the_pieces_costs_no_line(shop, owner, monkeypatch, left):
    monkeypatch.setattr(runner, "ITEM_BATCH_SIZE", 1)
    for name in ("Kim", "Zoë"):
        make_shipment(shop, person=name)
    job = file_export.start_export(shop, owner, shipments=shop.shipments.order_by("pk"), key="k")

    def die(folder, **_options):
        for piece in sorted(folder.iterdir())[left:]:
            piece.unlink()
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(file_export.shutil, "rmtree", die)
        with pytest.raises(KeyboardInterrupt):
            runner.run_due()
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    runner.run_due()
    job.refresh_from_db()
    whole = file_export.export_file(job).read_text(encoding="utf-8-sig")
    assert (job.state, "Kim" in whole, "Zoë" in whole) == ("done", True, True)


def test_a_shipment_deleted_meanwhile_is_named_and_the_rest_is_in_the_file(shop, owner):
    make_shipment(shop)
    gone = make_shipment(shop)
    job = file_export.start_export(shop, owner, shipments=shop.shipments.all(), key="k")
    Shipment.objects.filter(pk=gone.pk).delete()
    runner.run_due()
    progress = runner.progress(job)
    assert (progress.ok, progress.failed) == (1, 1)


def test_an_export_holds_a_piece_of_the_selection_at_a_time(shop, owner, monkeypatch):
    """However many shipments are chosen, the request that starts the export keeps a few in memory."""
    monkeypatch.setattr(runner, "INSERT_BATCH_SIZE", 2)
    asked = []

    def insert(model, rows):
        asked.append(len(rows))
        return insert_rows(model, rows)

    monkeypatch.setattr(runner, "insert_rows", insert)
    numbers = [make_shipment(shop).reference for _ in range(5)]
    lines = exported(shop, owner).decode().splitlines()[1:]
    assert asked == [2, 2, 1]
    assert [number in line for number, line in zip(numbers, lines, strict=True)] == [True] * 5
    assert Job.objects.get().total == 5


def test_an_export_is_downloaded_from_its_page_and_only_by_its_shop(merchant, shop, rival, client_for):
    shipment = make_shipment(shop)
    answer = merchant.post("/zendingen/selectie/exporteren/", {"shipment": str(shipment.public_id)})
    runner.run_due()
    page = merchant.get(answer["Location"]).content.decode()
    assert "1 zending in het bestand" in page
    file = merchant.get(answer["Location"] + "bestand/")
    assert file["Content-Type"].startswith("text/csv")
    assert b"Referentie" in b"".join(file.streaming_content)
    assert "Download het bestand" in page
    stranger = client_for(rival.memberships.get().user)
    assert stranger.get(answer["Location"] + "bestand/").status_code == 404
    assert "Exporteer zendingen" in merchant.get("/downloads/").content.decode()
    file_export.export_file(Job.objects.get()).unlink()
    assert merchant.get(answer["Location"] + "bestand/").status_code == 404


def test_our_own_export_comes_back_the_same(shop, owner, rival):
    make_shipment(
        shop,
        reference="1",
        phone="+31612345678",
        signature=True,
        only_recipient=True,
        insurance=10_000,
        company="'t Winkeltje",
    )
    make_shipment(shop, reference="2", country="BE", postal_code="9000", city="Gent", box="3", number="5")
    make_shipment(shop, reference="3", country="DE", postal_code="50667", city="Köln", street="Weg", number="9")
    make_shipment(shop, reference="4", package_type="mailbox", carrier="postnl", description="hallo")
    fingerprint = file_import.store_upload(rival, exported(shop, owner))
    file_import.start_upload(rival, owner, fingerprint)
    runner.run_due()
    read = [column.key for column in COLUMNS if column.is_read]
    pairs = zip(shop.shipments.order_by("reference"), rival.shipments.order_by("reference"), strict=True)
    for ours, theirs in pairs:
        same = [name for name in read if name != "description"]
        assert [getattr(ours, name) for name in same] == [getattr(theirs, name) for name in same]


def test_a_line_takes_what_it_leaves_out_from_the_preferences(shop):
    PackagePreferences.objects.filter(shop=shop).update(signature=True, default_weight=900)
    (plan,) = planned("reference,street,postcode,town\n7,Lindelaan 12 bis,3524KB,Utrecht\n", shop)
    assert not plan.errors
    content, recipient = plan.content, plan.content.recipient
    assert (recipient.street, recipient.number, recipient.country) == ("Lindelaan", "12", "NL")
    assert (content.choice.signature, content.weight, recipient.postal_code) == (True, 900, "3524 KB")


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ("weight (grams)|heavy", "weight"),
        ("weight (grams)|0", "weight"),
        ("carrier|Post Duif", "carrier"),
        ("package type|krat", "package_type"),
        ("signature on delivery|maybe", "signature"),
        ("country code|Narnia", "country"),
        ("insured amount (euro)|-1", "insurance"),
        ("weight (grams)|00000000000099999999", "weight"),
        ("weight (grams)|" + "9" * 5000, "weight"),
        ("town|" + "x" * 99, "city"),
    ],
)
def test_what_cannot_be_stored_is_an_error_of_its_line(shop, cells, column):
    title, value = cells.split("|")
    (plan,) = planned(f"reference,{title}\n1,{value}\n", shop)
    assert [error.field for error in plan.errors] == [column]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b"referentie;naam\n",
        b"a;b\n1;2\n",
        b"referentie;Reference\n1;2\n",
        b"PK\x03\x04\0\0",
        b"referentie\n" + b"1\n" * (reader.MAX_ROWS + 1),
        b"x" * (reader.MAX_BYTES + 1),
        b'referentie;naam\n1;"' + b"x" * 200_000,
    ],
)
def test_a_file_that_cannot_be_used_says_why_and_creates_nothing(merchant, data):
    answer = sent(merchant, data)
    assert answer.status_code == 422
    assert "Er is niets gemaakt." in answer.content.decode()
    assert not Job.objects.exists()


def test_a_file_needs_no_column_of_references(shop):
    (plan,) = planned("naam;straat;huisnummer;postcode;plaats\nKim;Laan;1;3524 KB;Utrecht\n", shop)
    assert (plan.errors, plan.reference, plan.content.recipient.person) == ((), "", "Kim")


def test_a_file_with_the_english_titles_of_an_earlier_release_is_read(shop):
    table = reader.read_table(b"reference,addition,e-mail address,delivery moment\n7,bis,kim@x.example,morning\n")
    cells = table.lines[0].cells
    assert (cells["suffix"], cells["email"], cells["delivery_type"]) == ("bis", "kim@x.example", "morning")


def test_a_file_of_an_old_spreadsheet_is_read_too(shop):
    table = reader.read_table("referentie;plaats\n1;Zoëtermeer\n".encode("cp1252"))
    assert table.lines[0].cells["city"] == "Zoëtermeer"


def test_the_preview_names_every_bad_line_and_writes_nothing(merchant, shop):
    data = GOOD + "2;Bo;Weg;1;1234AB;Ede;zwaar\n;Cem;Weg;2;1234AB;Ede;5\n"
    preview = sent(merchant, data.encode())
    page = merchant.get(preview["Location"]).content.decode()
    assert "1 regel wordt een conceptzending" in page
    assert "2 regels kunnen niet worden geïmporteerd" in page
    assert "Vul een geheel getal in van 1 tot" in page
    assert "Vul een referentie in" in page
    assert (Job.objects.count(), Shipment.objects.count()) == (0, 0)
    started = merchant.post(preview["Location"])
    runner.run_due()
    page = merchant.get(started["Location"]).content.decode()
    assert "1 van de 3 zendingen geïmporteerd" in page
    assert "Regel 3, Gewicht (gram):" in page
    assert Shipment.objects.get().reference == "1"


def test_the_same_file_twice_is_one_import_unless_asked_for(merchant, shop):
    path = sent(merchant, GOOD.encode())["Location"]
    for _time in range(2):
        merchant.post(path)
        runner.run_due()
    assert Shipment.objects.count() == 1
    assert sent(merchant, GOOD.encode())["Location"] == path
    assert "Dit bestand is al geïmporteerd" in merchant.get(path).content.decode()
    for _time in range(2):
        merchant.post(path, {"again": "1", "key": "form"})
        runner.run_due()
    assert Shipment.objects.count() == 2


def test_a_kept_file_is_of_its_shop_only(merchant, shop, rival, client_for):
    path = sent(merchant, GOOD.encode())["Location"]
    stranger = client_for(rival.memberships.get().user)
    for page in (path, path + "kolommen/"):
        assert stranger.get(page).status_code == 404
        assert "Dit bestand wordt niet meer bewaard" in stranger.post(page).content.decode()
    assert not Job.objects.exists()


def test_the_template_can_be_imported_as_it_is(merchant, shop):
    data = merchant.get("/zendingen/bestand/voorbeeld.csv").content
    (plan,) = planned(data.decode("utf-8-sig"), shop)
    assert not plan.errors
    assert not plan.problems
