"""Runs on a web server, with and without ranges, and in an S3 bucket: the same as on this machine, and read on by offset."""

import contextlib
import functools
import http.server
import os
import pickle
import re
import shutil
import threading
from pathlib import Path
from typing import ClassVar

import boto3
import fsspec
import numpy as np
import pytest
from moto.server import ThreadedMotoServer

import advisor
from advisor.errors import AdvisorError
from advisor.reading.runs import read
from advisor.reading.storage.remote import located
from advisor.reading.storage.remote_file import BLOCK, Blocks

SAMPLES = Path(__file__).parents[2] / "sample_runs"
KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": "us-east-1"}


class NoRanges(http.server.SimpleHTTPRequestHandler):
    """Python's own web server, which sends files from their start only."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass


class Ranges(NoRanges):
    """The same, answering a range as other servers do; `asked` holds every range."""

    asked: ClassVar[list] = []

    def do_GET(self):
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if wanted is None:
            super().do_GET()
            return
        first, last = map(int, wanted.groups())
        data = Path(self.translate_path(self.path)).read_bytes()
        self.asked.append((first, last))
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {first}-{last}/{len(data)}")
        self.send_header("Content-Length", str(len(data[first : last + 1])))
        self.end_headers()
        self.wfile.write(data[first : last + 1])


@contextlib.contextmanager
def serving(handler, folder):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two sample runs, one under a name that addresses must quote."""
    root = tmp_path_factory.mktemp("served")
    shutil.copytree(SAMPLES / "overfitting" / "runs", root / "runs" / "a")
    shutil.copytree(SAMPLES / "noisy" / "run1", root / "runs" / "b c")
    return root


@pytest.fixture(scope="module")
def ranges(folder):
    with serving(Ranges, folder) as address:
        yield address


@pytest.fixture(scope="module")
def plain(folder):
    with serving(NoRanges, folder) as address:
        yield address


@pytest.fixture(scope="module")
def bucket(folder):
    server = ThreadedMotoServer(port=0)
    server.start()
    host, port = server.get_host_and_port()
    saved = dict(os.environ)
    os.environ.update(KEYS, AWS_ENDPOINT_URL=f"http://{host}:{port}")
    client = boto3.client("s3")
    client.create_bucket(Bucket="training")
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        client.upload_file(str(file), "training", file.relative_to(folder).as_posix())
    yield "s3://training"
    os.environ.clear()
    os.environ.update(saved)
    server.stop()


@pytest.fixture(params=["ranges", "plain", "bucket"])
def place(request):
    return request.getfixturevalue(request.param)


def points(runs):
    return {run.name: {tag: (s.steps.tolist(), s.values.tolist()) for tag, s in run.scalars.items()} for run in runs}


def test_a_remote_folder_holds_the_same_runs(place, folder):
    here, there = read(folder / "runs"), read(f"{place}/runs")
    np.testing.assert_equal(points(there), points(here))
    assert [run.hparams for run in there] == [run.hparams for run in here]


def test_a_remote_run_is_diagnosed_the_same(place, folder):
    (there,), (here,) = advisor.diagnose(f"{place}/runs/a/"), advisor.diagnose(folder / "runs" / "a")
    assert [f.message for f in there.findings] == [f.message for f in here.findings]


def test_one_remote_file_can_be_named(place, folder):
    file = next((folder / "runs" / "a").glob("events*"))
    (run,) = read(f"{place}/runs/a/{file.name}")
    assert len(run.scalars) == len(read(file)[0].scalars)


def test_reading_goes_on_and_back_where_told(place, folder):
    file = next((folder / "runs" / "a").glob("events*"))
    data = file.read_bytes()
    with located(f"{place}/runs/a/{file.name}").open("rb") as remote:
        assert remote.seek(0, 2) == len(data)
        for start in (len(data) - 100, 50, 2000):
            remote.seek(start)
            assert remote.read(70) == data[start : start + 70]
        assert remote.read() == data[2070:]
        assert remote.read(1) == b""


def test_following_asks_for_the_new_bytes_only(ranges, folder):
    file = folder / "grown"
    file.write_bytes(bytes(BLOCK + 1000))
    Ranges.asked.clear()
    with located(f"{ranges}/grown").open("rb") as remote:
        remote.seek(BLOCK)
        assert len(remote.read(1000)) == 1000
    assert Ranges.asked == [(BLOCK, BLOCK + 999)]


def test_the_size_is_found_where_the_server_does_not_tell(plain, folder):
    file = next((folder / "runs" / "a").glob("events*"))
    place = located(f"{plain}/runs/a/{file.name}")
    blocks = Blocks(place.fs, place.key)
    blocks.ranged, blocks.size = False, None
    blocks._again()
    assert blocks.seek(0, 2) == file.stat().st_size
    blocks.seek(3)
    assert blocks.read(10) == file.read_bytes()[3:13]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("s3://training/none", "there is nothing at s3://training/none"),
        ("s3://nobody/none", "there is nothing at s3://nobody/none"),
        ("http://127.0.0.1:9/runs", "http://127.0.0.1:9/runs"),
        ("ftp://127.0.0.1:9/runs", "could not be reached"),
        ("zz://runs", "Known are s3://"),
    ],
)
def test_what_cannot_be_reached_is_one_sentence(bucket, address, said):
    with pytest.raises(AdvisorError, match=said):
        read(address)


def test_a_file_that_is_gone_when_it_is_read_stops_nothing(ranges, folder, monkeypatch):
    from advisor.reading.storage import remote

    shutil.copytree(folder / "runs", folder / "vanishing")
    gone = next((folder / "vanishing" / "a").glob("events*"))
    found = remote.Remote.walk

    def walk(self, passed_over):
        listed = list(found(self, passed_over))
        gone.unlink(missing_ok=True)
        return iter(listed)

    monkeypatch.setattr(remote.Remote, "walk", walk)
    reports = advisor.diagnose(f"{ranges}/vanishing")
    assert any(f"{gone.name} could not be read" in said for report in reports for said in (report.reason, *report.run.notes))


def test_paths_of_this_machine_stay_paths(tmp_path):
    assert located(str(tmp_path)) == tmp_path
    assert located(f"file://{tmp_path}") == tmp_path
    assert located("c:/runs") == Path("c:/runs")


def test_a_folder_travels_to_workers_with_what_is_known_of_its_own_files():
    fs = fsspec.filesystem("memory")
    for i in range(300):
        fs.pipe(f"/survey/{i}/metrics.csv", b"step,train_loss")
    folders = [folder for folder, names in located("memory://survey").walk(set()) if names]
    fs.rm("/survey", recursive=True)
    assert len(folders) == 300 and all((folder / "metrics.csv").is_file() for folder in folders)
    assert max(len(pickle.dumps(folder)) for folder in folders) < 1000
