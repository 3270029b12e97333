"""Names of queues."""

from lib.personal_data import impersonal

impersonal("sweeps.QueueSweep", "queue")
