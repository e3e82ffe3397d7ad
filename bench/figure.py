"""Small line charts as SVG: text stays text, and whoever reads in the dark gets light lines.

The same figures make the same bytes.
"""

from collections.abc import Callable, Sequence
from html import escape
from math import ceil, floor, log10
from pathlib import Path
from typing import NamedTuple

WIDTH, HEIGHT = 720, 380
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 46, 56
LINE = 15  # from one text to the next
COLOURS = (("#0072b2", "#56b4e9"), ("#d55e00", "#ff9d5c"), ("#00795a", "#3fd1a4"), ("#8a3c78", "#e39ccb"))
COLOURS += (("#7a6a00", "#e8d44d"), ("#444444", "#cccccc"), ("#3b4cc0", "#9aa7ff"))
DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 4", "12 4", "1 4")


class Series(NamedTuple):
    """One line: its name, and a figure for each place on the x axis."""

    name: str
    values: Sequence[float]


def draw(
    path: Path,
    title: str,
    x: tuple[str, Sequence[float]],
    y_words: str,
    lines: Sequence[Series],
    bar: Series | None = None,
) -> None:
    """x: its words with the unit, and the places, which are drawn as powers of ten; y begins at 0.

    bar: drawn in red, dashed.
    """
    x_words, places = x
    most = 1.1 * max(value for each in (*lines, *([bar] if bar else [])) for value in each.values)
    step = _step(most)
    first, last = log10(places[0]), log10(places[-1])

    def at_x(place: float) -> float:
        return LEFT + (log10(place) - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    def at_y(value: float) -> float:
        return HEIGHT - BOTTOM - value / most * (HEIGHT - TOP - BOTTOM)

    words = [_head(title), _text(LEFT, 24, title, "title")]
    for n in range(floor(most / step) + 1):
        y = at_y(n * step)
        words.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
        words.append(_text(LEFT - 8, y + 4, f"{n * step:g}", "end"))
    for place in places:
        words.append(_text(at_x(place), HEIGHT - BOTTOM + 20, f"{place:,.0f}".replace(",", " "), "middle"))
    words.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, x_words, "middle"))
    middle = (TOP + HEIGHT - BOTTOM) / 2
    words.append(
        f'<text class="middle" transform="translate(18 {middle:g}) rotate(-90)">{escape(y_words)}</text>'
    )
    drawn = [(each, f"s{n}") for n, each in enumerate(lines)] + ([(bar, "bar")] if bar else [])
    for each, kind in drawn:
        points = [(at_x(place), at_y(value)) for place, value in zip(places, each.values, strict=True)]
        words.append(
            f'<path class="line {kind}" d="M{" L".join(f"{px:.1f} {py:.1f}" for px, py in points)}"/>'
        )
        if kind != "bar":
            words += [f'<circle class="{kind}" cx="{px:.1f}" cy="{py:.1f}" r="3"/>' for px, py in points]
    ends = _apart([at_y(each.values[-1]) for each, _ in drawn], HEIGHT - BOTTOM)
    for (each, kind), y in zip(drawn, ends, strict=True):
        words.append(_text(WIDTH - RIGHT + 10, y + 4, each.name, f"name {kind}"))
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join([*words, "</svg>", ""]))


def _head(title: str) -> str:
    rules = [_colours(0), f"@media (prefers-color-scheme: dark) {{ {_colours(1)} }}"]
    rules += [f".line.s{n} {{ stroke-dasharray: {dashes or 'none'} }}" for n, dashes in enumerate(DASHES)]
    fixed = (
        "text { font: 12px system-ui, sans-serif } .title { font-size: 15px; font-weight: 600 } "
        ".middle { text-anchor: middle } .end { text-anchor: end } path { fill: none } "
        ".grid { stroke: #8888; stroke-width: .5 } .line { stroke-width: 2 } "
        ".line.bar { stroke-dasharray: 3 5 }"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" role="img">\n<title>{escape(title)}</title>\n'
        f"<style>\n{fixed}\n" + "\n".join(rules) + "\n</style>"
    )


def _colours(theme: int) -> str:
    words = [f"text {{ fill: {('#222', '#ddd')[theme]} }}"]
    kinds = [(f"s{n}", pair[theme]) for n, pair in enumerate(COLOURS)]
    for kind, colour in (*kinds, ("bar", ("#c00000", "#ff7070")[theme])):
        words.append(f".line.{kind} {{ stroke: {colour} }} circle.{kind}, text.{kind} {{ fill: {colour} }}")
    return " ".join(words)


def _text(x: float, y: float, words: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>'


def _step(most: float) -> float:
    """Between two lines of the grid: 1, 2 or 5 of some power of ten; four to eight fit."""
    rough: float = most / 8
    power = 10.0 ** floor(log10(rough))
    return next(n * power for n in (1, 2, 5, 10) if n * power >= rough)


def _apart(places: Sequence[float], lowest: float) -> list[float]:
    """Where names stand beside the ends of their lines, none upon another."""
    found = [0.0] * len(places)
    top: Callable[[int], float] = places.__getitem__
    below = -1.0
    order = sorted(range(len(places)), key=top)
    for n in order:
        below = found[n] = max(places[n], below + LINE if below >= 0 else 0.0)
    above = ceil(lowest) + LINE
    for n in reversed(order):
        above = found[n] = min(found[n], above - LINE)
    return found
