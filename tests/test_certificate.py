"""The hub's own certificate: what it vouches for, when it is made anew, who may read its keys."""

import datetime
import ipaddress
import ssl
import subprocess
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from kiosk.certificate import HUB_DAYS, RENEWED_DAYS, Certificate, Names, own_names
from kiosk.errors import ConfigError

NAMES = Names("accueil", frozenset(map(ipaddress.ip_address, ("192.168.1.10", "127.0.0.1", "fe80::1"))))
NOW = datetime.datetime(2026, 11, 21, 9, tzinfo=datetime.UTC)


class Machine:
    """Its names and its clock, as the test sets them."""

    def __init__(self, folder):
        self.names, self.now = NAMES, NOW
        self.folder = folder / "tls"

    def certificate(self):
        return Certificate(self.folder, lambda: self.names, lambda: self.now)

    def read(self, name):
        return x509.load_pem_x509_certificate((self.folder / name).read_bytes())


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def extension(certificate, kind):
    return certificate.extensions.get_extension_for_class(kind).value


def test_it_names_this_machine_and_its_addresses(machine):
    assert machine.certificate().renew()
    said = extension(machine.read("hub.pem"), x509.SubjectAlternativeName)
    assert said.get_values_for_type(x509.DNSName) == ["accueil", "accueil.local", "localhost"]
    assert set(said.get_values_for_type(x509.IPAddress)) == NAMES.addresses


def test_phones_take_it(machine):
    """What Apple's phones and browsers ask of a certificate."""
    machine.certificate().renew()
    own, authority = machine.read("hub.pem"), machine.read("ca.pem")
    whole = own.not_valid_after_utc - own.not_valid_before_utc
    assert datetime.timedelta(days=HUB_DAYS) <= whole <= datetime.timedelta(days=825)
    assert list(extension(own, x509.ExtendedKeyUsage)) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert not extension(own, x509.BasicConstraints).ca
    assert extension(authority, x509.BasicConstraints).ca
    assert own.issuer == authority.subject
    for certificate, days in ((own, 0), (authority, 3649)):
        assert certificate.not_valid_before_utc < NOW < certificate.not_valid_after_utc
        assert certificate.not_valid_after_utc > NOW + datetime.timedelta(days=days)


def test_an_independent_eye_believes_it_and_what_else_it_signs_only_for_this_network(machine):
    """openssl, which knows name constraints."""
    certificate = machine.certificate()
    certificate.renew()
    verify = ["openssl", "verify", "-attime", str(int(NOW.timestamp())), "-CAfile", machine.folder / "ca.pem"]
    own = machine.folder / "hub.pem"
    assert subprocess.run([*verify, "-verify_ip", "192.168.1.10", own], capture_output=True).returncode == 0
    assert (
        subprocess.run([*verify, "-verify_hostname", "accueil.local", own], capture_output=True).returncode
        == 0
    )
    machine.names = Names("bank.example", frozenset())
    assert certificate.renew()
    told = subprocess.run([*verify, own], capture_output=True, text=True)
    assert told.returncode and "permitted subtree violation" in told.stderr


def test_its_keys_are_nobody_elses(machine):
    machine.certificate().renew()
    modes = {path.name: path.stat().st_mode & 0o777 for path in machine.folder.iterdir()}
    assert {name: mode for name, mode in modes.items() if name.endswith(".key")} == {
        "ca.key": 0o600,
        "hub.key": 0o600,
    }
    assert machine.folder.stat().st_mode & 0o777 == 0o700
    assert set(modes) == {"ca.key", "ca.pem", "hub.key", "hub.pem"}


def test_it_stays_while_it_fits(machine):
    machine.certificate().renew()
    before = {path.name: path.read_bytes() for path in machine.folder.iterdir()}
    machine.now += datetime.timedelta(days=HUB_DAYS - RENEWED_DAYS - 1)
    again = machine.certificate()
    assert not again.renew()
    assert not again.renew()
    assert {path.name: path.read_bytes() for path in machine.folder.iterdir()} == before


@pytest.mark.parametrize("change", ["address", "end", "clock", "key"])
def test_the_hubs_own_is_made_anew_under_the_same_authority(machine, change):
    certificate = machine.certificate()
    certificate.renew()
    authority, before = machine.read("ca.pem"), machine.read("hub.pem")
    if change == "address":
        machine.names = replace(NAMES, addresses=NAMES.addresses | {ipaddress.ip_address("10.0.0.7")})
    elif change == "end":
        machine.now += datetime.timedelta(days=HUB_DAYS - RENEWED_DAYS)
    elif change == "clock":  # a Pi that had slept for years meets a network
        machine.now += datetime.timedelta(days=3 * 365)
    else:
        (machine.folder / "hub.key").write_text("half")
        certificate = machine.certificate()
    assert certificate.renew()
    assert machine.read("ca.pem") == authority
    assert machine.read("hub.pem") != before
    own, key = certificate.files
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(own, key)
    assert (
        ssl.DER_cert_to_PEM_cert(certificate.authority).strip()
        == (machine.folder / "ca.pem").read_text().strip()
    )


def test_an_authority_that_is_lost_is_made_anew_and_the_own_with_it(machine):
    machine.certificate().renew()
    before = machine.read("hub.pem")
    (machine.folder / "ca.pem").unlink()
    assert machine.certificate().renew()
    own, authority = machine.read("hub.pem"), machine.read("ca.pem")
    assert own != before
    own.verify_directly_issued_by(authority)


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "tls").write_text("no folder")
    with pytest.raises(ConfigError, match=str(tmp_path / "tls")):
        Machine(tmp_path).certificate().renew()


def test_this_machine_has_names():
    found = own_names()
    assert ipaddress.ip_address("127.0.0.1") in found.addresses
    assert "localhost" in found.all
    assert all(address.is_private or address.is_link_local for address in found.addresses)
