"""Tables for a spreadsheet, which takes a cell for a formula where it may; ours are texts."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.text import slugify

PAGE_ROWS = 1000
# What begins a formula, also as some spreadsheets of other scripts write it; or ends a cell early.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(value: Any) -> str:
    """*value* as a text that no spreadsheet calculates."""
    text = "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"'{text}" if text.lstrip(" \ufeff\u200b").startswith(_FORMULA) else text


class _Line:
    """What csv writes into: it hands the line back."""

    def write(self, line: str) -> str:
        return line


def csv_file(
    request: HttpRequest, name: str, columns: Sequence[str], chosen: QuerySet[Any]
) -> StreamingHttpResponse:
    """A download of *columns*, the first of them the id; that it was taken is logged like any other action
    of staff."""
    log = LogEntry(object_repr=name, action_flag=CHANGE, change_message="exported")
    log.user_id = request.user.pk  # type: ignore[assignment]
    log.save(force_insert=True)
    lines = _lines(columns, _pages(columns, chosen))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slugify(name)}.csv"'
    return response


def _pages(columns: Sequence[str], chosen: QuerySet[Any]) -> Iterator[Sequence[Any]]:
    """Some rows at a time, by id, and nothing of Postgres held while they flow."""
    rows, last = chosen.order_by("id").values_list(*columns), 0
    while page := list(rows.filter(id__gt=last)[:PAGE_ROWS]):
        if not connection.in_atomic_block:
            connection.close()
        yield from page
        last = page[-1][0]


def _lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(_Line(), quoting=csv.QUOTE_ALL)
    yield writer.writerow(header)
    for row in rows:
        yield writer.writerow([cell(value) for value in row])
