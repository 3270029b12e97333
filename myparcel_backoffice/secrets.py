"""Keys for a first local start: random, written once to a file only its owner may read."""

import json
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet


def local_keys(data_dir: Path) -> dict[str, str]:
    """The keys of this data folder; made on the first call, the same ever after."""
    path = data_dir / "keys.json"
    data_dir.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        stored: dict[str, str] = json.loads(path.read_text())
        return stored
    keys = {"secret_key": secrets.token_urlsafe(48), "field_key": Fernet.generate_key().decode()}
    with os.fdopen(handle, "w") as file:
        json.dump(keys, file)
    return keys
