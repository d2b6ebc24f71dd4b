"""The drawings of the wiring in docs/pictures, made from the pins of the settings: `python tests/wiring.py`."""

from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import escape

from firmware.config import PanelSettings
from firmware.header import GROUNDS, HEADER, VOLTS_3, VOLTS_5

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
TWO, FOUR = PanelSettings(), replace(PanelSettings(), undo=13, pause=19)
DRAWINGS = {"wiring.svg": TWO, "wiring-four.svg": FOUR}

_WIDTH, _HEIGHT = 860, 700
_TOP, _PITCH = 112, 26  # of the header
_ODD, _EVEN, _RADIUS = 470, 500, 10
_BOARD = (440, 78, 90, 566)
_NEAR, _FAR, _BUS, _EDGE = 366, 340, 74, 394  # where wires turn
_LED_Y = {"green": 152, "amber": 242, "red": 332}
_BUTTON_Y = {"left": 424, "right": 482, "undo": 540, "pause": 598}
_TURN = {
    "green": _NEAR,
    "amber": _FAR,
    "red": _NEAR,
    "left": _FAR,
    "right": _NEAR,
    "undo": _NEAR,
    "pause": _FAR,
}
_LEDS_GROUND, _BUTTONS_GROUND, _BUZZER_GROUND = 9, 39, 34

_GROUND = "#37474f"
_COLOURS = {
    "green": "#2e7d32",
    "amber": "#e08600",
    "red": "#c62828",
    "buzzer": "#6a1b9a",
    "left": "#1565c0",
    "right": "#0097a7",
    "undo": "#5d4037",
    "pause": "#ad1457",
}


def drawing(panel: PanelSettings) -> str:
    """The header of the board, and what is wired to which of its pins, as SVG."""
    pins = {name: HEADER[bcm] for name in _COLOURS if (bcm := getattr(panel, name)) is not None}
    buttons = [name for name in _BUTTON_Y if name in pins]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        'aria-labelledby="title" font-family="DejaVu Sans, Verdana, sans-serif" font-size="13">',
        f'<title id="title">{escape(_title(pins))}</title>',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        _board(),
        *(_led(name, pins[name]) for name in _LED_Y),
        _led_ground(),
        *(_button(name, pins[name]) for name in buttons),
        _button_ground(buttons),
        _buzzer(pins["buzzer"]),
        *(_pin(number, pins) for number in range(1, 41)),
        _notes(),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _title(pins: dict[str, int]) -> str:
    wired = ", ".join(f"{name} to pin {pin}" for name, pin in pins.items())
    return f"Wiring of a station's panel on the 40-pin header of a Raspberry Pi: {wired}."


def _y(pin: int) -> int:
    return _TOP + (pin - 1) // 2 * _PITCH


def _wire(colour: str, *points: tuple[int, int]) -> str:
    line = " ".join(f"{x},{y}" for x, y in points)
    return (
        f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="3" stroke-linejoin="round"/>'
    )


def _text(
    x: int, y: int, words: str, *, anchor: str = "start", size: int = 13, colour: str = "#212121"
) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="{size}" fill="{colour}">{escape(words)}</text>'


def _dot(x: int, y: int) -> str:
    return f'<circle cx="{x}" cy="{y}" r="5" fill="{_GROUND}"/>'


