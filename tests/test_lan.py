"""The address by which stations may reach this machine, whatever its network."""

import ipaddress
import socket

from kiosk import lan


def test_it_is_an_address_of_an_interface_of_this_machine_and_never_the_loopback(monkeypatch):
    monkeypatch.setattr(lan, "_outward", lambda: None)
    own = {lan._of(name) for _, name in socket.if_nameindex()} - {None, "127.0.0.1"}
    found = lan.own_address()
    assert found in own or (not own and found == f"{socket.gethostname()}.local")


def test_the_way_out_comes_first(monkeypatch):
    monkeypatch.setattr(lan, "_outward", lambda: "10.9.8.7")
    assert lan.own_address() == "10.9.8.7"


def test_without_any_network_it_is_the_name_of_the_machine(monkeypatch):
    monkeypatch.setattr(lan, "_outward", lambda: None)
    monkeypatch.setattr(lan, "_of", lambda name: "127.0.0.1" if name == "lo" else None)
    assert lan.own_address() == f"{socket.gethostname()}.local"


def test_the_loopback_has_its_address_and_what_is_none_has_none():
    assert lan._of("lo") == "127.0.0.1"
    assert lan._of("none0") is None
    outward = lan._outward()
    assert outward is None or ipaddress.ip_address(outward).version == 4
