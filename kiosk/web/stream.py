"""What answers a page that watches: the endless stream, or where as many watch as can, that, or the moment alone."""

from collections.abc import Callable

from flask import Response, make_response, request

from .errors import RETRY_AFTER_S
from .live import LET_IN, Crowded, Live

TYPE = "text/event-stream"
LONGEST_NAME = 64


def stream(
    live: Live,
    channel: str,
    shows: Callable[[], str | None] | None = None,
    since_ms: int = LET_IN,
    or_once: bool = False,
) -> Response:
    """`page` of the address names who watches, see `Live.watch` and `Live.once`."""
    if request.method == "HEAD":
        return Response(mimetype=TYPE)
    try:
        watch = live.watch(channel, shows, request.args.get("page", "")[:LONGEST_NAME], since_ms)
    except Crowded:
        if or_once:
            return Response(live.once(channel), mimetype=TYPE)
        answer = make_response("", 503)
        answer.headers["Retry-After"] = str(RETRY_AFTER_S)
        return answer
    return Response(watch, mimetype=TYPE, direct_passthrough=True)