def _board() -> str:
    x, y, width, height = _BOARD
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="10" fill="#e3f1e3" stroke="#9bbf9b"/>'
        + _text(x + width // 2, y - 34, "microSD card", anchor="middle", colour="#546e7a")
        + _text(x + width // 2, y - 14, "▲ this end", anchor="middle", colour="#546e7a")
        + _text(x + width // 2, y + height + 20, "USB sockets ▼", anchor="middle", colour="#546e7a")
        + _text(
            x + width // 2, y + height + 36, "(on a Zero: camera)", anchor="middle", size=11, colour="#546e7a"
        )
    )


def _pin(number: int, pins: dict[str, int]) -> str:
    name = next((name for name, pin in pins.items() if pin == number), None)
    ours = number in (_LEDS_GROUND, _BUTTONS_GROUND, _BUZZER_GROUND)
    fill, ink = "#cfd8dc", "#607d8b"
    if name or ours:
        fill, ink = (_COLOURS[name] if name else _GROUND), "#ffffff"
    x, y = (_ODD if number % 2 else _EVEN), _y(number)
    shape = (
        f'<rect x="{x - _RADIUS}" y="{y - _RADIUS}" width="{2 * _RADIUS}" height="{2 * _RADIUS}" fill="{fill}"/>'
        if number == 1
        else f'<circle cx="{x}" cy="{y}" r="{_RADIUS}" fill="{fill}"/>'
    )
    label = ""
    if name or ours:
        words = f"GPIO{next(bcm for bcm, pin in HEADER.items() if pin == number)}" if name else "ground"
        at, anchor = (_BOARD[0] - 4, "end") if number % 2 else (_BOARD[0] + _BOARD[2] + 4, "start")
        label = _text(at, y - 5, words, anchor=anchor, size=10)
    return shape + _text(x, y + 4, str(number), anchor="middle", size=10, colour=ink) + label


def _led(name: str, pin: int) -> str:
    colour, y, turn = _COLOURS[name], _LED_Y[name], _TURN[name]
    return "".join(
        (
            _wire(colour, (_ODD, _y(pin)), (turn, _y(pin)), (turn, y), (186, y)),
            f'<rect x="262" y="{y - 9}" width="56" height="18" rx="3" fill="#fff8e1" stroke="#8d6e63"/>',
            _text(290, y + 4, "330 Ω", anchor="middle", size=11),
            _wire(_GROUND, (186, y), (_BUS, y)),
            f'<circle cx="186" cy="{y}" r="17" fill="{colour}" stroke="#212121"/>',
            f'<line x1="171" y1="{y - 15}" x2="171" y2="{y + 15}" stroke="#212121" stroke-width="4"/>',
            _text(186, y - 26, f"{name} LED", anchor="middle"),
            _text(210, y + 18, "long leg", size=10),
            _text(162, y + 18, "short leg", anchor="end", size=10),
            _dot(_BUS, y),
        )
    )


def _led_ground() -> str:
    y, top = _y(_LEDS_GROUND), 92
    return _wire(_GROUND, (_ODD, y), (_EDGE, y), (_EDGE, top), (_BUS, top), (_BUS, _LED_Y["red"]))


def _button(name: str, pin: int) -> str:
    colour, y, turn = _COLOURS[name], _BUTTON_Y[name], _TURN[name]
    return "".join(
        (
            _wire(colour, (_ODD, _y(pin)), (turn, _y(pin)), (turn, y), (216, y)),
            _wire(_GROUND, (160, y), (_BUS, y)),
            f'<line x1="162" y1="{y - 12}" x2="214" y2="{y - 12}" stroke="#212121" stroke-width="4"/>',
            f'<line x1="188" y1="{y - 12}" x2="188" y2="{y - 22}" stroke="#212121" stroke-width="4"/>',
            *(
                f'<circle cx="{x}" cy="{y}" r="5" fill="#ffffff" stroke="#212121" stroke-width="2"/>'
                for x in (160, 216)
            ),
            _text(228, y - 10, f"{name} button"),
            _dot(_BUS, y),
        )
    )


def _button_ground(buttons: list[str]) -> str:
    y, bottom = _y(_BUTTONS_GROUND), 652
    return _wire(
        _GROUND, (_ODD, y), (_EDGE, y), (_EDGE, bottom), (_BUS, bottom), (_BUS, _BUTTON_Y[buttons[0]])
    )


def _buzzer(pin: int) -> str:
    x, hot, cold = 660, _y(pin), _y(_BUZZER_GROUND)
    middle = (hot + cold) // 2
    return "".join(
        (
            _wire(_COLOURS["buzzer"], (_EVEN, hot), (x, hot)),
            _wire(_GROUND, (_EVEN, cold), (x, cold)),
            f'<circle cx="{x + 24}" cy="{middle}" r="38" fill="#f3e5f5" stroke="#212121"/>',
            f'<circle cx="{x + 24}" cy="{middle}" r="5" fill="#212121"/>',
            _text(x + 24, middle - 48, "buzzer: a passive piezo", anchor="middle"),
        )
    )


def _notes() -> str:
    power = ", ".join(str(pin) for pin in sorted((*VOLTS_3, *VOLTS_5)))
    grounds = ", ".join(str(pin) for pin in GROUNDS)
    lines = (
        "Seen from above. Pin 1 is the square one.",
        f"Never use {power} here: they carry power.",
        f"Ground is any of {grounds}.",
        "The header is the same on a Zero 2 W, 3, 4 and 5.",
    )
    return "".join(_text(550, 112 + 22 * at, line, size=12) for at, line in enumerate(lines))


if __name__ == "__main__":
    for name, panel in DRAWINGS.items():
        (PICTURES / name).write_text(drawing(panel), "utf-8")
