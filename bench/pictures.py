#!/usr/bin/env python3
"""The plots of a page that `roster bench --html` wrote, as SVG files that stand alone.

    bench/pictures.py PAGE.html DIRECTORY

A plot of bars becomes a file of its own with its legend, the curves of a group one file, side by side. Files are named
after the page and the plot, and follow the light or dark mode of who looks at them.
"""

import re
import sys
from html import escape, unescape
from pathlib import Path

FONT = 'font-family: system-ui, "Segoe UI", "DejaVu Sans", sans-serif;'
PADDING = 16
LEGEND_HEIGHT = 28
LEGEND_STEP = 150
FIGURE_WIDTH, FIGURE_HEIGHT, CAPTION_HEIGHT, COLUMNS = 300, 190, 22, 4

PLOT = re.compile(r'<svg class="plot[^"]*" viewBox="0 0 (\d+) (\d+)".*?</svg>', re.S)
LEGEND = re.compile(r'<rect class="(c\d)"[^>]*></svg>([^<]*)</li>')
CARD = re.compile(r'<div class="card">\s*(<ul class="legend">.*?</ul>)?\s*(<svg class="plot.*?</svg>)', re.S)
SECTION = re.compile(r'<h2>([^<]*)</h2>\s*<div class="many">(.*?)</div>', re.S)
FIGURE = re.compile(r'<figcaption><span>(.*?)</span><span[^>]*>(.*?)</span></figcaption>\s*(<svg.*?</svg>)', re.S)


class Sheet:
    """What one file shows, drawn from the top down."""

    def __init__(self, style, title):
        self.style, self.title, self.parts = style, title, []

    def text(self, x, y, text, kind="", anchor="start"):
        self.parts.append(f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>')

    def plot(self, x, y, svg):
        width, height = PLOT.match(svg).groups()
        self.parts.append(svg.replace("<svg ", f'<svg x="{x}" y="{y}" width="{width}" height="{height}" ', 1))
        return int(width), int(height)

    def render(self, width, height):
        return (f'<svg xmlns="http://www.w3.org/2000/svg" class="plot" viewBox="0 0 {width} {height}" role="img">\n'
                f"<title>{escape(self.title)}</title>\n<style>\n{self.style}\n.plot {{ {FONT} }}\n</style>\n"
                f'<rect width="{width}" height="{height}" fill="var(--card)"/>\n' + "\n".join(self.parts) + "\n</svg>\n")


def title_of(svg):
    return unescape(re.search(r"<title[^>]*>(.*?)</title>", svg, re.S).group(1))


def file_name(title):
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def bars(style, legend, svg):
    sheet = Sheet(style, title_of(svg))
    for place, (color, name) in enumerate(LEGEND.findall(legend)):
        x = PADDING + place * LEGEND_STEP
        sheet.parts.append(f'<rect class="{color}" x="{x}" y="{PADDING}" width="12" height="12" rx="2"/>')
        sheet.text(x + 18, PADDING + 10.5, unescape(name))
    top = PADDING + (LEGEND_HEIGHT if legend else 0)
    width, height = sheet.plot(PADDING, top, svg)
    return sheet.title, sheet.render(width + 2 * PADDING, top + height + PADDING)


def curves(style, group, figures):
    sheet = Sheet(style, group)
    found = FIGURE.findall(figures)
    for place, (name, slope, svg) in enumerate(found):
        x = PADDING + place % COLUMNS * (FIGURE_WIDTH + PADDING)
        y = PADDING + place // COLUMNS * (FIGURE_HEIGHT + CAPTION_HEIGHT + PADDING)
        sheet.text(x, y + 14, unescape(name))
        sheet.text(x + FIGURE_WIDTH, y + 14, unescape(slope), "note", "end")
        sheet.plot(x, y + CAPTION_HEIGHT, svg)
    columns, rows = min(COLUMNS, len(found)), -(-len(found) // COLUMNS)
    return group, sheet.render(PADDING + columns * (FIGURE_WIDTH + PADDING),
                               PADDING + rows * (FIGURE_HEIGHT + CAPTION_HEIGHT + PADDING))


def pictures(page):
    """Of the text of a page: pairs of a title and an SVG document."""
    style = re.search(r"<style>(.*?)</style>", page, re.S).group(1).strip()
    made = [bars(style, legend, svg) for legend, svg in CARD.findall(page)]
    return made + [curves(style, unescape(group), figures) for group, figures in SECTION.findall(page)]


def main(arguments):
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    page, directory = Path(arguments[0]), Path(arguments[1])
    made = pictures(page.read_text(encoding="utf-8"))
    if not made:
        print(f"{page} has no plots; is it a page that 'roster bench --html' wrote?", file=sys.stderr)
        return 1
    directory.mkdir(parents=True, exist_ok=True)
    for title, svg in made:
        path = directory / f"{page.stem}-{file_name(title)}.svg"
        path.write_text(svg, encoding="utf-8")
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
