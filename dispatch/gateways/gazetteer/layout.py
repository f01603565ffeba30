"""The index as one SQLite file: what its tables hold. Positions are integers of 1e-7 degree."""

import math
from typing import Final

FORMAT: Final = 1
CELL_DEG: Final = 0.005
"""Side of the cells that street lines are kept by, about 500 m."""
LONGEST_SEGMENT_DEG: Final = 0.002
"""Longer ones are cut, so that a cell holds little that is far away."""
_CELLS_AROUND: Final = round(360 / CELL_DEG)

TABLES: Final = """
create table about (key text primary key, value) without rowid;
create table place (
  id integer primary key, kind text not null, name text not null, town text not null,
  lon_e7 integer not null, lat_e7 integer not null
);
create table name (id integer primary key, place integer not null, text text not null, shown text not null);
create table gram (gram text primary key, names blob not null) without rowid;
create table crossing (
  one integer not null, other integer not null, nth integer not null,
  lon_e7 integer not null, lat_e7 integer not null, primary key (one, other, nth)
) without rowid;
create index crossing_of_other on crossing (other);
create table house (
  street integer not null, number text not null, nth integer not null,
  lon_e7 integer not null, lat_e7 integer not null, cell integer not null, primary key (street, number, nth)
) without rowid;
create index house_in_cell on house (cell);
create table line (cell integer primary key, segments blob not null);
"""
"""``name.id`` counts from 0 without gaps. ``gram.names`` are the ids of the names that hold three letters,
``line.segments`` rows of street, lon, lat, lon, lat: both little-endian int32, the latter deflated.
``about`` has ``format``, ``street_names`` (how many names are streets': these come first), and per name
``lengths`` (uint8, how many grams) and ``at`` (float32 lon, lat)."""


def cell_of(lon: float, lat: float) -> int:
    """The number of the cell that a position lies in."""
    return math.floor((lat + 90) / CELL_DEG) * _CELLS_AROUND + math.floor((lon + 180) / CELL_DEG)


def cells_around(lon: float, lat: float, reach_deg: float) -> list[int]:
    """The cells that a square around a position touches."""
    west, south = (math.floor((each - reach_deg) / CELL_DEG) for each in (lon + 180, lat + 90))
    east, north = (math.floor((each + reach_deg) / CELL_DEG) for each in (lon + 180, lat + 90))
    return [
        row * _CELLS_AROUND + column for row in range(south, north + 1) for column in range(west, east + 1)
    ]
