"""What others would write to find the nearest units that an agreement lets come: they answer less.

None of them judges a clause, counts a reserve or gives a reason: an agreement in force is enough, and the
crow's way decides. All read the same picture while positions come in.
"""

import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import numpy as np
import psycopg
from scipy.spatial import cKDTree

from dispatch.agreements.pairs import Pairs
from dispatch.aid.search import crow_m_of
from dispatch.live.picture import STATUS_CODE, TYPE_CODE, Picture, has_code
from dispatch.model.incident import Incident
from dispatch.model.unit import FREE, SATISFIED_BY
from dispatch.routing.travel import FloatArray, IntArray
from dispatch.services.world import World

NEAREST = 20
BINARIES = Path("/usr/lib/postgresql/15/bin")


class Peers:
    """The ways in this process."""

    def __init__(self, world: World, *, now: datetime) -> None:
        self.picture: Picture = world.picture
        pairs: Pairs = world.book.pairs
        index = {home: n for n, home in enumerate(self.picture.jurisdictions)}
        self.lends = {
            borrower: np.array(
                [
                    index[lender]
                    for lender in pairs.list_lenders(borrower)
                    if pairs.list_in_force(lender=lender, borrower=borrower, now=now)
                ],
                dtype=np.int64,
            )
            for borrower in index
        }
        self.rebuild()

    def rebuild(self) -> float:
        """Put the tree up again with the positions of now; answers the milliseconds."""
        began = time.perf_counter()
        count = len(self.picture)
        self.tree = cKDTree(on_sphere(self.picture.lon[:count], self.picture.lat[:count]))
        return (time.perf_counter() - began) * 1000

    def may_come(self, incident: Incident, rows: IntArray | slice) -> np.ndarray:
        """Free, of a fitting type, and of a lender in force."""
        picture = self.picture
        lends = np.zeros(len(picture.jurisdictions), dtype=np.bool_)
        lends[self.lends[incident.jurisdiction_id]] = True
        fitting = [TYPE_CODE[each] for each in SATISFIED_BY[incident.needs[0].unit_type]]
        free = has_code(picture.status[rows], [STATUS_CODE[each] for each in FREE])
        found: np.ndarray = free & has_code(picture.unit_type[rows], fitting) & lends[picture.home[rows]]
        return found

    def numpy_mask(self, incident: Incident) -> IntArray:
        """All rows masked, then the crow's way of the rest."""
        picture = self.picture
        rows = np.flatnonzero(self.may_come(incident, slice(0, len(picture))))
        metres = crow_m_of(picture.lon[rows], picture.lat[rows], incident.position)
        return rows[np.argsort(metres)[:NEAREST]]

    def kd_tree_and_filter(self, incident: Incident) -> IntArray:
        """The tree's nearest, as many as it takes until twenty may come; the tree is as of its rebuild."""
        fetch, place = 4 * NEAREST, self._place(incident)
        while True:
            fetch = min(fetch, self.tree.n)
            near = np.asarray(self.tree.query(place, k=fetch)[1], dtype=np.int64)
            found = near[self.may_come(incident, near)]
            if len(found) >= NEAREST or fetch == self.tree.n or fetch > 8192:
                return found[:NEAREST]
            fetch *= 4

    def kd_tree(self, incident: Incident) -> IntArray:
        """The nearest twenty whoever they are: what the crow alone would say."""
        return np.asarray(self.tree.query(self._place(incident), k=NEAREST)[1], dtype=np.int64)

    def _place(self, incident: Incident) -> FloatArray:
        where = incident.position
        place: FloatArray = on_sphere(np.array([where.lon]), np.array([where.lat]))[0]
        return place


