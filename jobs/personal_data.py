"""The personal columns of jobs; those of their items are in ``shipments``."""

from lib.personal_data import Erasure, Kept, Subject, impersonal, personal

personal(
    "jobs.Job",
    "payload",
    whose=Subject.BUYER,
    why="parameters of a job; what it waits for may name a person",
    kept=Kept.JOBS,
    erasure=Erasure.EMPTIED,
)
impersonal("jobs.Job", "kind", "state", "idempotency_key", "layout", "file")
