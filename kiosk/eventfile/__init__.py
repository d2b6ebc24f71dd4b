"""The event file: TOML in, the event of the rules out, or every finding at once with its line.

    load(path), load_text(text, id) -> Event     check(path), check_text(text) -> findings
    report(findings) -> lines to print           exit_code(findings) -> 0 | 1

places    where each key stands           tables    what each key may hold
syntax    wrong as TOML                   shape     wrong by itself
agreement wrong beside the others         plan      tables to event
"""

from pathlib import Path

from kiosk.errors import EventFileError
from kiosk.plain import plain
from kiosk.rules.event import Event
from kiosk.texts import SOURCE, texts

from .agreement import disagreements
from .plan import planned, slug
from .problem import ERROR, WARNING, Finding, Problem, told, wrong
from .shape import read
from .syntax import parse
from .tables import Allowed, EventTable

__all__ = ["Finding", "check", "check_text", "exit_code", "load", "load_text", "report"]

MOST_BYTES = 256 * 1024
MOST_FINDINGS = 500


def load(path: Path, language: str = SOURCE) -> Event:
    """The event in the file; its id is made of the file's name. Raises EventFileError, with what to mend."""
    return _event(*_examined(path, language), slug(path.stem), str(path), language)


def load_text(text: str, event_id: str, language: str = SOURCE) -> Event:
    """As `load`, for what a file would hold. Raises EventFileError."""
    return _event(*_examined_text(text, language), event_id, event_id, language)


def check(path: Path, language: str = SOURCE) -> tuple[Finding, ...]:
    """All that is wrong or odd in the file, in the order of its lines; empty when there is nothing to say."""
    return _examined(path, language)[1]


def check_text(text: str, language: str = SOURCE) -> tuple[Finding, ...]:
    """As `check`, for what the file would hold."""
    return _examined_text(text, language)[1]


def exit_code(findings: tuple[Finding, ...]) -> int:
    """0 when the event can be held, warnings or not; 1 when there is an error."""
    return int(any(finding.severity == ERROR for finding in findings))


def report(findings: tuple[Finding, ...] | list[Finding], language: str = SOURCE) -> tuple[str, ...]:
    """The findings in lines for a terminal, the last one with their count."""
    words = texts(language)
    lines = []
    for finding in findings:
        place = words.text("check.report.line", line=finding.line) if finding.line else ""
        severity = words.text("check.report.error" if finding.severity == ERROR else "check.report.warning")
        head = " · ".join(part for part in (place, finding.key) if part)
        lines.append(f"{severity} — {head}" if head else severity)
        lines.append("  " + finding.message)
        if finding.value:
            lines.append("  " + words.text("check.report.found", value=finding.value))
        if finding.allowed:
            lines.append("  " + words.text("check.report.allowed", allowed=finding.allowed))
    errors = sum(finding.severity == ERROR for finding in findings)
    warned = sum(finding.severity == WARNING for finding in findings)
    if not findings:
        lines.append(words.text("check.report.clean"))
    if errors:
        lines.append(words.plural("check.report.errors", errors))
    if warned:
        lines.append(words.plural("check.report.warnings", warned))
    return tuple(lines)


def _event(
    table: EventTable | None, findings: tuple[Finding, ...], event_id: str, source: str, language: str
) -> Event:
    if table is None:
        errors = [finding for finding in findings if finding.severity == ERROR]
        raise EventFileError("\n".join((plain(source), *report(errors, language))))
    return planned(table, event_id)


def _examined(path: Path, language: str) -> tuple[EventTable | None, tuple[Finding, ...]]:
    """Whatever stands in the way of reading is a finding too."""
    try:
        if not path.exists():
            return _unread("check.no_file", path, language)
        if not path.is_file():
            return _unread("check.not_a_file", path, language)
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        return _unread("check.unreadable", path, language, reason=str(error))
    if len(content) > MOST_BYTES:
        return _unread("check.too_big", path, language, most=MOST_BYTES // 1024)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        around = content[max(0, error.start - 20) : error.start + 20]
        more = {"line": line, "shown": around.decode("ascii", "replace")}
        if b"\0" in content:  # UTF-16, or no text at all
            return _unread("check.not_utf8", path, language, **more)
        problem = wrong((), "check.not_utf8", allowed=Allowed("check.allowed.file"), **more)
        return _examined_text(content.decode("cp1252", "replace"), language, (problem,))
    return _examined_text(text, language)


def _unread(code: str, path: Path, language: str, **more: object) -> tuple[None, tuple[Finding, ...]]:
    problem = wrong(
        (), code, **{"line": 0, "shown": str(path), "allowed": Allowed("check.allowed.file")} | more
    )
    return None, (told(problem, None, None, texts(language)),)


def _examined_text(
    text: str, language: str, before: tuple[Problem, ...] = ()
) -> tuple[EventTable | None, tuple[Finding, ...]]:
    """`before`: what was found before the text could be read."""
    parsed = parse(text)
    problems = [*before, *parsed.problems]
    table = None
    if parsed.places is not None:
        table, wrong_by_itself, sound = read(parsed.data, parsed.hidden)
        problems += [*wrong_by_itself, *disagreements(sound)]
    problems.sort(key=lambda problem: not problem.error)
    findings = [
        told(problem, parsed.data, parsed.places, texts(language)) for problem in problems[:MOST_FINDINGS]
    ]
    findings.sort(key=lambda finding: (finding.line, finding.severity, finding.key))
    return (None if exit_code(tuple(findings)) else table), tuple(findings)
