"""Pages that watch /flow, as a process on a machine of the network: a stream for each name that is given.

Prints the status of each answer, as JSON, and reads on. `python viewers.py ADDRESS PORT NAME...`
"""

import json
import select
import socket
import sys

PATIENCE_S = 10


def watch(address: str, port: int, name: str) -> socket.socket:
    made = socket.create_connection((address, port), timeout=PATIENCE_S)
    made.sendall(f"GET /flow/events?page={name} HTTP/1.1\r\nHost: {address}:{port}\r\n\r\n".encode())
    return made


def main(address: str, port: str, *names: str) -> None:
    streams = [watch(address, int(port), name) for name in names]
    statuses = [stream.recv(12, socket.MSG_WAITALL).decode().split()[1] for stream in streams]
    sys.stdout.write(json.dumps(statuses) + "\n")
    sys.stdout.flush()
    while True:
        for stream in select.select(streams, [], [])[0]:
            if not stream.recv(1 << 16):
                streams.remove(stream)


if __name__ == "__main__":
    main(*sys.argv[1:])
