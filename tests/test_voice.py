"""What is said aloud is a sound that is not silence, in each language of the door, by Debian's espeak-ng."""

import array
import io
import os
import time
import wave
from pathlib import Path

import pytest

from kiosk.texts import languages, texts
from kiosk.voice import MOST_LETTERS, Voice


@pytest.fixture(scope="module")
def voice():
    found = Voice.found()
    if found is None:
        pytest.fail("these tests need espeak-ng: sudo apt-get install espeak-ng", pytrace=False)
    return found


def samples(sound: bytes) -> tuple[float, array.array]:
    with wave.open(io.BytesIO(sound)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        heard = array.array("h", file.readframes(file.getnframes()))
        assert len(heard) == file.getnframes()
        return len(heard) / file.getframerate(), heard


def script(folder: Path, body: str) -> str:
    program = folder / "espeak"
    program.write_text(f"#!/bin/sh\necho said >> {folder}/times\n{body}\n")
    program.chmod(0o755)
    return str(program)


def times(folder: Path) -> int:
    return len((folder / "times").read_text().splitlines())


LISTED = "Pty Language Age/Gender VoiceName File Other\\n 5 fr-fr --/M French roa/fr (fr 5)"


@pytest.mark.parametrize("language", languages())
def test_every_language_of_the_door_is_heard(voice, language):
    words = texts(language).text("door.silence.title") + " " + texts(language).text("door.silence.more")
    lasts_s, heard = samples(voice.say(words, language))
    assert lasts_s > 1.5
    assert max(map(abs, heard)) > 5_000
    assert sum(abs(each) > 300 for each in heard) > len(heard) / 5


def test_a_region_takes_the_voice_of_its_language_and_no_voice_says_nothing(voice):
    assert voice.speaks("pt-BR")
    assert voice.speaks("fr_FR")
    assert voice.say("Oi", "pt_BR") != voice.say("Oi", "pt")
    assert not voice.speaks("tlh")
    assert voice.say("nuqneH", "tlh") is None


@pytest.mark.parametrize("words", ["", "   \n ", "\u200f"])
def test_nothing_to_say_is_no_sound(voice, words):
    assert voice.say(words, "fr") is None


@pytest.mark.parametrize("words", ["--version", "-v xx $(reboot)", "<speak>a</speak>", "; ls | cat", "\0é"])
def test_words_are_never_taken_for_orders(voice, words):
    assert samples(voice.say(words, "fr"))[0] > 0.2


def test_nobody_listens_for_ever(voice):
    assert samples(voice.say("mot " * 5_000, "fr"))[0] < MOST_LETTERS / 4


def test_what_was_said_is_kept_up_to_so_many_bytes(tmp_path):
    sound = tmp_path / "sound"
    sound.write_bytes(
        b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x22\x56\0\0\x44\xac\0\0\2\0\x10\0data\0\0\0\0"
        + b"\1\2" * 500
    )
    program = script(
        tmp_path, f'case "$1" in --voices) printf "{LISTED}\\n";; *) cat >/dev/null; cat {sound};; esac'
    )
    voice = Voice(program, most_bytes=2_200)  # two such sounds
    first = voice.say("un", "fr")
    assert samples(first)[0] > 0
    assert times(tmp_path) == 2
    assert voice.say("un", "fr") is first
    assert times(tmp_path) == 2
    voice.say("deux", "fr")
    voice.say("trois", "fr")
    assert times(tmp_path) == 4
    assert voice.say("un", "fr") == first
    assert times(tmp_path) == 5


@pytest.mark.parametrize("body", ["exit 1", "kill -9 $$", "echo", "printf x"])
def test_a_voice_that_fails_is_silent(tmp_path, body):
    program = script(tmp_path, f'case "$1" in --voices) printf "{LISTED}\\n";; *) {body};; esac')
    assert Voice(program).say("bonjour", "fr") is None


def test_a_voice_that_stumbles_is_ended_in_time(tmp_path):
    program = script(tmp_path, f'case "$1" in --voices) printf "{LISTED}\\n";; *) exec sleep 60;; esac')
    begun_s = time.monotonic()
    assert Voice(program, deadline_s=0.3).say("bonjour", "fr") is None
    assert time.monotonic() - begun_s < 10


def test_a_machine_without_a_voice_has_none(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Voice.found() is None
    assert not Voice(os.fspath(tmp_path / "gone")).speaks("fr")
