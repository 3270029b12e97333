"""The trail names nobody: people are references, texts and secrets are named and not quoted."""

from lib.personal_data import impersonal

impersonal("audit.AuditEntry", "kind action target_type target_id changes")
