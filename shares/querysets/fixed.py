"""Questions that every share asks, translated into SQL once.

To build and translate a queryset costs several times what it costs to ask it. A question that stands here is
written as a queryset all the same, with a `Slot` for each value that is known only when it is asked:

    LOCK = Fixed(lambda: Share.objects.select_for_update().filter(pk=Slot("share_id")))
    share = LOCK.first(share_id=share_id)

Postgres keeps its plan too, connection by connection (DATABASE_PREPARED, docs/settings.md).
"""

from collections.abc import Callable
from enum import Enum
from functools import cached_property
from operator import itemgetter
from typing import Any, Generic, TypeVar, cast

import psycopg
from django.db import NotSupportedError, OperationalError, connection
from django.db.models import Field, Model, QuerySet
from django.db.models.expressions import Expression
from django.db.models.query import get_related_populators
from django.db.models.sql import UpdateQuery

M = TypeVar("M", bound=Model)
Sql = tuple[str, tuple[Any, ...]]


class Slot(Expression):
    """Where a value goes. output_field: wanted only where the database must calculate with it."""

    def __init__(self, name: str, output_field: "Field[Any, Any] | None" = None) -> None:
        super().__init__(output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self]


class Fixed(Generic[M]):
    """A question; `first` and `row` ask it. Values go to Postgres as they are: str, int, bytes, datetime."""

    def __init__(self, build: "Callable[[], QuerySet[M]]") -> None:
        self._build = build

    @cached_property
    def _translated(self) -> "tuple[Sql, Callable[[tuple[Any, ...]], M] | None]":
        """Its SQL, and what makes a model of a row. Two threads that come first both make their own."""
        compiler: Any = self._build().query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        return (sql, tuple(values)), _maker(compiler) if compiler.klass_info else None

    def row(self, **values: Any) -> tuple[Any, ...] | None:
        """The first row, its columns as they were named (`values_list`)."""
        with _asked(self._translated[0], values) as cursor:
            return cast(tuple[Any, ...] | None, cursor.fetchone())

    def first(self, **values: Any) -> M | None:
        """The first row as a model, with what was annotated and selected beside it."""
        row, made = self.row(**values), self._translated[1]
        assert made, "this question asks for columns, not for models"  # noqa: S101
        return None if row is None else made(row)


def _maker(compiler: Any) -> Callable[[tuple[Any, ...]], Any]:
    """As Django's ModelIterable does, with all that is the same for each row done before."""
    kind, columns = compiler.klass_info, compiler.select
    own = [columns[at][0].target.attname for at in kind["select_fields"]]
    places = itemgetter(*kind["select_fields"])
    populators = get_related_populators(kind, columns, connection.alias)  # type: ignore[call-arg]
    beside = tuple((compiler.annotation_col_map or {}).items())

    def made(row: tuple[Any, ...]) -> Any:
        model = kind["model"].from_db(connection.alias, own, places(row))
        for populator in populators:
            populator.populate(row, model)
        for name, at in beside:
            setattr(model, name, row[at])
        return model

    return made


class FixedUpdate:
    """A conditional UPDATE; `run` says how many rows it changed."""

    def __init__(self, build: "Callable[[], QuerySet[Any]]", **changes: Any) -> None:
        self._build, self._changes = build, changes

    @cached_property
    def _sql(self) -> Sql:
        query: Any = self._build().query.chain(UpdateQuery)
        query.add_update_values(self._changes)
        sql, values = query.get_compiler(connection=connection).as_sql()
        return sql, tuple(values)

    def run(self, **values: Any) -> int:
        with _asked(self._sql, values) as cursor:
            return int(cursor.rowcount)


def insertion(table: str, columns: tuple[str, ...]) -> str:
    """SQL for one new row, its values named as their columns; the database fills in the others."""
    places = ", ".join(f"%({column})s" for column in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608 - names of ours


class _Cursor(psycopg.Cursor[Any]):
    def execute(self, query: Any, params: Any = None, **options: Any) -> "_Cursor":
        # Of a prepared question Django's log knows no text.
        prepare = False if connection.queries_logged else None
        return super().execute(query, params, prepare=prepare, **options)


def ask(sql: str, values: "dict[str, Any] | list[Any]") -> Any:
    """A cursor that has asked. It binds on the server, which is what lets Postgres keep a plan.

    Raises OperationalError where a migration beside us changed a column that a kept plan gives: its
    transaction is lost, and whoever answers it renews the pool, plans and all.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors:
        cursor = connection._prepare_cursor(  # type: ignore[attr-defined]
            _Cursor(connection.connection)
        )
    try:
        cursor.execute(sql, values)
    except NotSupportedError as error:
        raise OperationalError("a plan of before the migration") from error
    return cursor


def _asked(question: Sql, values: dict[str, Any]) -> Any:
    sql, places = question
    return ask(sql, [_bound(place, values) for place in places])


def _bound(place: Any, values: dict[str, Any]) -> Any:
    return plain(values[place.name] if isinstance(place, Slot) else place)


def plain(value: Any) -> Any:
    """As Postgres knows it: our texts and numbers with names are texts and numbers."""
    return value.value if isinstance(value, Enum) else value
