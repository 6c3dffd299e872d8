"""Web servers and buckets that never end to answer, each in its own way: what is read of them is bounded, and told in one sentence."""

import contextlib
import http.server
import json
import re
import resource
import threading
import time

import pytest
import s3fs

import advisor
from advisor.errors import AdvisorError
from advisor.reading.storage import remote_file, remote_listing, web_answers

ROWS = "".join(f"{k},{2 / (1 + k)}\n" for k in range(60))
TABLE = f"step,train_loss\n{ROWS}".encode()


KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": "us-east-1"}
PAGE = (
    "<ListBucketResult><Name>b</Name><KeyCount>{n}</KeyCount><IsTruncated>true</IsTruncated>"
    "<NextContinuationToken>{t}</NextContinuationToken>{keys}</ListBucketResult>"
)
KEY = "<Contents><Key>runs/{t}/{i}.csv</Key><LastModified>2024-01-01T00:00:00.000Z</LastModified><Size>9</Size></Contents>"


class EndlessBucket(http.server.BaseHTTPRequestHandler):
    """As S3 answers, with one more page each time; of a `slow` one the pages after the first are empty."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.send_response(404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self):
        page = int(re.search("continuation-token=(\\d+)|$", self.path)[1] or 0) + 1
        empty = page > 1 and "/slow" in self.path
        time.sleep(0.2 * empty)
        keys = "".join(KEY.format(t=page, i=i) for i in range(0 if empty else 100))
        body = PAGE.format(n=len(keys), t=page, keys=keys).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class EndlessGoogleBucket(http.server.BaseHTTPRequestHandler):
    """The same as Google's storage answers."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        lists = "/o?" in self.path
        page = int(re.search("pageToken=(\\d+)|$", self.path)[1] or 0) + 1
        empty = page > 1 and "/slow" in self.path
        time.sleep(0.2 * empty)
        names = [f"runs/{page}/{i}.csv" for i in range(0 if empty else 100)]
        items = [{"kind": "storage#object", "name": name, "bucket": "b", "size": "9", "updated": "2024-01-01T00:00:00Z"} for name in names]
        body = json.dumps({"kind": "storage#objects", "items": items, "nextPageToken": str(page)} if lists else {}).encode()
        self.send_response(200 if lists else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Endless(http.server.BaseHTTPRequestHandler):
    """A server whose first folder says in its name what does not end."""

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self._begin()

    def do_GET(self):
        what = self.path.split("/")[1]
        is_file = self.path.endswith(".csv")
        self._begin()
        with contextlib.suppress(OSError):
            if what == "folders":
                self.wfile.write(b"".join(b'<a href="%d/">x</a>' % i for i in range(3)))
            elif not is_file:
                self.wfile.write(b'<a href="metrics.csv">x</a>' + (b"<p>" if what == "page" else b""))
                self._go_on(what, {"page": b"x" * 65536, "pages": b" "})
            else:
                self.wfile.write(TABLE)
                self._go_on(what, {"file": b"60,1.0\n" * 9000, "drops": b"\n"})

    def _go_on(self, what, pieces):
        while what in pieces:
            self.wfile.write(pieces[what])
            if len(pieces[what]) == 1:
                time.sleep(0.2)

    def _begin(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/csv" if self.path.endswith(".csv") else "text/html")
        self.end_headers()


@contextlib.contextmanager
def serving(handler):
    """The address of a server of its own."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        server.block_on_close = False


@pytest.fixture
def address(monkeypatch):
    """Where the server is; bounds are a hundredth of what they are, for the sake of time."""
    monkeypatch.setattr(remote_listing, "MOST_FOLDERS", 50)
    monkeypatch.setattr(remote_file, "MOST", 4 << 20)
    monkeypatch.setattr(web_answers, "MOST", 1 << 20)
    monkeypatch.setattr(web_answers, "LONGEST", 3)
    web_answers.bounds.cache_clear()
    with serving(Endless) as served:
        yield served
    web_answers.bounds.cache_clear()


@pytest.mark.parametrize(
    "what, said",
    [
        ("folders", "holds more than can be listed in 50 folders"),
        ("page", "it sends more than 1 MiB at once"),
        ("pages", "seconds to answer"),
        ("file", "which is as much as is read from afar"),
        ("drops", "seconds to answer"),
    ],
)
def test_a_server_that_never_ends_is_left_in_time(address, what, said):
    began, held = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(AdvisorError) as told:
        advisor.read(f"{address}/{what}/runs")
    assert said in str(told.value) and "fault" not in str(told.value) and "\n" not in str(told.value)
    assert time.monotonic() - began < 60
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held < 200 << 10  # KiB


@pytest.mark.parametrize("bucket, files, seconds", [("quick", 1000, 300), ("slow", 1000, 2)])
def test_a_bucket_that_never_ends_is_left_in_time(monkeypatch, bucket, files, seconds):
    monkeypatch.setattr(remote_listing, "MOST_FILES", files)
    monkeypatch.setattr(remote_listing, "LONGEST", seconds)
    with serving(EndlessBucket) as served:
        for name, value in {**KEYS, "AWS_ENDPOINT_URL": served}.items():
            monkeypatch.setenv(name, value)
        s3fs.S3FileSystem.clear_instance_cache()  # one talks to the address that it found where it was made
        began = time.monotonic()
        with pytest.raises(AdvisorError, match=f"holds more than can be listed in 1,000 files or {seconds} seconds: name a folder below"):
            advisor.read(f"s3://{bucket}/runs")
    s3fs.S3FileSystem.clear_instance_cache()
    assert time.monotonic() - began < 60


@pytest.mark.parametrize("bucket, files, seconds", [("quick", 1000, 300), ("slow", 1000, 2)])
def test_a_google_bucket_that_never_ends_is_left_in_time(monkeypatch, bucket, files, seconds):
    gcsfs = pytest.importorskip("gcsfs")
    monkeypatch.setattr(remote_listing, "MOST_FILES", files)
    monkeypatch.setattr(remote_listing, "LONGEST", seconds)
    with serving(EndlessGoogleBucket) as served:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", served)
        gcsfs.GCSFileSystem.clear_instance_cache()
        began = time.monotonic()
        with pytest.raises(AdvisorError, match=f"holds more than can be listed in 1,000 files or {seconds} seconds: name a folder below"):
            advisor.read(f"gs://{bucket}/runs")
    gcsfs.GCSFileSystem.clear_instance_cache()
    assert time.monotonic() - began < 60
