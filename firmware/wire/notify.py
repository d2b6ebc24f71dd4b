"""What a service tells systemd (`Type=notify`): ready, alive, stopping. Silent where nobody listens."""

import os
import socket


def notify(state: str) -> None:
    """Send `state`, such as "READY=1" or "WATCHDOG=1", to the service manager."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.connect("\0" + address[1:] if address.startswith("@") else address)
        channel.sendall(state.encode())
