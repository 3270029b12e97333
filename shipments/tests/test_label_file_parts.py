"""A label file is fetched in parts: one that is there is kept and offered, whatever happens to the others."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from carriers.gateways.local import LocalGateway
from carriers.tests.pdf_reading import read_pages
from jobs import runner
from jobs.models import PHASE_KEY, Job
from lib import leases
from lib.http import ApiUnauthorized, ApiUnavailable
from shipments.models import Shipment
from shipments.presentation.job_messages import JobMessages
from shipments.services.erasure import delete_job_files
from shipments.services.labels import file_parts, files, register
from shipments.tests.factories import fill_sender, make_shipment
from shops.models import Shop

pytestmark = pytest.mark.django_db
REFERENCES = ("1", "2", "3")


class Files:
    """The carrier's labels; ``away`` are those it does not give, with the error. Remembers who was asked for."""

    def __init__(self) -> None:
        self.away: dict[str, Exception] = {}
        self.asked: list[str] = []

    def write(self, draw, gateway, target, labels, layout, start):
        labels = list(labels)
        names = [Shipment.objects.get(public_id=label.consignment.reference).reference for label in labels]
        self.asked += names
        for name in names:
            if name in self.away:
                raise self.away[name]
        return draw(gateway, target, labels, layout, start)


@pytest.fixture
def carrier(monkeypatch) -> Files:
    files_of_carrier, draw = Files(), LocalGateway.write_labels
    monkeypatch.setattr(file_parts, "PART_SIZE", 1)
    monkeypatch.setattr(LocalGateway, "write_labels", lambda *args: files_of_carrier.write(draw, *args))
    return files_of_carrier


@pytest.fixture
def job(shop: Shop, owner, files_dir) -> Job:
    fill_sender(shop)
    for name in REFERENCES:
        make_shipment(shop, reference=name)
    rows = shop.shipments.order_by("pk")
    return register.start_labels(shop, owner, shipments=rows, layout="a6", start=1, key="k")


def run(job: Job, **changes: object) -> None:
    Job.objects.filter(pk=job.pk).update(next_at=timezone.now(), **changes)
    runner.run_due()
    job.refresh_from_db()


def barcodes(pdf: bytes) -> list[str]:
    return [codes[0] for codes in read_pages(pdf)]


def labels_of(*references: str) -> list[str]:
    return [Shipment.objects.get(reference=name).barcode for name in references]


def test_a_part_that_does_not_come_leaves_the_others_to_download(carrier, job: Job, owner, client_for):
    carrier.away["2"] = ApiUnavailable("down", retry_after=60)
    run(job)
    assert not job.is_finished
    merchant = client_for(owner)
    page = merchant.get(reverse("shipments:job", args=[job.public_id])).content.decode()
    assert "2 van de 3 delen van je bestand kun je al downloaden" in page
    assert "Volgende poging:" in page
    offered = re.findall(r'href="([^"]+\?part=(\d+))"', page)
    assert [number for _link, number in offered] == ["1", "3"]
    answer = merchant.get(offered[1][0])
    assert barcodes(b"".join(answer.streaming_content)) == labels_of("3")
    assert list(Shipment.objects.filter(status="printed").values_list("reference", flat=True)) == ["3"]
    for strange in ("2", "9", "0", "x", "1' or"):
        assert merchant.get(reverse("shipments:job_file", args=[job.public_id]), {"part": strange}).status_code == 404


def test_what_is_there_is_not_fetched_again_and_the_file_is_in_order(carrier, job: Job, files_dir):
    carrier.away["2"] = ApiUnavailable("down")
    run(job)
    carrier.away.clear()
    carrier.asked.clear()
    run(job)
    assert (job.state, carrier.asked) == ("done", ["2"])
    assert barcodes(files.label_file(job).read_bytes()) == labels_of(*REFERENCES)
    assert [path.name for path in files_dir.iterdir()] == [job.file], "the parts are in the file"


def test_a_file_of_which_a_part_never_comes_ends_with_the_others(carrier, job: Job, owner, client_for):
    carrier.away["2"] = ApiUnavailable("down")
    run(job, created_at=timezone.now() - timedelta(hours=2))
    assert job.state == "done"
    merchant = client_for(owner)
    address = reverse("shipments:job_file", args=[job.public_id])
    page = merchant.get(address, follow=True).content.decode()
    assert "2 van de 3 delen staan hier klaar" in page
    assert re.findall(r"\?part=(\d+)", page) == ["1", "3"]
    carrier.away.clear()
    assert barcodes(b"".join(merchant.get(address).streaming_content)) == labels_of(*REFERENCES)


def test_somebody_waits_so_the_next_try_is_never_far_away(carrier, job: Job, settings, monkeypatch):
    settings.RETRY_BASE_SECONDS, settings.RETRY_CAP_SECONDS = 2, 900
    monkeypatch.setattr(leases.random, "uniform", lambda _least, most: most)
    carrier.away["2"] = ApiUnavailable("down")
    waits = []
    for _time in range(10):
        run(job)
        waits.append(round((job.next_at - timezone.now()).total_seconds()))
    assert waits == [4, 8, 16, 32, 64, 128, 128, 128, 128, 128]


@pytest.mark.parametrize("error", [ApiUnauthorized("no", status=401), ApiUnavailable("busy", sent=False, status=429)])
def test_what_every_part_would_hear_is_asked_once(carrier, job: Job, error):
    carrier.away = dict.fromkeys(REFERENCES, error)
    run(job)
    assert carrier.asked == ["1"]
    assert file_parts.kept_parts(job) == {}


def test_a_label_that_was_replaced_is_fetched_again(carrier, job: Job):
    carrier.away["2"] = ApiUnavailable("down")
    run(job)
    Shipment.objects.filter(reference="1").update(barcode="3SNEWER0000001")
    carrier.away.clear()
    run(job)
    assert barcodes(files.label_file(job).read_bytes()) == labels_of(*REFERENCES)


def test_what_is_erased_takes_its_parts_along(carrier, job: Job, files_dir):
    carrier.away["2"] = ApiUnavailable("down")
    run(job)
    assert len(list(files_dir.iterdir())) == 2
    delete_job_files([job])
    assert list(files_dir.iterdir()) == []


def test_the_page_says_what_the_job_is_doing_with_figures(carrier, job: Job, monkeypatch):
    seen, enter = [], runner.enter_phase

    def entered(own: Job, *phase: object) -> None:
        enter(own, *phase)
        shown = Job.objects.get(pk=own.pk)
        seen.append(JobMessages(shown, runner.progress(shown)).phase)

    monkeypatch.setattr(runner, "enter_phase", entered)
    monkeypatch.setattr("shipments.services.labels.registration_call.enter_phase", entered)
    run(job)
    assert seen == [
        "De orders controleren bij je webshop: 0 van 3",
        "De pakketten aanmelden bij de vervoerder: 0 van 3",
        "De labels ophalen: deel 1 van 3",
        "De labels ophalen: deel 2 van 3",
        "De labels ophalen: deel 3 van 3",
        "Het bestand samenvoegen uit 3 delen",
    ]
    assert JobMessages(job, runner.progress(job)).phase == "", "it is over"
    assert PHASE_KEY in runner.WAIT_KEYS, "a retry starts anew"
