"""Keys of every algorithm, made once."""

import pytest
from attrs import frozen
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

SECRET = b"0123456789abcdef0123456789abcdef"


@frozen
class Keys:
    """What signs and what verifies."""

    private: bytes
    public: bytes


def pem(private_key):
    return Keys(
        private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        private_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    )


@pytest.fixture(scope="session")
def keys():
    return {
        "HS256": Keys(SECRET, SECRET),
        "RS256": pem(rsa.generate_private_key(65537, 2048)),
        "EdDSA": pem(ed25519.Ed25519PrivateKey.generate()),
        "ES256": pem(ec.generate_private_key(ec.SECP256R1())),
    }
