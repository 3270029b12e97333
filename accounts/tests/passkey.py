"""A passkey in software, for tests: what a browser and a device answer, with one key."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field

from allauth.account.utils import user_pk_to_url_str
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from accounts.models import User

ORIGIN = "http://localhost"
PRESENT_AND_VERIFIED = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


@dataclass
class SoftPasskey:
    host: str = "localhost"
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def register(self, options: dict) -> str:
        """The value of the form's field for these options of the page."""
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(b"\0" * 16, self.credential_id, public)
        flags = PRESENT_AND_VERIFIED | AuthenticatorData.FLAG.AT
        data = AuthenticatorData.create(self._host_digest, flags, 0, credential)
        attestation = AttestationObject.create("none", data, {})
        answer = {"attestationObject": websafe_encode(bytes(attestation))}
        return self._answer("webauthn.create", options, answer, {"credProps": {"rk": True}})

    def use(self, options: dict, owner: User | None = None) -> str:
        """A passkey that logs in without a password names its owner."""
        data = AuthenticatorData.create(self._host_digest, PRESENT_AND_VERIFIED, 1)
        client_data = self._client_data("webauthn.get", options)
        signed = bytes(data) + hashlib.sha256(client_data).digest()
        signature = self.key.sign(signed, ec.ECDSA(hashes.SHA256()))
        answer = {"authenticatorData": websafe_encode(bytes(data)), "signature": websafe_encode(signature)}
        if owner:
            answer["userHandle"] = websafe_encode(user_pk_to_url_str(owner).encode())
        return self._answer("webauthn.get", options, answer, {})

    @property
    def _host_digest(self) -> bytes:
        return hashlib.sha256(self.host.encode()).digest()

    def _client_data(self, kind: str, options: dict) -> bytes:
        challenge = options["publicKey"]["challenge"]
        return json.dumps({"type": kind, "challenge": challenge, "origin": ORIGIN}).encode()

    def _answer(self, kind: str, options: dict, answer: dict, extensions: dict) -> str:
        name = websafe_encode(self.credential_id)
        answer = {"clientDataJSON": websafe_encode(self._client_data(kind, options)), **answer}
        whole = {"id": name, "rawId": name, "type": "public-key", "response": answer}
        return json.dumps(whole | {"clientExtensionResults": extensions})
