"""mmod.client over TLS, as behind a proxy that ends it: only to a server whose certificate this machine trusts."""

from datetime import UTC, datetime, timedelta

import pytest
import pytest_twisted
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from twisted.internet import reactor
from twisted.internet.endpoints import serverFromString
from twisted.protocols.portforward import ProxyFactory

from mmod.client import ConnectionFailed, connect

from .conftest import unique

pytestmark = pytest.mark.any_store

HOST = "localhost"


@pytest.fixture
def certificate(tmp_path):
    """A file with a key and a certificate for this machine that it has signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = tmp_path / "server.pem"
    file.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return file


@pytest_twisted.async_yield_fixture
async def secure_url(daemon, certificate):
    """Where the daemon is reached over TLS."""
    listening = serverFromString(reactor, f"ssl:0:interface=127.0.0.1:privateKey={certificate}")
    port = await listening.listen(ProxyFactory("127.0.0.1", daemon.port))
    yield f"wss://{HOST}:{port.getHost().port}/ws"
    await port.stopListening()


@pytest_twisted.ensureDeferred
async def test_a_trusted_server_is_joined(secure_url, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))  # what OpenSSL takes for the authorities of this machine
    name = unique("ada")
    async with connect(secure_url, token=f"dev:{name}", reactor=reactor) as me:
        assert me.id == name
        began = me.state.tick
        await me.until(lambda state: state.tick > began)


@pytest_twisted.ensureDeferred
async def test_a_server_that_is_not_trusted_is_told_nothing(secure_url):
    with pytest.raises(ConnectionFailed):
        async with connect(secure_url, token="dev:ada", reactor=reactor):
            pass
