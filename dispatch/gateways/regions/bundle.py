"""A region bundle on disk: written whole or not at all, read with every file's hash checked."""

import hashlib
import io
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np

from dispatch.gateways.regions.boundaries import read_boundaries
from dispatch.gateways.regions.geojson import read_bytes, read_json
from dispatch.gateways.regions.places import read_calls, read_hospitals, read_stations, read_units
from dispatch.model.clock import parse_iso
from dispatch.model.errors import RegionInvalid
from dispatch.model.geo import Point
from dispatch.model.region import Region
from dispatch.routing.graph import RoadGraph

FORMAT: Final = 1
HEADER: Final = "region.json"
ROADS: Final = "roads.npz"
BASEMAP: Final = "basemap.pmtiles"
JURISDICTIONS: Final = "jurisdictions.geojson"
HOSPITALS: Final = "hospitals.geojson"
STATIONS: Final = "stations.geojson"
UNITS: Final = "units.csv"
CALLS: Final = "calls.json"
GAZETTEER: Final = "gazetteer.sqlite3"
REPORT: Final = "boundary_report.json"
AGREEMENTS: Final = "agreements/"


@dataclass(frozen=True, slots=True)
class _Header:
    """``region.json`` of one bundle: its folder, its fields, and the hash of each of its files."""

    folder: Path
    fields: Mapping[str, object]
    files: Mapping[str, str]

    def verified(self, name: str) -> Path:
        """A listed file whose content has the listed hash. Raises ``RegionInvalid`` otherwise."""
        path = self.folder / name
        if name not in self.files:
            raise RegionInvalid(str(path), "is not listed in region.json")
        if hashlib.sha256(read_bytes(path)).hexdigest() != self.files[name]:
            raise RegionInvalid(str(path), "differs from its hash in region.json: build the region again")
        return path


def load_region(folder: Path) -> Region:
    """The region of a bundle. Raises ``RegionInvalid``, naming the file that is missing or broken."""
    header = _read_header(folder)
    for name in header.files:
        header.verified(name)
    fields = header.fields
    jurisdictions = read_boundaries(folder / JURISDICTIONS).jurisdictions
    hospitals = read_hospitals(folder / HOSPITALS)[0] if HOSPITALS in header.files else ()
    stations = read_stations(folder / STATIONS, jurisdictions)[0] if STATIONS in header.files else ()
    units = read_units(folder / UNITS, jurisdictions, stations) if UNITS in header.files else ()
    try:
        return Region(
            name=str(fields["name"]),
            fictional=bool(fields["fictional"]),
            sample_fleet=bool(fields["sample_fleet"]),
            attribution=_texts(fields["attribution"]),
            time_zone=str(fields["time_zone"]),
            centre=_centre(fields["centre"]),
            bbox=_bbox(fields["bbox"]),
            roads_as_of=_moment(fields["roads_as_of"]),
            notes=_texts(fields["notes"]),
            jurisdictions={each.id: each for each in jurisdictions},
            stations={each.id: each for each in stations},
            hospitals={each.id: each for each in hospitals},
            units={each.id: each for each in units},
            digest=digest_of(header.files),
            calls=read_calls(folder / CALLS) if CALLS in header.files else {},
        )
    except (KeyError, TypeError, ValueError) as wrong:
        raise RegionInvalid(str(folder / HEADER), f"lacks or breaks a field ({wrong})") from wrong


def load_roads(folder: Path) -> RoadGraph:
    """The road graph of a bundle. Raises ``RegionInvalid`` when it is missing or broken."""
    path = _read_header(folder).verified(ROADS)
    try:
        with np.load(path, allow_pickle=False) as columns:
            return RoadGraph.from_columns({name: columns[name] for name in columns.files})
    except (KeyError, ValueError, OSError, zipfile.BadZipFile) as broken:
        raise RegionInvalid(str(path), f"is not a road graph of this version ({broken})") from broken


def find_gazetteer(folder: Path) -> Path | None:
    """The index of names of a bundle; None in one that was built without. Raises ``RegionInvalid``."""
    header = _read_header(folder)
    return header.verified(GAZETTEER) if GAZETTEER in header.files else None


def list_agreement_texts(folder: Path) -> list[tuple[str, str]]:
    """File name and exact text of each agreement of a bundle, by name. Raises ``RegionInvalid``."""
    header = _read_header(folder)
    names = sorted(name for name in header.files if name.startswith(AGREEMENTS))
    try:
        return [(Path(name).name, header.verified(name).read_text(encoding="utf-8")) for name in names]
    except UnicodeDecodeError as broken:
        raise RegionInvalid(
            str(folder / AGREEMENTS), f"holds a text that is not UTF-8 ({broken})"
        ) from broken


def write_bundle(folder: Path, fields: Mapping[str, object], files: Mapping[str, bytes | Path]) -> str:
    """Put a bundle in place of ``folder`` in one step and answer its digest.

    ``files`` are contents, or files to move in. An existing bundle is replaced; anything else that
    is in the way raises ``RegionInvalid``.
    """
    folder = folder.absolute()
    if folder.exists() and not (folder / HEADER).is_file() and not _is_empty_folder(folder):
        raise RegionInvalid(str(folder), "exists and is no region bundle: it will not be overwritten")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
        draft, before = Path(scratch) / "new", Path(scratch) / "old"
        hashes = {name: _put(draft / name, files[name]) for name in sorted(files)}
        header = {"format": FORMAT, **fields, "files": hashes}
        _put(draft / HEADER, json.dumps(header, indent=1, ensure_ascii=False).encode())
        if folder.exists():
            folder.rename(before)
        draft.rename(folder)
    return digest_of(hashes)


def digest_of(files: Mapping[str, str]) -> str:
    """SHA-256, hex, over the sorted lines "name sha256"."""
    lines = "".join(f"{name} {files[name]}\n" for name in sorted(files))
    return hashlib.sha256(lines.encode()).hexdigest()


def roads_bytes(graph: RoadGraph) -> bytes:
    """The content of ``roads.npz``."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **graph.columns())
    return buffer.getvalue()


def _read_header(folder: Path) -> _Header:
    path = folder / HEADER
    fields = read_json(path)
    files = fields.get("files")
    if fields.get("format") != FORMAT or not isinstance(files, dict):
        raise RegionInvalid(str(path), f"is not a region bundle of format {FORMAT}")
    names = {str(name): str(sha256) for name, sha256 in files.items()}
    if any(Path(name).is_absolute() or ".." in Path(name).parts for name in names):
        raise RegionInvalid(str(path), "lists a file outside the bundle")
    return _Header(folder=folder, fields=fields, files=names)


def _put(path: Path, content: bytes | Path) -> str:
    """Write or move a file in and answer its hash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, Path):
        shutil.move(content, path)
    else:
        path.write_bytes(content)
    with path.open("rb") as written:
        os.fsync(written.fileno())
        return hashlib.file_digest(written, "sha256").hexdigest()


def _is_empty_folder(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(f"a list of texts is needed, not {value!r}")
    return tuple(str(each) for each in value)


def _numbers(value: object, count: int) -> list[float]:
    if not isinstance(value, list) or len(value) != count:
        raise TypeError(f"a list of {count} numbers is needed, not {value!r}")
    return [float(each) for each in value]


def _centre(value: object) -> Point:
    lon, lat = _numbers(value, 2)
    return Point(lon=lon, lat=lat)


def _bbox(value: object) -> tuple[float, float, float, float]:
    west, south, east, north = _numbers(value, 4)
    return west, south, east, north


def _moment(value: object) -> datetime | None:
    return None if value is None else parse_iso(str(value))
