"""The command `ronde-station`."""

import argparse
import json
import logging
import os
import sys
from functools import partial
from pathlib import Path

from . import __version__, agent, config, enrolling, erasure, inquiry, logfile, messages, report, trial
from .candidate import Candidate
from .config import Config
from .errors import ConfigError, StationError
from .outbox import LOG
from .wire.errors import WireError

FAILED = 1


def main(arguments: list[str] | None = None) -> int:
    """0: done; 1: the station cannot go on, or a test found something to do, and the message says what."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options) or 0)
    except (StationError, WireError) as error:
        return _fail(str(error))
    except BrokenPipeError:  # whoever read our output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def _run(options: argparse.Namespace) -> None:
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(message)s")
    path = options.config
    parts = config.parts(path)
    settings = Candidate(path, parts, agent.panel(parts)).run() if parts else config.read(path)
    while settings is not None:
        settings = agent.build(settings, partial(enrolling.become, path)).run()


def _enrol(options: argparse.Namespace) -> int:
    found = enrolling.become(options.config, "".join(options.code), options.hub, option="--hub")
    print(messages.ENROLLED.format(station=found.station, hub=found.hub, atelier=found.atelier))
    print(messages.ENROLLED_NEXT.format(path=options.config))
    return 0


def _enrolled(path: Path) -> Config:
    """The settings of a station that belongs to a hub. Raises ConfigError."""
    if config.parts(path) is not None:
        raise ConfigError(messages.NOT_ENROLLED)
    return config.read(path)


def _log(options: argparse.Namespace) -> None:
    settings = _enrolled(options.config)
    try:
        for value in inquiry.ask(settings.data, "log"):
            print(json.dumps(value))
    except ConnectionRefusedError:  # no agent runs: the log is free to be read
        try:
            for passage in logfile.read_stopped(settings.data / LOG):
                print(json.dumps(passage.to_json()))
        except FileNotFoundError:
            print(messages.STATUS_NO_LOG, file=sys.stderr)
    except OSError as error:
        raise StationError(messages.NO_ANSWER) from error


def _status(options: argparse.Namespace) -> int:
    settings = _enrolled(options.config)
    try:
        (found,) = inquiry.ask(settings.data, "status")
    except ConnectionRefusedError:
        print(messages.STATUS_STOPPED.format(station=settings.station, atelier=settings.atelier))
        return FAILED
    except OSError as error:
        raise StationError(messages.NO_ANSWER) from error
    for line in report.lines(found):
        print(line)
    return 0


def _erase(options: argparse.Namespace) -> int:
    """Whatever hub it belongs to, or none."""
    settings = config.parts(options.config) or config.read(options.config)
    try:
        (found,) = inquiry.ask(settings.data, "status")
        passages, backlog = found["passages"], found["backlog"]
    except ConnectionRefusedError:
        found = None
        passages, backlog = erasure.kept(settings.data)
    except OSError as error:
        raise StationError(messages.NO_ANSWER) from error
    print(messages.ERASE_ALL.format(passages=passages, backlog=backlog))
    if not options.yes:
        print(messages.ERASE_ASK, end=" ", flush=True)
        if sys.stdin.readline().strip().lower() not in messages.ERASE_YES:
            return FAILED
    if found is not None:
        try:
            list(inquiry.ask(settings.data, "erase"))
        except OSError as error:
            raise StationError(messages.NO_ANSWER) from error
    elif settings.data.exists():
        erasure.order(settings.data)
        erasure.finish(settings.data)
    print(messages.ERASED)
    return 0


def _test(options: argparse.Namespace) -> int:
    if not sys.stdin.isatty():
        raise StationError(messages.TEST_NO_TERMINAL)
    logging.basicConfig(handlers=[logging.NullHandler()])  # what is wrong is said where it is asked
    return trial.run(_enrolled(options.config), sys.stdin, sys.stdout)


def _fail(message: str) -> int:
    print(messages.ERROR.format(message=message), file=sys.stderr)
    return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ronde-station", description=messages.DESCRIPTION)
    parser.add_argument("--version", action="version", version=f"ronde-station {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMANDE")
    for name, command, text in (
        ("run", _run, messages.HELP_RUN),
        ("enrol", _enrol, messages.HELP_ENROL),
        ("log", _log, messages.HELP_LOG),
        ("status", _status, messages.HELP_STATUS),
        ("erase", _erase, messages.HELP_ERASE),
        ("test", _test, messages.HELP_TEST),
    ):
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(command=command)
        sub.add_argument(
            "--config",
            type=Path,
            default=config.DEFAULT_PATH,
            metavar="FICHIER",
            help=messages.HELP_CONFIG.format(default=config.DEFAULT_PATH),
        )
        if command is _erase:
            sub.add_argument("--yes", action="store_true", help=messages.HELP_YES)
        if command is _enrol:
            sub.add_argument("code", metavar="CODE", nargs="+", help=messages.HELP_CODE)
            sub.add_argument("--hub", metavar="ADRESSE", default="", help=messages.HELP_HUB)
    return parser


if __name__ == "__main__":
    sys.exit(main())
