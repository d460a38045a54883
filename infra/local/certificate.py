"""Makes a certificate authority and, signed by it, the local cloud's server certificate: python certificate.py <directory>

Writes ca.pem, server.pem and server.key. The authority's own key is never written: nobody can sign anything else with it, so that
a machine which trusts ca.pem trusts this one server and nothing more.
"""

import datetime
import ipaddress
import os
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# Clients by address use path-style S3 URLs; the names are for those who set a host name.
NAMES = ["localhost", "*.localhost", "*.s3.localhost"]
# Apple's TLS stack refuses server certificates that are valid for longer.
VALID = datetime.timedelta(days=800)


def name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def key_usage(**used: bool) -> x509.KeyUsage:
    kinds = ["digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"]
    return x509.KeyUsage(**{kind: used.get(kind, False) for kind in kinds})


def builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.timezone.utc)
    return (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1)).not_valid_after(now + VALID)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False))


def main(directory: str) -> None:
    os.makedirs(directory, exist_ok=True)
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    # Two clouds' authorities must differ in name: a client that trusts both looks an issuer up by it.
    authority_name = name(f"ModelLoop local cloud {x509.random_serial_number():x}"[:60])
    authority = (builder(authority_name, authority_name, authority_key)
                 .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
                 .add_extension(key_usage(key_cert_sign=True, crl_sign=True), critical=True)
                 .sign(authority_key, hashes.SHA256()))
    alternatives = [x509.DNSName(n) for n in NAMES] + [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    server = (builder(name("localhost"), authority_name, key)
              .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
              .add_extension(key_usage(digital_signature=True), critical=True)
              .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
              .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
              .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
              .sign(authority_key, hashes.SHA256()))
    pem = serialization.Encoding.PEM
    write(directory, "ca.pem", authority.public_bytes(pem), 0o644)
    write(directory, "server.key",
          key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()), 0o600)
    # Last: who finds it finds the others.
    write(directory, "server.pem", server.public_bytes(pem), 0o644)


def write(directory: str, file: str, content: bytes, mode: int) -> None:
    path = os.path.join(directory, file)
    with open(os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as out:
        out.write(content)
    os.replace(path + ".new", path)


if __name__ == "__main__":
    main(sys.argv[1])
