"""Marks that nothing may keep: how they would be spelled, and every place where one could lie."""

import base64
import gzip
import os
import re
import secrets
import subprocess
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, quote_from_bytes

from onetimeshare.engines.find import postgres_programs
from tests.faults.envelopes import b64
from tests.faults.rig import Rig

Mark = str | bytes
PACKED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")
MOST_BYTES = 4 * 1024**2
SEGMENT_BYTES = 16 * 1024**2
DUMP_SECONDS = 60


def canary() -> str:
    return f"canary{secrets.token_hex(12)}"


def spellings(mark: Mark) -> set[bytes]:
    """As it is, in an address, in hex, in base64 at each of its three offsets, in UTF-16, packed alone."""
    raw = mark.encode() if isinstance(mark, str) else mark
    said = {raw, raw.hex().encode(), raw.hex().upper().encode(), b64(raw).encode()}
    said.add(quote(mark).encode() if isinstance(mark, str) else quote_from_bytes(mark).encode())
    for skip in range(3):
        for encoded in (base64.b64encode(raw[skip:]), base64.urlsafe_b64encode(raw[skip:])):
            said.add(encoded[:-4])
    if isinstance(mark, str):
        said |= {mark.encode("utf-16-le"), mark.encode("utf-16-be")}
    # What packs says first how, and what follows the bytes is their sum.
    said |= {gzip.compress(raw)[10:-8], zlib.compress(raw)[2:-4]}
    return said


class Marks:
    """What no place may hold, by what it is."""

    def __init__(self) -> None:
        self._said: dict[bytes, str] = {}
        self.number = 0

    def add(self, what: str, *marks: Mark) -> None:
        for mark in marks:
            self.number += 1
            self._said |= dict.fromkeys(spellings(mark), what)

    def found(self, data: bytes) -> set[str]:
        """What of it is in *data*, or in what is packed there."""
        inside = b"\0".join([data, *unpacked(data)])
        return {what for said, what in self._said.items() if said in inside}


def unpacked(data: bytes) -> Iterator[bytes]:
    """gzip and zlib streams, wherever they begin and as far as they go."""
    for begin in PACKED.finditer(data):
        with suppress(zlib.error):
            opener = zlib.decompressobj(wbits=47)
            if (
                len(plain := opener.decompress(data[begin.start() : begin.start() + MOST_BYTES], MOST_BYTES))
                > 16
            ):
                yield plain


class Places:
    """Everything that a rig's processes and engines keep, from the moment when this was made."""

    def __init__(self, rig: Rig, *others: Path) -> None:
        self._rig, self._others = rig, others
        rig.sql("CHECKPOINT")
        self._began, self._wal = max_time(rig.pair.root), wal_end(rig)

    def all(self, *, is_whole: bool) -> Iterator[tuple[str, bytes]]:
        """(place, what lies there). is_whole: also of files that nobody touched since."""
        rig = self._rig
        rig.sql("CHECKPOINT")
        yield from self._redis()
        yield "pg_dump", dump(rig)
        yield from self._wal_since()
        for folder in (rig.folder, rig.seen_shares, *self._others):
            yield from files(folder)
        since = 0.0 if is_whole else self._began
        yield from files(rig.pair.root, since, but="" if is_whole else "pg_wal")
        for pid in rig.masters[0].worker_pids:
            yield from held_open(pid)

    def _wal_since(self) -> Iterator[tuple[str, bytes]]:
        (first, start), (last, stop) = self._wal, wal_end(self._rig)
        for path in sorted(next(self._rig.pair.root.rglob("pg_wal")).glob("0*")):
            if first <= path.name <= last:
                data = path.read_bytes()
                yield "WAL", data[start * (path.name == first) : stop if path.name == last else SEGMENT_BYTES]

    def _redis(self) -> Iterator[tuple[str, bytes]]:
        """Keys that live, and what is written when it saves; its log of changes is among the files."""
        with self._rig.redis() as line:
            line.config_set("rdbcompression", "no")
            for key in line.scan_iter():
                yield "a key of Redis", key + b" " + (line.dump(key) or b"")
            line.save()


def max_time(folder: Path) -> float:
    """The youngest file's time: what is written from now on is not older."""
    return max(path.stat().st_mtime for path in folder.rglob("*") if path.is_file())


def wal_end(rig: Rig) -> tuple[str, int]:
    """The file and the place in it where Postgres writes next."""
    [(name, at)] = rig.sql("SELECT * FROM pg_walfile_name_offset(pg_current_wal_insert_lsn())")
    return name, at


def dump(rig: Rig) -> bytes:
    """Of the rig's database, as a backup has it."""
    words = [postgres_programs(None) / "pg_dump", "--dbname", rig.database_url]
    return subprocess.run(words, stdout=subprocess.PIPE, check=True, timeout=DUMP_SECONDS).stdout


def files(folder: Path, since: float = 0, but: str = "") -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            if path.is_file() and path.stat().st_mtime >= since and (not but or but not in path.parts):
                yield str(path), path.read_bytes()


def held_open(pid: int) -> Iterator[tuple[str, bytes]]:
    """Files without a name that a process still has."""
    for path in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            if "(deleted)" in os.readlink(path) and path.is_file():
                yield f"a file without a name ({os.readlink(path)})", path.read_bytes()


def hits(marks: Marks, places: Iterable[tuple[str, bytes]]) -> tuple[list[tuple[str, str]], int]:
    """[(what, where)], and how many bytes were looked through."""
    found, looked = [], 0
    for place, data in places:
        looked += len(data)
        found += [(what, place) for what in sorted(marks.found(data))]
    return found, looked
