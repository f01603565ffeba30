"""Bodies that have broken services like ours: each must be refused, cheaply and with a reason."""

import math
from collections.abc import Mapping

JSON = "application/json"


def _ring(points: int) -> bytes:
    """A self-crossing ring of ``points`` points, about 20 bytes each."""
    spoke = 2 * math.pi * 0.381966
    text = ",".join(f"[{math.cos(i * spoke):.6f},{math.sin(i * spoke):.6f}]" for i in range(points))
    return b'{"type":"Polygon","coordinates":[[' + text.encode() + b"]]}"


def _in_incident(member: bytes) -> bytes:
    return (
        b'{"lon":0.1,"lat":0.1,"priority":"critical","nature":"fall",'
        b'"needs":[{"unit_type":"als_ambulance","count":1}],' + member + b"}"
    )


def hostile_bodies(*, ring_points: int = 400_000) -> Mapping[str, tuple[bytes, str]]:
    """Body and content type by name. ``ring_points`` 400,000 makes the 8 MB ring."""
    bodies = {
        "nan": b'{"lon":NaN,"lat":1}',
        "infinite by exponent": b'{"lon":1e999,"lat":1}',
        "minus infinity": b'{"lon":-Infinity,"lat":1}',
        "lone high surrogate": _in_incident(b'"note":"\\ud800"'),
        "lone low surrogate": _in_incident(b'"note":"\\udc00 tail"'),
        "surrogate in raw bytes": _in_incident(b'"note":"\xed\xa0\x80"'),
        "integer of 2^64": b'{"lon":18446744073709551616,"lat":1}',
        "integer of 5000 digits": b'{"lon":' + b"9" * 5_000 + b',"lat":1}',
        "objects 300 deep": b'{"a":' * 300 + b"1" + b"}" * 300,
        "objects 900 deep": b'{"a":' * 900 + b"1" + b"}" * 900,
        "arrays 100,000 deep": b"[" * 100_000 + b"]" * 100_000,
        "arrays opened only": b"[" * 200_000,
        "ring of nan": _in_incident(b'"area":{"type":"Polygon","coordinates":[[[NaN,NaN],[1,1],[2,2]]]}'),
        "ring of two points": _in_incident(b'"area":{"type":"Polygon","coordinates":[[[0,0],[1,1]]]}'),
        "unknown geometry": _in_incident(b'"area":{"type":"Blob","coordinates":[]}'),
        "self-crossing ring": _ring(ring_points),
        "self-crossing ring within the cap": _ring(10_000),
        "huge string": _in_incident(b'"note":"' + b"x" * 300_000 + b'"'),
        "long string": _in_incident(b'"note":"' + b"x" * 5_000 + b'"'),
        "duplicated key": b'{"lon":0.1,"lat":0.1,"lon":0.2}',
        "duplicated key by escape": b'{"lon":0.1,"\\u006con":0.2,"lat":0.1}',
        "60,000 unknown keys": b"{" + b",".join(b'"%d":1' % i for i in range(25_000)) + b"}",
        "invalid utf-8": _in_incident(b'"note":"\xff\xfe"'),
        "empty": b"",
        "truncated": b'{"lon":0.1,"lat":',
        "unterminated string": b'{"nature":"' + b'\\"' * 100_000,
        "trailing text": b'{"lon":0.1,"lat":0.1} {"lon":1}',
        "byte order mark": b'\xef\xbb\xbf{"lon":0.1,"lat":0.1}',
        "nul byte": _in_incident(b'"note":"a\x00b"'),
        "nul escape": _in_incident(b'"note":"a\\u0000b"'),
        "control character": _in_incident(b'"address":"a\\u001b[2Jb"'),
        "unknown member": _in_incident(b'"version":7'),
        "null": b"null",
        "a number": b"7",
        "a list": b"[]",
        "out of the globe": b'{"lon":181,"lat":91}',
        "text for numbers": b'{"lon":"0.1","lat":"0.1"}',
        "booleans for numbers": b'{"lon":true,"lat":false}',
    }
    wrong_types = {
        "form": (b"lon=1&lat=2", "application/x-www-form-urlencoded"),
        "multipart": (b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x"),
        "xml": (b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "application/xml"),
        "plain text": (b'{"lon":0.1,"lat":0.1}', "text/plain"),
        "utf-16": ('{"lon":0.1}'.encode("utf-16"), "application/json; charset=utf-16"),
        "no content type": (b'{"lon":0.1,"lat":0.1}', ""),
    }
    return {name: (body, JSON) for name, body in bodies.items()} | wrong_types
