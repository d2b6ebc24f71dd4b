"""What is to be said to a user, before it is known in which language.

raise HubAway(say("error.hub_not_there", path=path))    str(error): English, for logs
told(error, texts("fr"))                                the same in French
"""

import errno
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from .plain import plain
from .texts import Texts, texts

LOGGED = "en"

_ERRNOS = {
    errno.ENOENT: "error.why.missing",
    errno.EACCES: "error.why.forbidden",
    errno.EPERM: "error.why.forbidden",
    errno.EISDIR: "error.why.folder",
    errno.ENOTDIR: "error.why.no_folder",
    errno.EEXIST: "error.why.no_folder",
    errno.ENOSPC: "error.why.full",
    errno.EDQUOT: "error.why.full",
    errno.EROFS: "error.why.read_only",
    errno.EIO: "error.why.broken",
    errno.EADDRINUSE: "error.why.taken",
    errno.EADDRNOTAVAIL: "error.why.no_address",
    errno.ECONNREFUSED: "error.why.nobody",
    errno.ETIMEDOUT: "error.why.silent",
}
_SQLITE = {
    sqlite3.SQLITE_PERM: "error.why.forbidden",
    sqlite3.SQLITE_AUTH: "error.why.forbidden",
    sqlite3.SQLITE_FULL: "error.why.full",
    sqlite3.SQLITE_READONLY: "error.why.read_only",
    sqlite3.SQLITE_IOERR: "error.why.broken",
    sqlite3.SQLITE_CANTOPEN: "error.why.unopened",
    sqlite3.SQLITE_NOTADB: "error.why.no_journal",
}


@dataclass(frozen=True, slots=True)
class Saying:
    """A message of the catalogue by its key, and what fills it. Where text is wanted it is English.

    A value that is a saying is told in the same language, a tuple of sayings one after the other, a tuple of
    texts as "a, b or c"; any other as it is.
    """

    key: str
    values: Mapping[str, object]

    def __str__(self) -> str:
        return told(self, texts(LOGGED))


def say(key: str, /, **values: object) -> Saying:
    return Saying(key, values)


def told(what: object, words: Texts) -> str:
    """An error in these words, if it was made of a saying; else as it is."""
    if isinstance(what, BaseException) and what.args and isinstance(what.args[0], Saying):
        what = what.args[0]
    if isinstance(what, Saying):
        return words.text(what.key, **{name: _filled(value, words) for name, value in what.values.items()})
    if isinstance(what, tuple):
        parts = [told(each, words) for each in what]
        sentences = any(isinstance(each, Saying) for each in what)
        return words.text("common.then").join(parts) if sentences else words.one_of(parts)
    return str(what)


def _filled(value: object, words: Texts) -> str:
    """What fills a message may come from anywhere."""
    if isinstance(value, tuple) and not any(isinstance(each, Saying) for each in value):
        value = tuple(plain(str(each)) for each in value)
    said = told(value, words)
    return said if isinstance(value, Saying | tuple) else plain(said)


def why(error: OSError | sqlite3.Error) -> Saying | str:
    """What the system says, without the file that it says it of."""
    if isinstance(error, sqlite3.Error):
        key = _SQLITE.get(getattr(error, "sqlite_errorcode", -1) & 0xFF)
        return Saying(key, {}) if key else str(error)
    key = "error.why.silent" if isinstance(error, TimeoutError) else _ERRNOS.get(error.errno or 0)
    return Saying(key, {}) if key else error.strerror or str(error)
