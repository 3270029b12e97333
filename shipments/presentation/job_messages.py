"""Titles and messages of jobs in each state."""

from dataclasses import dataclass

from babel.numbers import format_decimal
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from jobs.models import Job
from jobs.runner import Progress
from shipments.job_kinds import JobKind
from shipments.services.labels.files import FETCHING, MERGING
from shipments.services.labels.register import CHECKING
from shipments.services.labels.registration_call import REGISTERING

HEADINGS = {
    JobKind.IMPORT: _("Import external orders"),
    JobKind.LABELS: _("Download labels"),
    JobKind.EDIT: _("Edit drafts"),
    JobKind.EXPORT: _("Export shipments"),
    JobKind.UPLOAD: _("Import shipments from a file"),
}
RUNNING_TITLES = {
    JobKind.IMPORT: _("Importing: %(a)s of %(n)s"),
    JobKind.LABELS: _("Creating labels: %(a)s of %(n)s"),
    JobKind.EDIT: _("Editing drafts: %(a)s of %(n)s"),
    JobKind.EXPORT: _("Exporting shipments: %(a)s of %(n)s"),
    JobKind.UPLOAD: _("Importing the file: %(a)s of %(n)s"),
}
FINISHED_TITLES = {
    JobKind.IMPORT: _("%(a)s of %(n)s orders imported"),
    JobKind.LABELS: _("%(a)s of %(n)s labels created"),
    JobKind.EDIT: _("%(a)s of %(n)s drafts changed"),
    JobKind.EXPORT: _("%(a)s of %(n)s shipments in the file"),
    JobKind.UPLOAD: _("%(a)s of %(n)s shipments imported"),
}
TEST_LABELS_TITLE = _("%(a)s of %(n)s test labels created")
# Of jobs of one thing: it is done, and it is not.
TITLES_OF_ONE = {
    JobKind.IMPORT: (_("1 order imported"), _("No order imported")),
    JobKind.LABELS: (_("1 label created"), _("No label created")),
    JobKind.EDIT: (_("1 draft changed"), _("No draft changed")),
    JobKind.EXPORT: (_("1 shipment in the file"), _("No shipment in the file")),
    JobKind.UPLOAD: (_("1 shipment imported"), _("No shipment imported")),
}
ONE_TEST_LABEL_TITLE = _("1 test label created")
DONE_LABELS = {
    JobKind.IMPORT: _("draft shipments created"),
    JobKind.LABELS: _("labels created"),
    JobKind.EDIT: _("drafts changed"),
    JobKind.EXPORT: _("in the file"),
    JobKind.UPLOAD: _("draft shipments created"),
}
# What a job that makes labels is doing.
PHASES = {
    CHECKING: _("Checking the orders with your webshop: %(a)s of %(n)s"),
    REGISTERING: _("Registering the parcels with the carrier: %(a)s of %(n)s"),
    FETCHING: _("Fetching the labels: part %(a)s of %(n)s"),
    MERGING: _("Putting the file together from %(n)s parts"),
}
LIST_HEADINGS = {
    JobKind.IMPORT: _("Imported"),
    JobKind.LABELS: _("In the file"),
    JobKind.EDIT: _("Changed"),
    JobKind.EXPORT: _("In the file"),
    JobKind.UPLOAD: _("Imported"),
}
UNCHANGED_LABELS = {
    JobKind.IMPORT: _("Unchanged"),
    JobKind.EDIT: _("Already set"),
}


@dataclass(frozen=True, slots=True)
class JobMessages:
    """``tests`` counts the test labels among the labels of a finished job."""

    job: Job
    progress: Progress
    tests: int = 0

    @property
    def heading(self) -> str:
        return gettext("Undo the edit") if "undo" in self.job.payload else str(HEADINGS[self._kind])

    @property
    def title(self) -> str:
        if self.job.is_finished and self.progress.total == 1:
            done, failed = TITLES_OF_ONE[self._kind]
            if self.is_test:
                return str(ONE_TEST_LABEL_TITLE)
            return str(done if self.progress.ok else failed)
        if self.job.is_finished:
            title = TEST_LABELS_TITLE if self.is_test else FINISHED_TITLES[self._kind]
            return str(title) % {
                "a": _number(self.progress.ok),
                "n": _number(self.progress.total),
            }
        return str(RUNNING_TITLES[self._kind]) % {"a": _number(self.progress.done), "n": _number(self.progress.total)}

    @property
    def phase(self) -> str:
        """What the job is doing now, with figures; empty where there is nothing to say."""
        phase = self.job.phase
        if phase is None or phase[0] not in PHASES:
            return ""
        name, done, total = phase
        # Of a part that is being fetched people count from one.
        shown = done + 1 if name == FETCHING else done
        return str(PHASES[name]) % {"a": _number(shown), "n": _number(total)}

    @property
    def done_label(self) -> str:
        if self.is_test:
            return gettext("test labels created, passed on to nobody")
        return str(DONE_LABELS[self._kind])

    @property
    def is_test(self) -> bool:
        """Whether the file has test labels only."""
        return 0 < self.progress.ok <= self.tests

    @property
    def list_heading(self) -> str:
        return str(LIST_HEADINGS[self._kind])

    @property
    def unchanged_label(self) -> str:
        return str(UNCHANGED_LABELS.get(self._kind, UNCHANGED_LABELS[JobKind.IMPORT]))

    @property
    def time_left(self) -> str:
        """Approximate; empty without an estimate."""
        seconds = self.progress.seconds_left
        if not seconds:
            return ""
        if seconds < 90:  # noqa: PLR2004 - from 90 seconds on, show minutes
            return ngettext("About %(n)s second left", "About %(n)s seconds left", seconds) % {"n": seconds}
        minutes = round(seconds / 60)
        return ngettext("About %(n)s minute left", "About %(n)s minutes left", minutes) % {"n": minutes}

    @property
    def duration(self) -> str:
        seconds = max(1, self.job.seconds)
        if seconds < 90:  # noqa: PLR2004 - as above
            return ngettext("took %(n)s second", "took %(n)s seconds", seconds) % {"n": seconds}
        minutes = round(seconds / 60)
        return ngettext("took %(n)s minute", "took %(n)s minutes", minutes) % {"n": minutes}

    @property
    def _kind(self) -> JobKind:
        return JobKind(self.job.kind)


def _number(number: int) -> str:
    return format_decimal(number, locale="nl" if (get_language() or "nl").startswith("nl") else "en_GB")
