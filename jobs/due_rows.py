"""Rows that wait for a worker, for the health page."""

from jobs.models import Job
from lib.queues import NOW
from sweeps import due_rows

due_rows.register(Job, NOW, lambda now: Job.objects.due(now).unfinished())
