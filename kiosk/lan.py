"""This machine on the local network: its addresses and names, and that by which stations may reach it."""

import contextlib
import fcntl
import ipaddress
import socket
import struct
from dataclasses import dataclass
from pathlib import Path

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

PRIVATE = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "127.0.0.0/8",
    "fc00::/7",
    "fe80::/10",
    "::1/128",
)

_SIOCGIFADDR = 0x8915
_IPV6 = Path("/proc/net/if_inet6")  # a line for each address, which begins it
_ELSEWHERE = ("192.0.2.1", 9)  # an address that is nobody's; nothing is sent there


@dataclass(frozen=True, slots=True)
class Names:
    """What phones may call this machine. Public addresses are left out: our authority must not vouch for any."""

    host: str
    addresses: frozenset[Address]

    @property
    def all(self) -> tuple[str, ...]:
        return tuple(sorted({self.host, f"{self.host}.local", "localhost"}))


def own_address() -> str:
    """The IPv4 address towards the rest of the world, or else of any network; or else the machine's name."""
    candidates = [_outward(), *(_of(name) for _, name in socket.if_nameindex())]
    found = next((address for address in candidates if address and not _is_inward(address)), None)
    return found or f"{socket.gethostname()}.local"


def own_addresses() -> frozenset[Address]:
    """Those of all its networks, the inward ones too."""
    found = {ipaddress.ip_address(each) for _, name in socket.if_nameindex() if (each := _of(name))}
    try:
        lines = _IPV6.read_text("ascii").splitlines()
    except FileNotFoundError:  # none of IPv6
        lines = []
    return frozenset(found | {ipaddress.IPv6Address(bytes.fromhex(line.split()[0])) for line in lines})


def own_names() -> Names:
    """This machine's name, and its private addresses as they are now."""
    host = socket.gethostname().partition(".")[0].lower() or "localhost"
    private = [ipaddress.ip_network(each) for each in PRIVATE]
    found = {address for address in own_addresses() if any(address in network for network in private)}
    return Names(host, frozenset(found | {ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1")}))


def _outward() -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking, contextlib.suppress(OSError):
        asking.connect(_ELSEWHERE)
        return str(asking.getsockname()[0])
    return None


def _of(interface: str) -> str | None:
    """The address of a network interface; None where it has none."""
    request = struct.pack("256s", interface.encode()[:15])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking, contextlib.suppress(OSError):
        return socket.inet_ntoa(fcntl.ioctl(asking, _SIOCGIFADDR, request)[20:24])
    return None


def _is_inward(address: str) -> bool:
    known = ipaddress.ip_address(address)
    return known.is_loopback or known.is_unspecified
