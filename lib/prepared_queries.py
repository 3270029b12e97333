"""Statements that the ORM writes once, for what every page asks.

Django builds and compiles a statement each time: for a dozen subqueries that takes ten times as long as the database
needs to answer them.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection, models

# Stands for the argument while the ORM writes the statement; no table has a row with this id.
PLACE = -7_297_352_569


class PreparedQuery:
    """The rows of ``build(argument)``, which is called once for each kind of database.

    ``build`` takes a number, such as the id of a shop, which may only be compared with a column, and returns a query of
    ``values()`` that depends on nothing else: neither on the time nor on the language.
    """

    def __init__(self, build: "Callable[[int], models.QuerySet[Any, Any]]") -> None:
        self.build = build
        self._written: dict[str, _Written] = {}

    def rows(self, argument: int) -> list[dict[str, Any]]:
        written = self._written.get(connection.vendor)
        if written is None:
            written = self._written[connection.vendor] = _Written(self.build(PLACE))
        return list(written.rows(argument))


class _Written:
    def __init__(self, queryset: "models.QuerySet[Any, Any]") -> None:
        compiler = queryset.query.get_compiler(connection=connection)
        self.sql, self.parameters = compiler.as_sql()
        if PLACE not in self.parameters:
            raise ValueError("The query does not depend on its argument.")
        columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
        self.converters = compiler.get_converters(columns)
        self.names = list(queryset.query.selected or ())

    def rows(self, argument: int) -> Iterator[dict[str, Any]]:
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [argument if value == PLACE else value for value in self.parameters])
            for found in cursor.fetchall():
                row = list(found)
                for index, (converters, expression) in self.converters.items():
                    for converter in converters:
                        row[index] = converter(row[index], expression, connection)
                yield dict(zip(self.names, row, strict=True))
