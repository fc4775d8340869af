#!/usr/bin/env python3
"""Draws what a terminal shows as an SVG: standard input to standard output.

    underpin report / --quiet | docs/terminal-svg.py > docs/report.svg
"""

import html
import re
import sys
import unicodedata

LINE, WIDTH, MARGIN = 19, 8.4, 20
STYLE = """svg{background:#fff}rect{fill:#fff;stroke:#d0d7de}text{font:14px/1 ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;
fill:#1f2328;white-space:pre}.head{font-weight:700}.first{fill:#57606a}
@media(prefers-color-scheme:dark){svg{background:#0d1117}rect{fill:#0d1117;stroke:#30363d}text{fill:#e6edf3}.first{fill:#9198a1}}"""


def columns(line):
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)


def marked(line):
    """The words in capitals with which a part of the report begins are bold."""
    title = re.match(r"[A-Z][A-Z ,]+\??(?=\s|$)", line)
    words = title[0].rstrip() if title else ""
    bold = f'<tspan class="head">{html.escape(words)}</tspan>' if len(words) > 2 else html.escape(words)
    return bold + html.escape(line.removeprefix(words))


lines = sys.stdin.read().rstrip("\n").split("\n")
wide = round(max(map(columns, lines)) * WIDTH + 2 * MARGIN)
high = len(lines) * LINE + 2 * MARGIN
print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" role="img">')
print(f"<title>underpin report</title><style>{STYLE}</style>")
print(f'<rect x="0.5" y="0.5" width="{wide - 1}" height="{high - 1}" rx="8"/>')
for number, line in enumerate(lines):
    if line.strip():
        # One width for each line, so that columns stand below one another in any font.
        size = f'textLength="{columns(line) * WIDTH:.1f}" lengthAdjust="spacingAndGlyphs"'
        at = f'x="{MARGIN}" y="{MARGIN + 14 + number * LINE}"'
        # The first two lines say what was looked at, and are of less interest than what was found.
        kind = "first" if number < 2 else "plain"
        print(f'<text class="{kind}" {at} {size} xml:space="preserve">{marked(line)}</text>')
print("</svg>")
