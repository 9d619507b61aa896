"""The one MetaData on which every table of the store stands.

Times are whole microseconds since 1970 (UTC), money whole minor units, ids UUIDv7 text, documents JSON text: the same
on SQLite and PostgreSQL, and comparable in both.
"""

from sqlalchemy import BigInteger, MetaData, Text
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Constraints carry names, so that a migration can alter them on either database."""


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {int: BigInteger(), str: Text()}  # noqa: RUF012  SQLAlchemy reads it from the class