class PostGis:
    """Nearest neighbours by geography with a join on agreements, in a server of its own."""

    def __init__(self, port: int, peers: Peers) -> None:
        self._asks = psycopg.connect(_address(port), autocommit=True)
        self._tells = psycopg.connect(_address(port), autocommit=True)
        self._peers = peers
        self._load()

    def nearest(self, incident: Incident) -> list[int]:
        """The same question as the mask answers."""
        fitting = [TYPE_CODE[each] for each in SATISFIED_BY[incident.needs[0].unit_type]]
        borrower = self._peers.picture.jurisdictions.index(incident.jurisdiction_id)
        return [row[0] for row in self._asks.execute(
            "SELECT u.id FROM units u JOIN lends l ON l.lender = u.home AND l.borrower = %s "
            "WHERE u.free AND u.kind = ANY(%s) "
            "ORDER BY u.place <-> ST_SetSRID(ST_MakePoint(%s, %s), 4326)::geography LIMIT 20",
            (borrower, fitting, incident.position.lon, incident.position.lat), prepare=True,
        )]  # fmt: skip

    def move(self, rows: Sequence[int]) -> None:
        """Tell it of positions that changed, in one statement."""
        picture, at = self._peers.picture, np.array(rows)
        self._tells.execute(
            "UPDATE units u SET place = ST_SetSRID(ST_MakePoint(v.lon, v.lat), 4326)::geography "
            "FROM unnest(%s::int[], %s::float8[], %s::float8[]) AS v(id, lon, lat) WHERE u.id = v.id",
            (list(rows), picture.lon[at].tolist(), picture.lat[at].tolist()),
            prepare=True,
        )

    def close(self) -> None:
        """Hang up."""
        self._asks.close()
        self._tells.close()

    def _load(self) -> None:
        picture, run = self._peers.picture, self._asks.execute
        run("CREATE EXTENSION IF NOT EXISTS postgis")
        run("DROP TABLE IF EXISTS units, lends")
        run(
            "CREATE TABLE units "
            "(id int PRIMARY KEY, home int, kind int, free bool, place geography(point, 4326))"
        )
        run("CREATE TABLE lends (borrower int, lender int, PRIMARY KEY (borrower, lender))")
        free = has_code(picture.status, [STATUS_CODE[each] for each in FREE])
        with self._asks.cursor() as cursor:
            with cursor.copy("COPY units FROM STDIN") as copy:
                for row in range(len(picture)):
                    place = f"SRID=4326;POINT({picture.lon[row]} {picture.lat[row]})"
                    kind, home = int(picture.unit_type[row]), int(picture.home[row])
                    copy.write_row((row, home, kind, bool(free[row]), place))
            with cursor.copy("COPY lends FROM STDIN") as copy:
                for borrower, lenders in self._peers.lends.items():
                    for lender in lenders.tolist():
                        copy.write_row((picture.jurisdictions.index(borrower), lender))
        run("CREATE INDEX ON units USING gist (place)")
        run("VACUUM ANALYZE units")
        run("ANALYZE lends")


@contextmanager
def postgis_server(folder: Path, port: int) -> Iterator[int]:
    """A server on a loopback port with a folder of its own. Needs root and Debian's packages."""

    def run(program: str, arguments: str) -> None:
        command = f"{BINARIES / program} -D {folder / 'data'} {arguments}"
        subprocess.run(["su", "postgres", "-c", command], check=True, capture_output=True, cwd="/")

    folder.mkdir(parents=True)
    subprocess.run(["chown", "postgres", str(folder)], check=True)
    settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c shared_buffers=512MB"
    run("initdb", "-A trust")
    run("pg_ctl", f'-w -o "{settings} -c synchronous_commit=off" -l {folder / "log"} start')
    try:
        yield port
    finally:
        run("pg_ctl", "-m immediate stop")


def _address(port: int) -> str:
    return f"host=127.0.0.1 port={port} user=postgres dbname=postgres"


def on_sphere(lon: FloatArray, lat: FloatArray) -> FloatArray:
    """Degrees as points on the unit sphere, shape (n, 3)."""
    east, north = np.radians(lon), np.radians(lat)
    return np.column_stack((np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)))
