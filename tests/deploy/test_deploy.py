"""deploy.sh, run as a newcomer runs it; with fake Pythons where a machine lacks something."""

import contextlib
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
VERBS = ("demo", "test", "hub", "station")
NEEDED = (
    *("basename", "cat", "chmod", "cp", "date", "dirname", "env", "grep", "id", "ls", "mkdir", "mktemp"),
    *("printf", "rm", "sh", "sha256sum", "tail", "touch"),
)

FAKE_PYTHON = """\
#!/bin/sh
# A Python that answers what deploy.sh asks of it, and keeps a diary.
echo "$(basename "$0") $*" >>"{diary}"
case "$1 $2" in
"-c "?*) [ -n "{says}" ] && echo "{says}"; exit {code} ;;
"-m venv")
    mkdir -p "$4/bin" && touch "$4/pyvenv.cfg" && cp "$0" "$4/bin/python"
    printf '#!/bin/sh\\necho "played: $*"\\n' >"$4/bin/ronde" && chmod +x "$4/bin/ronde" ;;
"-m pip") {pip} ;;
esac
"""


@dataclass(frozen=True, slots=True)
class Machine:
    """A clone of deploy.sh in a folder with a space, and a PATH on which only what we put is found."""

    clone: Path
    programs: Path
    diary: Path

    def has_python(self, says: str, name: str = "python3", code: int = 0, pip: str = "exit 0") -> None:
        script = FAKE_PYTHON.format(diary=self.diary, says=says, code=code, pip=pip)
        (self.programs / name).write_text(script)
        (self.programs / name).chmod(0o755)

    def deploy(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [shutil.which("bash") or "bash", str(self.clone / "deploy.sh"), *arguments],
            cwd="/",
            env={
                "PATH": str(self.programs),
                "HOME": str(self.clone.parent),
                "LC_ALL": "C.UTF-8",
                **environment,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def at_terminal(self, typed: str, *arguments: str, **environment: str) -> tuple[int, str]:
        """What ends and shows when it is run in a real terminal, where `typed` is typed at once."""
        ours, theirs = os.openpty()
        os.write(ours, typed.encode())
        with subprocess.Popen(
            [shutil.which("bash") or "bash", str(self.clone / "deploy.sh"), *arguments],
            cwd="/",
            env={"PATH": str(self.programs), "LC_ALL": "C.UTF-8", **environment},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        ) as running:
            os.close(theirs)
            shown = b""
            with contextlib.suppress(OSError):  # how a terminal says that nobody is there any more
                while said := os.read(ours, 4096):
                    shown += said
            os.close(ours)
        return running.returncode, shown.decode()

    def did(self, what: str) -> int:
        return self.diary.read_text().count(what) if self.diary.exists() else 0


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    clone = tmp_path / "mes projets" / "ronde"
    clone.mkdir(parents=True)
    for name in ("deploy.sh", "pyproject.toml"):
        shutil.copy(ROOT / name, clone / name)
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in NEEDED:
        found = shutil.which(name)
        assert found
        (programs / name).symlink_to(found)
    return Machine(clone, programs, tmp_path / "diary")


@pytest.fixture
def as_user(machine: Machine) -> Callable[[], None]:
    """`id -u` says 1000, so that deploy.sh does not try apt."""

    def apply() -> None:
        (machine.programs / "id").unlink()
        (machine.programs / "id").write_text("#!/bin/sh\necho 1000\n")
        (machine.programs / "id").chmod(0o755)

    return apply


def told(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done.stderr


def test_the_script_is_clean_for_shellcheck() -> None:
    done = subprocess.run(
        ["shellcheck", str(ROOT / "deploy.sh"), str(ROOT / ".ci" / "run")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("arguments", [("help",), ("--help",), ("-h",), ()])
def test_help_says_every_verb(machine: Machine, arguments: tuple[str, ...]) -> None:
    done = machine.deploy(*arguments)
    assert done.returncode == 0
    assert all(f"./deploy.sh {verb}" in done.stdout for verb in VERBS)


def test_an_unknown_verb_is_told_with_those_that_exist(machine: Machine) -> None:
    done = machine.deploy("danse")
    assert done.returncode == 2
    assert "« danse » est inconnu" in done.stderr
    assert all(f"./deploy.sh {verb}" in done.stderr for verb in VERBS)


def test_the_demo_is_installed_once_and_played_with_its_options(machine: Machine) -> None:
    machine.has_python("ok 3.11")
    for _ in range(2):
        done = machine.deploy("demo", "--seed", "7")
        assert done.returncode == 0, done.stderr
        assert done.stdout.endswith("played: demo --seed 7\n")
    assert machine.did("-m venv") == 1
    assert machine.did("-m pip install") == 1


def test_changed_dependencies_are_installed_in_the_same_environment(machine: Machine) -> None:
    machine.has_python("ok 3.11")
    machine.deploy("demo")
    with (machine.clone / "pyproject.toml").open("a") as project:
        project.write("# pulled\n")
    assert machine.deploy("demo").returncode == 0
    assert (machine.did("-m venv"), machine.did("-m pip install")) == (1, 2)


def test_a_clone_that_was_moved_gets_a_new_environment(machine: Machine) -> None:
    machine.has_python("ok 3.11")
    machine.deploy("demo")
    moved = Machine(
        machine.clone.rename(machine.clone.with_name("ailleurs")), machine.programs, machine.diary
    )
    assert moved.deploy("demo").returncode == 0
    assert moved.did("-m venv") == 2


def test_an_install_that_was_cut_short_is_done_again(machine: Machine) -> None:
    machine.has_python("ok 3.11", pip='[ -e "$0.tried" ] && exit 0; touch "$0.tried"; exit 1')
    assert "n'ont pas pu être installés" in told(machine.deploy("demo"))
    assert machine.deploy("demo").stdout.endswith("played: demo\n")


@pytest.mark.parametrize(
    ("says", "words"),
    [
        ("bare 3.11", "sudo apt install python3-venv"),
        ("old 3.9", "Python 3.9 est trop ancien"),
        ("bits 3.11", "Raspberry Pi OS (64-bit)"),
    ],
)
def test_a_python_that_will_not_do_is_told_with_the_way_out(
    machine: Machine, as_user: Callable[[], None], says: str, words: str
) -> None:
    as_user()
    machine.has_python(says)
    assert words in told(machine.deploy("demo"))
    assert not machine.did("-m venv")


def test_no_python_at_all_is_told_with_the_way_out(machine: Machine, as_user: Callable[[], None]) -> None:
    as_user()
    assert "sudo apt install python3 python3-venv" in told(machine.deploy("demo"))


def test_a_good_python_is_taken_wherever_it_comes_in_the_list(machine: Machine) -> None:
    machine.has_python("old 3.9")
    machine.has_python("", name="python3.13", code=127)  # a shim of pyenv, its version not chosen
    machine.has_python("ok 3.12", name="python3.12")
    done = machine.deploy("demo")
    assert done.returncode == 0
    assert machine.did("python3.12 -m venv") == 1


@pytest.mark.parametrize(
    ("pip", "words"),
    [
        (
            "echo 'WARNING: Retrying after NewConnectionError(...)'; echo 'ERROR: No matching'; exit 1",
            "Internet",
        ),
        ("echo 'OSError: [Errno 28] No space left on device'; exit 1", "plus de place"),
        ("echo 'SSLError: certificate is not yet valid'; exit 1", "heure de cette machine"),
        ("echo 'ERROR: something odd'; echo '  Traceback'; exit 1", "something odd"),
    ],
)
def test_a_failed_download_is_told_in_plain_words(machine: Machine, pip: str, words: str) -> None:
    machine.has_python("ok 3.11", pip=pip)
    assert words in told(machine.deploy("demo"))


def test_a_folder_that_is_no_environment_is_left_alone(machine: Machine) -> None:
    machine.has_python("ok 3.11")
    precious = machine.clone.parent / "photos"
    precious.mkdir()
    (precious / "one.jpg").touch()
    assert "je n'y touche pas" in told(machine.deploy("demo", RONDE_VENV=str(precious)))
    assert [each.name for each in precious.iterdir()] == ["one.jpg"]


@pytest.mark.parametrize("verb", ["hub", "station"])
def test_installing_on_the_machine_asks_for_root(
    machine: Machine, as_user: Callable[[], None], verb: str
) -> None:
    as_user()
    assert f"sudo ./deploy.sh {verb}" in told(machine.deploy(verb))


@pytest.mark.parametrize("verb", ["hub", "station"])
@pytest.mark.parametrize("typed", ["n\n", "\n", "\x04", "oui mais non\n"])
def test_at_a_terminal_nothing_is_installed_without_a_yes(
    machine: Machine, tmp_path: Path, verb: str, typed: str
) -> None:
    code, shown = machine.at_terminal(typed, verb, RONDE_PREFIX=str(tmp_path / "root"))
    assert code == 1
    assert str(tmp_path / "root" / "opt" / "ronde") in shown
    assert "Continuer ?" in shown
    assert "Rien n'a été fait." in shown
    assert not (tmp_path / "root").exists()


@pytest.mark.parametrize("verb", ["hub", "station"])
@pytest.mark.parametrize(
    ("typed", "options", "asked"), [("o\n", (), True), ("Oui\n", (), True), ("", ("--yes",), False)]
)
def test_with_a_yes_it_goes_on(
    machine: Machine, tmp_path: Path, verb: str, typed: str, options: tuple[str, ...], asked: bool
) -> None:
    _, shown = machine.at_terminal(typed, verb, *options, RONDE_PREFIX=str(tmp_path / "root"))
    assert ("Continuer ?" in shown) is asked
    assert "J'installe l" in shown


@pytest.mark.parametrize("verb", ["hub", "station"])
def test_without_a_terminal_nobody_is_asked(machine: Machine, tmp_path: Path, verb: str) -> None:
    done = machine.deploy(verb, RONDE_PREFIX=str(tmp_path / "root"))
    assert "Continuer ?" not in done.stdout + done.stderr
    assert "J'installe l" in done.stdout


def test_an_option_that_a_station_does_not_have_is_not_taken_for_its_code(
    machine: Machine, tmp_path: Path
) -> None:
    assert "option inconnue : --oui" in told(
        machine.deploy("station", "--oui", RONDE_PREFIX=str(tmp_path / "root"))
    )


def test_a_real_python_is_found_good() -> None:
    """The probe that decides, on the Python that runs this."""
    probe = f"set --; source {shlex.quote(str(ROOT / 'deploy.sh'))} >/dev/null; probe {shlex.quote(sys.executable)}"
    done = subprocess.run(["bash", "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout == f"ok {sys.version_info[0]}.{sys.version_info[1]}\n"


def test_ci_runs_the_readmes_command_and_fails_with_it(tmp_path: Path) -> None:
    clone = tmp_path / "a clone"
    (clone / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "run", clone / ".ci" / "run")
    (clone / "deploy.sh").write_text('#!/bin/sh\necho "$0 $*"\nexit 3\n')
    (clone / "deploy.sh").chmod(0o755)
    done = subprocess.run(
        ["bash", str(clone / ".ci" / "run")], cwd="/", capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.rpartition("/")[2]) == (3, "deploy.sh test\n")
    assert "./deploy.sh test " in (ROOT / "README.md").read_text()
