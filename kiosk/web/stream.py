"""What answers a page that watches: the endless stream, or that as many watch as can."""

from collections.abc import Callable

from flask import Response, make_response, request

from .errors import RETRY_AFTER_S
from .live import Crowded, Live

TYPE = "text/event-stream"
LONGEST_NAME = 64


def stream(live: Live, channel: str, shows: Callable[[], str | None] | None = None) -> Response:
    """`page` of the address names who watches, see `Live.watch`."""
    if request.method == "HEAD":
        return Response(mimetype=TYPE)
    try:
        watch = live.watch(channel, shows, request.args.get("page", "")[:LONGEST_NAME])
    except Crowded:
        answer = make_response("", 503)
        answer.headers["Retry-After"] = str(RETRY_AFTER_S)
        return answer
    return Response(watch, mimetype=TYPE, direct_passthrough=True)
