"""Rows that wait for a worker, for the health page."""

from lib.queues import NOW
from privacy.models import PersonErasure, ShopExport
from sweeps import due_rows

due_rows.register(PersonErasure, NOW, lambda now: PersonErasure.objects.due(now).filter(finished_at=None))
due_rows.register(ShopExport, NOW, lambda now: ShopExport.objects.due(now).filter(finished_at=None))
