"""The hub's own certificate, so that phones may speak to it in secret and use their cameras.

Made at the first start, in a folder of its own:

    ca.key   ca.pem     the authority: who installs `ca.pem` on a phone is asked nothing any more
    hub.key  hub.pem    the hub's own, signed by it; made anew when its addresses change, or before it ends

The authority can vouch for this machine's names and for private addresses only: whoever stole its key could not be a
bank for the phones that trust it.
"""

import datetime
import ipaddress
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from .errors import ConfigError
from .lan import PRIVATE as PRIVATE
from .lan import Names as Names
from .lan import own_names as own_names
from .saying import say, why

AUTHORITY_DAYS = 10 * 365
HUB_DAYS = 730  # Apple's phones take none that is good for more than 825
RENEWED_DAYS = 60  # before its end
BEFORE_DAYS = 30  # phones and this machine may not agree on the day


class Certificate:
    """It is there, and good, after `renew`. `now` and `names` are asked each time."""

    def __init__(
        self,
        folder: Path,
        names: Callable[[], Names] = lambda: own_names(),
        now: Callable[[], datetime.datetime] = lambda: datetime.datetime.now(datetime.UTC),
    ) -> None:
        self._folder = folder
        self._names = names
        self._now = now
        self._known: Names | None = None

    @property
    def files(self) -> tuple[Path, Path]:
        """The certificate and its key, for a server."""
        return self._path("hub.pem"), self._path("hub.key")

    @property
    def authority(self) -> bytes:
        """The certificate of the authority, as phones install it."""
        return _certificate(self._path("ca.pem")).public_bytes(serialization.Encoding.DER)

    def renew(self) -> bool:
        """Make what is missing, or does not fit any more. Returns whether the hub's own is another now.

        Raises ConfigError.
        """
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            names = self._names()
            if names == self._known and not self._ends(self._path("hub.pem")):
                return False
            anew = self._make_authority() if self._ends(self._path("ca.pem")) else False
            if anew or self._ends(self._path("hub.pem")) or not self._fits(names):
                self._make_own(names)
                anew = True
            self._known = names
        except OSError as error:
            raise ConfigError(say("error.certificate", path=self._folder, reason=why(error))) from error
        return anew

    @property
    def good_until(self) -> datetime.datetime:
        """When the next has to be made, of the hub's own or of the authority."""
        ends = (_certificate(self._path(name)).not_valid_after_utc for name in ("hub.pem", "ca.pem"))
        return min(ends) - datetime.timedelta(days=RENEWED_DAYS)

    def _path(self, name: str) -> Path:
        return self._folder / name

    def _ends(self, path: Path) -> bool:
        """Whether there is none, or none that is good for long enough."""
        try:
            found = _certificate(path)
            serialization.load_pem_private_key(path.with_suffix(".key").read_bytes(), None)
        except (FileNotFoundError, ValueError):
            return True
        left = found.not_valid_after_utc - self._now()
        return not datetime.timedelta(days=RENEWED_DAYS) < left

    def _fits(self, names: Names) -> bool:
        """Whether the hub's own is signed by this authority, and names all that phones may call it."""
        own, authority = _certificate(self._path("hub.pem")), _certificate(self._path("ca.pem"))
        key_of = x509.SubjectKeyIdentifier.from_public_key(authority.public_key()).digest
        signed_by = own.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
        said = own.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        return signed_by == key_of and set(said) == set(_alternatives(names))

    def _make_authority(self) -> bool:
        key = ec.generate_private_key(ec.SECP256R1())
        names = self._names()
        name = _name(f"Ronde ({names.host})")
        limits = [
            *(x509.DNSName(each) for each in ("local", "localhost", names.host)),
            *(x509.IPAddress(ipaddress.ip_network(each)) for each in PRIVATE),
        ]
        made = (
            self._begun(name, name, key.public_key(), AUTHORITY_DAYS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs=True), critical=True)
            .add_extension(x509.NameConstraints(limits, None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        self._write("ca", key, made)
        return True

    def _make_own(self, names: Names) -> None:
        authority = _certificate(self._path("ca.pem"))
        signer = serialization.load_pem_private_key(self._path("ca.key").read_bytes(), None)
        assert isinstance(signer, ec.EllipticCurvePrivateKey)
        key = ec.generate_private_key(ec.SECP256R1())
        made = (
            self._begun(_name(names.host), authority.subject, key.public_key(), HUB_DAYS)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName(_alternatives(names)), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
            )
            .sign(signer, hashes.SHA256())
        )
        self._write("hub", key, made, authority)

    def _begun(
        self, subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int
    ) -> x509.CertificateBuilder:
        now = self._now()
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=BEFORE_DAYS))
            .not_valid_after(now + datetime.timedelta(days=days))
        )

    def _write(self, stem: str, key: ec.EllipticCurvePrivateKey, *chain: x509.Certificate) -> None:
        """The key first: a certificate never stands beside the key of another for longer than a moment."""
        secret = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        public = b"".join(each.public_bytes(serialization.Encoding.PEM) for each in chain)
        _replace(self._path(f"{stem}.key"), secret, 0o600)
        _replace(self._path(f"{stem}.pem"), public, 0o644)


def _certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _alternatives(names: Names) -> list[x509.GeneralName]:
    addresses = sorted(names.addresses, key=lambda each: (each.version, int(each)))
    return [
        *(x509.DNSName(each) for each in names.all),
        *(x509.IPAddress(each) for each in addresses),
    ]


def _name(words: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words[:64])])


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _replace(path: Path, content: bytes, mode: int) -> None:
    draft = path.with_name(f".{path.name}")
    draft.unlink(missing_ok=True)
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    with os.fdopen(file, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    draft.replace(path)


def main() -> None:
    """Renew the certificate in the folder that is named, and tell what came of it; for `notary`."""
    certificate = Certificate(Path(sys.argv[1]))
    try:
        anew = certificate.renew()
    except ConfigError as error:
        sys.exit(str(why(error.__cause__)) if isinstance(error.__cause__, OSError) else str(error))
    json.dump({"anew": anew, "good_until_s": certificate.good_until.timestamp()}, sys.stdout)


if __name__ == "__main__":
    main()
