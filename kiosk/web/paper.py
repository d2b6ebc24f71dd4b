"""The last sheets as pictures. In a rehearsal only, where a stand-in printer leaves them in a folder."""

import re
from pathlib import Path

from flask import Blueprint, Response, abort, render_template, send_file

from . import roles
from .services import Services

SHOWN = 24
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,80}")


def pages(services: Services) -> Blueprint:
    paper = Blueprint("paper", __name__, url_prefix="/paper")
    roles.organisers(paper, services)

    @paper.get("")
    def sheets() -> str:
        return render_template("paper.html", sheets=[path.stem for path in _newest(_folder())])

    @paper.get("/<name>.png")
    def sheet(name: str) -> Response:
        found = next((path for path in _newest(_folder()) if path.stem == name), None)
        if found is None:
            abort(404)
        return send_file(found.resolve(), mimetype="image/png", max_age=3600)

    def _folder() -> Path:
        if services.sheets is None:
            abort(404)
        return services.sheets

    return paper


def _newest(folder: Path) -> list[Path]:
    """The newest pictures, the last one first; those that went while we looked are passed over."""
    dated: list[tuple[int, str, Path]] = []
    for path in folder.glob("*.png"):
        try:
            if _NAME.fullmatch(path.stem):
                dated.append((path.stat().st_mtime_ns, path.name, path))
        except FileNotFoundError:
            continue
    return [path for _, _, path in sorted(dated, reverse=True)[:SHOWN]]
