"""The files of the animator's screen (`firmware/screen`), which stay the same wherever they are served from."""

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from flask import Response, abort, request
from markupsafe import escape

_KINDS = {".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".svg": "image/svg+xml"}


@cache
def files() -> Mapping[str, tuple[bytes, str]]:
    """Each file by its path, with what kind it is."""
    return dict(_found(resources.files("firmware") / "screen", ""))


def served(name: str, known: Mapping[str, str] | None = None) -> Response:
    """A file. A browser keeps it, and asks each time whether it is still the same.

    `known`: what a page's head says beside, as its meta tags.
    """
    found = files().get(name)
    if found is None:
        abort(404)
    body, kind = found
    if known:
        body = body.replace(b"</head>", _tags(known) + b"</head>", 1)
    answer = Response(body, mimetype=kind)
    answer.set_etag(hashlib.sha256(body).hexdigest()[:16])
    answer.headers["Cache-Control"] = "no-cache"
    answer.make_conditional(request)
    return answer


def _tags(known: Mapping[str, str]) -> bytes:
    tags = (f'<meta name="{escape(name)}" content="{escape(value)}">\n' for name, value in known.items())
    return "".join(tags).encode()


def _found(folder: Traversable, path: str) -> Iterator[tuple[str, tuple[bytes, str]]]:
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        kind = _KINDS.get(entry.name[max(0, entry.name.rfind(".")) :])
        if entry.is_dir():
            yield from _found(entry, f"{path}{entry.name}/")
        elif kind:
            yield path + entry.name, (entry.read_bytes(), kind)
