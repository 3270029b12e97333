"""Which service does which kind of job."""

from shipments.models import Job
from shipments.services import jobs
from shipments.services.importing import import_batch
from shipments.services.labelling import finish_labels, make_labels


def run_due() -> int:
    """Do the jobs that are due, one after another; answers how many. Safe to call at any time, by anyone."""
    done = 0
    while claimed := jobs.claim_due():
        for job in claimed:
            run(job)
            done += 1
    return done


def run(job: Job) -> None:
    """Do one claimed job."""
    if job.kind == Job.Kind.IMPORT:
        jobs.run(job, import_batch, lambda _job: {})
    else:
        jobs.run(job, make_labels, finish_labels)
