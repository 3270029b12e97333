"""The personal columns of jobs; those of their items are in ``shipments``."""

from lib.personal_data import Erasure, Kept, Life, Subject, impersonal, personal

JOB = Life(Subject.BUYER, Kept.JOBS, Erasure.EMPTIED)

personal("jobs.Job", JOB, {"parameters of a job; what it waits for may name a person": "payload"})
impersonal("jobs.Job", "kind state idempotency_key layout file")
