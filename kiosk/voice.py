"""A voice of this machine, Debian's espeak-ng, for who cannot or does not want to read. Nothing is kept on a disk.

It is a program of its own: a word that it stumbles over ends that program, after a deadline, and not the hub.
"""

import io
import re
import shutil
import struct
import subprocess
import threading
import unicodedata
import wave
from collections import OrderedDict
from functools import cached_property

PROGRAM = "espeak-ng"
MOST_LETTERS = 1200
DEADLINE_S = 6.0
WORDS_A_MINUTE = "140"
MOST_BYTES = 8 * 1024 * 1024  # three minutes

_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
_OTHERS = re.compile(r"\(([\w-]+) \d+\)")
_BORROWED = "mb/"  # voices of MBROLA, which is listed whether it is there or not


class Voice:
    """Thread-safe. Speaks one text after the other, so that a Pi keeps its other cores for the day."""

    def __init__(self, program: str, deadline_s: float = DEADLINE_S, most_bytes: int = MOST_BYTES) -> None:
        self._program = program
        self._deadline_s = deadline_s
        self._most_bytes = most_bytes
        self._said: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._bytes = 0
        self._turn = threading.Lock()

    @classmethod
    def found(cls) -> "Voice | None":
        """That of this machine, where it has one."""
        program = shutil.which(PROGRAM)
        return cls(program) if program else None

    def speaks(self, language: str) -> bool:
        return self._voice(language) != ""

    def say(self, words: str, language: str) -> bytes | None:
        """A WAV file; None where it cannot be said in this language, or not in time."""
        voice, wanted = self._voice(language), (language, _within(words))
        if not voice or not wanted[1]:
            return None
        with self._turn:
            if wanted in self._said:
                self._said.move_to_end(wanted)
                return self._said[wanted]
            spoken = self._speak(wanted[1], voice)
            if spoken is not None:
                self._keep(wanted, spoken)
            return spoken

    def _speak(self, words: str, voice: str) -> bytes | None:
        made = self._run("-v", voice, "-s", WORDS_A_MINUTE, "-b", "1", "--stdin", "--stdout", words=words)
        return _whole(made) if made else None

    def _keep(self, wanted: tuple[str, str], spoken: bytes) -> None:
        self._said[wanted] = spoken
        self._bytes += len(spoken)
        while self._bytes > self._most_bytes:
            _, oldest = self._said.popitem(last=False)
            self._bytes -= len(oldest)

    def _voice(self, language: str) -> str:
        """What espeak-ng calls its voice for this language; "" where it has none."""
        code = language.lower().replace("_", "-")
        return self._voices.get(code) or self._voices.get(code.partition("-")[0], "")

    @cached_property
    def _voices(self) -> dict[str, str]:
        """Voices by language. One is called as its file is, "roa/fr"; behind it are others that it stands in for."""
        rows = [line.split() for line in self._run("--voices").decode("utf-8", "replace").splitlines()[1:]]
        own = [row for row in rows if len(row) > 4 and not row[4].startswith(_BORROWED)]
        called = {name.lower(): name for row in own for name in [row[4].rpartition("/")[2]]}
        others = {other: row[1] for row in reversed(own) for other in _OTHERS.findall(" ".join(row[5:]))}
        return others | called

    def _run(self, *arguments: str, words: str = "") -> bytes:
        """What it writes; nothing where it fails or takes too long."""
        try:
            done = subprocess.run(
                [self._program, *arguments],
                input=words.encode(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=self._deadline_s,
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            return b""
        return done.stdout


def _within(words: str) -> str:
    """In one line, and no longer than anybody listens."""
    line = " ".join("".join(" " if unicodedata.category(each) == "Cc" else each for each in words).split())
    return line if len(line) <= MOST_LETTERS else line[:MOST_LETTERS].rpartition(" ")[0]


def _whole(made: bytes) -> bytes | None:
    """The same sound as a file: what comes through a pipe does not say how long it is. None where it is silence."""
    if len(made) <= _HEADER.size:
        return None
    _, _, _, _, _, _, channels, rate, _, _, bits, _, _ = _HEADER.unpack_from(made)
    frame = channels * bits // 8
    sound = made[_HEADER.size :]
    sound = sound[: len(sound) // frame * frame]
    if not any(sound):
        return None
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(bits // 8)
        file.setframerate(rate)
        file.writeframes(sound)
    return written.getvalue()
