"""The log of gunicorn, redacted as ours: it quotes what a client sent."""

from typing import Any

from gunicorn.glogging import Logger

from lib.log_redaction import Redaction


class RedactingLogger(Logger):  # type: ignore[misc]
    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.addFilter(Redaction())
