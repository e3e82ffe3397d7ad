"""A large file through `curl`: memory stays flat, and no plain byte touches a disk while it flows."""

import os
import shutil
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.faults.test_curl import curl, left, paste, sha256
from tests.faults.twins import assert_red

MIB = 1024**2
MARK = os.urandom(32)
RISE_BYTES = 32 * MIB
LOOK_SECONDS = 0.05


def plain_file(folder, mib):
    """So many MiB in which the same 32 bytes are repeated."""
    path = folder / "logs.bin"
    with path.open("wb") as file:
        for _ in range(mib):
            file.write(MARK * (MIB // len(MARK)))
    return path


def processes_of(rig):
    return [pid for master in rig.masters for pid in (master.pid, *master.worker_pids)]


def memory_of(pids):
    """What these processes alone hold, in bytes; shared pages count by their share."""
    total = 0
    for pid in pids:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        total += sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) * 1024
    return total


def plain_bytes_in(pids, *folders):
    """Files that hold the mark: in these folders, or open in these processes, unlinked ones too."""
    open_files = [path for pid in pids for path in Path(f"/proc/{pid}/fd").iterdir()]
    lying = [path for folder in folders for path in folder.rglob("*")]
    return [str(path) for path in (*lying, *open_files) if _is_file(path) and _holds_mark(path)]


def _is_file(path):
    with suppress(OSError):
        return path.is_file()
    return False


def _holds_mark(path):
    """Its first, last and some other MiB; the mark would be everywhere."""
    with suppress(OSError), path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        for at in {0, max(0, size - MIB), *range(0, size, 16 * MIB)}:
            file.seek(at)
            if MARK in file.read(MIB):
                return True
    return False


class Watch:
    """Looks again and again, until told to stop, at memory and at every file a process could write."""

    def __init__(self, rig, temporary):
        self.pids = processes_of(rig)
        self.folders = (rig.folder, temporary)
        self.start_bytes = self.peak_bytes = memory_of(self.pids)
        self.found: set[str] = set()
        self.looks = 0

    def look(self):
        self.peak_bytes = max(self.peak_bytes, memory_of(self.pids))
        self.found.update(plain_bytes_in(self.pids, *self.folders))
        self.looks += 1

    @contextmanager
    def watching(self):
        done = threading.Event()
        thread = threading.Thread(target=self._until, args=(done,))
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def _until(self, done):
        while not done.is_set():
            self.look()
            time.sleep(LOOK_SECONDS)


def flows_through(rig, temporary, tmp_path, *, mib, way):
    """Up by PUT or form and down by the printed line, watched all the time."""
    desk, inbox = tmp_path / "desk", tmp_path / "inbox"
    for folder in (desk, inbox):
        folder.mkdir()
    plain = plain_file(desk, mib)
    url = f"{rig.masters[0].url}/"
    warm_up(rig, desk, inbox)
    asked = ["-T", plain.name, url] if way == "put" else ["-F", f"file=@{plain.name}", url]
    watch = Watch(rig, temporary)

    with watch.watching():
        printed = left(curl(desk, "--limit-rate", f"{max(40, mib // 8)}M", *asked))
        opened = paste(inbox, printed.open_line)
    watch.look()

    assert opened.returncode == 0, opened.stderr
    assert sha256((inbox / plain.name).read_bytes()) == sha256(plain.read_bytes())
    assert watch.looks >= 10, "nobody looked"
    assert plain_bytes_in([], rig.pair.root) == []
    assert _holds_mark(plain), "the search is blind"
    assert watch.found == set()
    rise = watch.peak_bytes - watch.start_bytes
    assert rise <= RISE_BYTES, f"{rise / MIB:.0f} MiB more"


def warm_up(rig, desk, inbox):
    """What the first request imports is no growth of a stream."""
    (desk / "small.bin").write_bytes(os.urandom(3 * MIB))
    for master in rig.masters:
        for n in range(4):
            printed = left(curl(desk, "-T", "small.bin", f"{master.url}/{n}.bin"))
            assert paste(inbox, printed.open_line).returncode == 0


@pytest.fixture
def temporary():
    """The server's own folder for temporary files."""
    folder = Path(tempfile.mkdtemp(prefix="onetimeshare-temporary-"))
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.promise("R7")
@pytest.mark.parametrize("way", ["put", "form"])
def test_sixty_four_mebibytes_flow_through_flat_and_sealed(make_rig, temporary, tmp_path, way):
    rig = make_rig(masters=1, workers=2, environ={"TMPDIR": str(temporary)})

    flows_through(rig, temporary, tmp_path, mib=64, way=way)


@pytest.mark.promise("R7")
@pytest.mark.full
@pytest.mark.parametrize("way", ["put", "form"])
def test_a_gibibyte_flows_through_flat_and_sealed(make_rig, temporary, tmp_path, way, figure):
    rig = make_rig(masters=1, workers=2, environ={"TMPDIR": str(temporary)})

    flows_through(rig, temporary, tmp_path, mib=1024, way=way)

    figure("R7", f"1 GiB up and down by {way}: the processes grew by at most {RISE_BYTES // MIB} MiB")


@pytest.mark.twin("R7")
@pytest.mark.parametrize(
    "twin", ["plaintext_on_disk", pytest.param("hoards_what_it_seals", marks=pytest.mark.full)]
)
def test_a_stream_that_is_kept_somewhere_is_noticed(make_rig, temporary, tmp_path, twin):
    rig = make_rig(masters=1, twin=twin, environ={"TMPDIR": str(temporary)})

    said = assert_red(rig, lambda rig: flows_through(rig, temporary, tmp_path, mib=64, way="put"))

    assert ("MiB more" in said) == (twin == "hoards_what_it_seals")
