"""Rows that wait for a worker, for the health page."""

from accounts.models import OutgoingMail
from lib.queues import TELL
from sweeps import due_rows

due_rows.register(OutgoingMail, TELL, lambda now: OutgoingMail.objects.due(now))
