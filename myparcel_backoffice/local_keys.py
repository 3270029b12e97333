"""Keys for a first local start: random, written once to a file only its owner may read."""

import json
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet


def load_local_keys(data_dir: Path) -> dict[str, str]:
    """The keys of this data folder: made on the first call, the same ever after, for all that start together."""
    path = data_dir / "keys.json"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        _write_once(path)
    stored: dict[str, str] = json.loads(path.read_text())
    return stored


def _write_once(path: Path) -> None:
    """Under its name only when it is whole; the first of several programs wins."""
    keys = {"secret_key": secrets.token_urlsafe(48), "field_key": Fernet.generate_key().decode()}
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".keys-") as unfinished:
        json.dump(keys, unfinished)
        unfinished.flush()
        with suppress(FileExistsError):
            os.link(unfinished.name, path)
