"""What somebody might write where text is taken: hostile, broken, or only odd. Of each way to be so, the shortest."""

import unicodedata

RUN = "window.hacked=1"  # what a page says of itself once anything of this was run
ELSEWHERE = "http://198.51.100.7/"  # nobody's address, which no page may ask for anything

MARKUP = (
    f"<script>{RUN}</script>",
    f"</title></textarea></script><script>{RUN}</script>",
    f"<img src={ELSEWHERE} onerror={RUN}>",
    f'"><svg onload={RUN}>',
    f"' onfocus='{RUN}' autofocus='",
    f"javascript:{RUN}",
    f"<!--<a href=javascript:{RUN}>",
    "]]>&lt;b&gt;&amp;&#60;",
    f"<style>@import '{ELSEWHERE}'",
    f"\\u003cscript>{RUN}</script>",
    "</svg><foreignObject>",
)
TEMPLATES = (
    "{{ 7 * 7 }}{% raw %}",
    "${7*7}",
    "{n}{clock}{0.__class__}%s%(n)d",
    "#{7*7}<%= 7*7 %>",
    "$x^2$ \\frac{1}{0}",
    DOLLARS := "$& $` $' $$ $1",  # what a script's `replace` would fill in
)
FORMULAS = ('=HYPERLINK("http://x";"y")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1+1)", "＝1＋1", '";=1+1;"')
QUERIES = (
    "'; DROP TABLE facts; --",
    "1 OR 1=1",
    "../../../../etc/passwd",
    "..\\..\\con",
    "%00%2e%2e%2f",
    "~root/$(id)`id`",
)
LONG = "Mot " * 2500

LINES = (*MARKUP, *TEMPLATES, *FORMULAS, *QUERIES)
"""Each of them may stand in a line of text, where it means nothing."""

CELLS = ("\t=1+1", "\r=1+1", "\n=1+1", "a\nb", "a\r\nSet-Cookie: role=organiser")
ESCPOS = (
    "\x1b@",  # reset
    "\x1dV1",  # cut
    "\x10\x04\x01",  # ask for its state
    "\x1bp0\x10\x14",  # open the drawer
    "\x1b(k\x1dv0\x00\xff\xff",  # take what follows for a picture
)
TERMINAL = ("\x1b[2J\x1b[31m", "\x1b]0;title\x07", "\x9b2J", "\x08\x08\x08")
TURNING = ("\u202eelttes\u2066", "\u200b\u200d\ufeff", "\u2028\u2029", "a\u0300" * 40)
BROKEN = ("\x00", "a\x00b", "\x7f\x80\x85", "\ud800", "\udfff\ud800", "\ufffe\uffff")

STEERING = (*CELLS, *ESCPOS, *TERMINAL, *(each for each in TURNING if each[0] != "a"), *BROKEN)
"""Each holds something that steers a printer, a terminal or the letters around it, or is no text at all."""

EVERY = (*LINES, *STEERING, TURNING[-1], LONG, "")


def is_line(text: str) -> bool:
    """What may be shown and printed as it is: nothing in it steers anything."""
    return all(unicodedata.category(letter)[0] != "C" for letter in text)
