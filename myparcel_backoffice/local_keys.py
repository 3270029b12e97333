"""Random keys for local use, in a file that only its owner can read."""

import json
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path


def load_local_keys(data_dir: Path) -> dict[str, str]:
    """Creates the file on the first call. Programs that start at the same time get the same keys."""
    path = data_dir / "keys.json"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        _write_once(path)
    stored: dict[str, str] = json.loads(path.read_text())
    return stored


def _write_once(path: Path) -> None:
    """Write a temporary file and link it, so that no program reads a partial file; the first link wins."""
    from cryptography.fernet import Fernet  # noqa: PLC0415 - only the first start needs it

    keys = {"secret_key": secrets.token_urlsafe(48), "field_key": Fernet.generate_key().decode()}
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".keys-") as unfinished:
        json.dump(keys, unfinished)
        unfinished.flush()
        with suppress(FileExistsError):
            os.link(unfinished.name, path)
