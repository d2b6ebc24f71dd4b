"""A scripted hub on loopback, and the plan that it gives."""

import contextlib
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from firmware.wire import anchor, batch, pairing, plan, schema, screen, signature
from firmware.wire.batch import Batch
from firmware.wire.booth import booth, replayed
from firmware.wire.card import Card
from firmware.wire.enrolment import Enrolment
from firmware.wire.errors import BadSignature
from firmware.wire.pairing import Ask
from firmware.wire.plan import Plan
from firmware.wire.receipt import Receipt

DEVICE_KEY = bytes(range(32))
EVENT_KEY = bytes(range(32, 64))


@dataclass
class Hub:
    """What a hub is to a station: it holds prefixes and signs receipts; `script` may answer otherwise.

    A script takes the batch and the true receipt, and gives (status, headers, body), or None to say nothing
    and hang up. `batches` is everything that was received, in order.
    """

    epoch: str = "0a" * 8
    now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000
    status: str = "open"
    script: Callable[[Batch, Receipt], Any] | None = None
    batches: list[Batch] = field(default_factory=list)
    held: dict[tuple[str, str], int] = field(default_factory=dict)
    kept: dict[tuple[str, str, int], Any] = field(default_factory=dict)
    keys: signature.DeviceKeys = field(default_factory=lambda: signature.device_keys(DEVICE_KEY))
    address: str = ""
    plan: Plan | None = None
    cards: list[Card] = field(default_factory=list)
    pressed: list[Any] = field(default_factory=list)  # passages of another log, each with its moment
    plans: int = 0  # how often the plan was asked for
    refuse_plan: int = 0  # with this status
    codes: dict[str, Enrolment] = field(default_factory=dict)
    spent: dict[str, tuple[Ask, bytes]] = field(default_factory=dict)

    def take(self, body: bytes, signed: str) -> Any:
        signature.check(self.keys.up, body, signed)
        found = batch.decode(body)
        self.batches.append(found)
        log = (found.station, found.epoch)
        given = Receipt(self.epoch, *log, found.nonce, self.held.get(log, 0), self.now_ms(), self.status)
        if self.script is not None:
            answer = self.script(found, given)
            if answer != "as usual":
                return answer
        return self.usual(found, given)

    def usual(self, found: Batch, given: Receipt) -> Any:
        log = (found.station, found.epoch)
        for passage in found.passages:
            self.kept[(*log, passage.seq)] = passage
        while (*log, self.held.get(log, 0) + 1) in self.kept:
            self.held[log] = self.held.get(log, 0) + 1
        return self.signed(replace(given, held=self.held.get(log, 0), **self.told(found)))

    def told(self, found: Batch) -> dict[str, Any]:
        """What a hub says of the booth of its plan, as far as it holds passages."""
        if self.plan is None:
            return {}
        known = found.cards if found.hub == self.epoch else 0
        said = {"pause": "paused", "resume": "open", "close": "closed"}
        statuses = [said[passage.kind] for _, passage in sorted(self.kept.items()) if passage.kind in said]
        return {
            "status": statuses[-1] if statuses else self.status,
            "plan": self.plan.digest,
            "cards_from": known,
            "cards": tuple(self.cards[known : known + 100]),
            "standings": self.floor(),
        }

    def floor(self) -> tuple[Any, ...]:
        """Who is at the booth of the plan, by all that was received."""
        assert self.plan is not None
        now_ms = self.now_ms()
        anchors = [found for sent in self.batches for found in sent.anchors]
        logs: dict[tuple[str, str], list[Any]] = {}
        for (*log, _), passage in sorted(self.kept.items()):
            logs.setdefault(tuple(log), []).append(passage)
        dated = [(passage, at_ms, False) for passage, at_ms in self.pressed]
        for passages in logs.values():
            moments = anchor.date(passages, anchors, None, now_ms)
            undone = {passage.of for passage in passages if passage.of}
            dated += [
                (passage, moment.at_ms, moment.estimated)
                for passage, moment in zip(passages, moments, strict=True)
                if passage.seq not in undone and passage.of is None
            ]
        takers = {card.badge: card.takers for card in self.cards}
        dated.sort(key=lambda entry: entry[1])
        here = replayed(booth(self.plan, ()), dated, takers, self.plan.atelier)
        return here.settled(now_ms).standings

    def give_plan(self, body: bytes, signed: str) -> Any:
        signature.check(self.keys.up, body, signed)
        fields = schema.read(body)
        self.plans += 1
        if self.refuse_plan or self.plan is None:
            return self.refuse_plan or 401, {}, b"{}"
        told = {"v": 1, "station": fields["station"], "nonce": fields["nonce"], "plan": self.plan.to_json()}
        answer = schema.canonical(told)
        return 200, {signature.HEADER: signature.sign(self.keys.down, answer)}, answer

    def invite(self, code: str, made: Enrolment) -> str:
        """Show a pairing code: the line of its QR code."""
        self.codes[code] = made
        return pairing.Invitation(self.address, code).encode()

    def enrol(self, body: bytes) -> Any:
        asked = pairing.asked(body)
        code = next((code for code in self.codes if pairing.name_of(code) == asked.name), None)
        if code is None:
            return 404, {}, b"{}"
        if code in self.spent:
            before, given = self.spent[code]
            return (200, {}, given) if before == asked else (410, {}, b"{}")
        key = pairing.key_of(code)
        try:
            pairing.check(asked, key)
        except BadSignature:
            return 403, {}, b"{}"
        self.spent[code] = asked, pairing.give(self.codes[code], asked, key).encode()
        return 200, {}, self.spent[code][1]

    def signed(self, given: Receipt) -> Any:
        body = given.encode()
        return 200, {signature.HEADER: signature.sign(self.keys.down, body)}, body

    def restore(self, epoch: str) -> None:
        """As after a disaster, from a backup that holds nothing."""
        self.epoch = epoch
        self.held.clear()
        self.kept.clear()

    @property
    def seqs(self) -> list[int]:
        return sorted(seq for _, _, seq in list(self.kept))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one packet, else each answer waits for a delayed ACK

    def do_POST(self) -> None:
        hub: Hub = self.server.hub  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == pairing.PATH:
            answer = hub.enrol(body)
        elif self.path == "/api/plan":
            answer = hub.give_plan(body, self.headers[signature.HEADER])
        else:
            answer = hub.take(body, self.headers[signature.HEADER])
        if answer is None:
            self.close_connection = True
            return
        status, headers, body = answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, hub: Hub, port: int = 0) -> None:
        self.hub = hub
        self.channels: set[Any] = set()
        super().__init__(("127.0.0.1", port), Handler)
        hub.address = f"http://127.0.0.1:{self.server_port}"
        self.thread = threading.Thread(target=self.serve_forever, args=(0.02,))
        self.thread.start()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.channels.add(request)
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def stop(self) -> None:
        self.shutdown()
        self.thread.join()
        for channel in self.channels:
            with contextlib.suppress(OSError):
                channel.shutdown(2)
        self.server_close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def make_plan(kind: str = "continuous", **fields: Any) -> Plan:
    """The plan of the station `vr-1`, with every word that its page needs."""
    words = {
        key: f"{key} {{who}} {{by}} {{letters}}" for key in (*screen.SAID, *screen.REFUSALS, *screen.PAGE)
    }
    words |= {"picture.fox": "Renard", "common.nickname": "{picture} {number}"}
    usual: dict[str, Any] = {
        "station": "vr-1",
        "label": "Casque",
        "event": "fete",
        "event_name": "Fête",
        "language": "fr",
        "atelier": "vr",
        "name": "Réalité virtuelle",
        "icon": "vr",
        "room": "Salle 2",
        "kind": kind,
        "places": 2,
        "minutes": 10,
        "steps": ("arrive",),
        "buttons": True,
        "words": words,
    }
    return plan.from_json(Plan(**(usual | fields)).to_json())
