"""Tables for a terminal and for docs: columns of one width, a rule below the head."""

from collections.abc import Sequence
from statistics import median, quantiles


def show(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a Markdown table that is also readable as it is."""
    lines = [list(head), *([_text(cell) for cell in row] for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    print(f"\n{title}\n")
    for number, line in enumerate(lines):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    print(flush=True)


def p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20)[-1] if len(values) > 1 else sum(values)


def middle(values: Sequence[float]) -> float:
    return median(values) if values else 0.0


def verdict(figure: float, bar: float, *, at_most: bool = False) -> str:
    """The bar, and whether the figure reaches it."""
    reached = figure <= bar if at_most else figure >= bar
    return f"{'<=' if at_most else '>='} {bar:g}: {'yes' if reached else 'NO'}"


def _text(cell: object) -> str:
    return (
        f"{cell:.3g}"
        if isinstance(cell, float) and cell < 100
        else (f"{cell:.0f}" if isinstance(cell, float) else str(cell))
    )
