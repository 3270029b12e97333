"""The settings of production as docs/operations.md has them, with keys of this run.

``python -m tests.production manage.py check --deploy`` runs a command with them.
"""

import base64
import os
import re
import secrets
import sys
from pathlib import Path

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

ROOT = Path(__file__).resolve().parent.parent
OPERATIONS = ROOT / "docs" / "operations.md"


def documented_settings() -> dict[str, str]:
    """The block of `## Production` in the documentation; what stands there as … is made up here."""
    block = OPERATIONS.read_text().partition("## Production")[2].partition("```\n")[2].partition("```")[0]
    found = dict(re.findall(r"^([A-Z_]+)=(.*)$", block, re.MULTILINE))
    made = {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "FIELD_KEYS": Fernet.generate_key().decode(),
        "WIX_APP_ID": "an-app",
        "WIX_APP_SECRET": "its-secret",
        "WIX_WEBHOOK_PUBLIC_KEYS": _public_key(),
    }
    assert set(made) <= set(found)
    return found | made


def _public_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    pem = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    return base64.b64encode(pem.encode()).decode()


if __name__ == "__main__":
    os.execve(sys.executable, [sys.executable, *sys.argv[1:]], os.environ | documented_settings())  # noqa: S606
