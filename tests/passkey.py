"""A passkey without a browser: what one sends to the board, made by Yubico's `fido2`."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

HOST: Final = "localhost"
"""Browsers allow passkeys on it without https."""
PRESENT_AND_VERIFIED: Final = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


@dataclass(frozen=True, slots=True)
class Passkey:
    owner: str
    """As the board calls the account to passkeys."""
    number: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def made(self, challenge: str) -> str:
        """What a browser sends when it is added."""
        public = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]  # stub gap: no annotations
        credential = AttestedCredentialData.create(bytes(16), self.number, public)
        flags = PRESENT_AND_VERIFIED | AuthenticatorData.FLAG.AT
        data = AuthenticatorData.create(_host(), flags, 0, credential)
        attestation = AttestationObject.create("none", data, {})
        asked = CollectedClientData.create("webauthn.create", challenge, f"http://{HOST}")
        said = {"clientDataJSON": asked, "attestationObject": attestation}
        return self._sent(said, {"credProps": {"rk": True}})

    def shown(self, challenge: str) -> str:
        """What a browser sends to sign in."""
        data = AuthenticatorData.create(_host(), PRESENT_AND_VERIFIED, 1)
        asked = CollectedClientData.create("webauthn.get", challenge, f"http://{HOST}")
        signature = self.key.sign(data + asked.hash, ec.ECDSA(SHA256()))
        said = {"clientDataJSON": asked, "authenticatorData": data, "signature": signature}
        return self._sent({**said, "userHandle": self.owner.encode()}, {})

    def _sent(self, said: Mapping[str, bytes], extensions: Mapping[str, object]) -> str:
        number = websafe_encode(self.number)
        response = {name: websafe_encode(value) for name, value in said.items()}
        return json.dumps(
            {
                "id": number,
                "rawId": number,
                "type": "public-key",
                "response": response,
                "clientExtensionResults": extensions,
            }
        )


def _host() -> bytes:
    return hashlib.sha256(HOST.encode()).digest()
