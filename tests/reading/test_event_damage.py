"""Event files as they should not be: damage loses only itself and is told."""

import io
import os
import socket
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorboard.compat.proto.event_pb2 import Event
from typer.testing import CliRunner

import advisor
from advisor.commands.cli import app
from advisor.reading.formats import event_file
from advisor.reading.tfevents import crc32c
from advisor.reading.tfevents.frames import FOOT, HEAD, headers_from
from advisor.reading.tfevents.tfrecord import windows
from tests.reading.event_files import NAME, event, packed, written

N = 1000
DATA, STARTS = packed([event(i, "loss", i) for i in range(N)])
MIDDLE = STARTS[501]  # of the record of step 500
DAMAGES = {
    "torn tail": (DATA[:-9], N - 1, "the last record was cut at byte"),
    "zero tail": (DATA + bytes(4096), N, f"4096 bytes at offset {len(DATA)} "),
    "zeros in the middle": (DATA[:MIDDLE] + bytes(512) + DATA[MIDDLE + 512 :], N - 14, f"at offset {MIDDLE} "),
    "zeros in the middle of a record": (DATA[: MIDDLE + 20] + bytes(512) + DATA[MIDDLE + 532 :], N - 14, f"at offset {MIDDLE} "),
    "a bit flipped in a length": (DATA[:MIDDLE] + bytes([DATA[MIDDLE] ^ 64]) + DATA[MIDDLE + 1 :], N - 1, f"at offset {MIDDLE} "),
    "a high bit flipped in a length": (DATA[: MIDDLE + 7] + b"\x40" + DATA[MIDDLE + 8 :], N - 1, f"at offset {MIDDLE} "),
    "bytes cut out": (DATA[: MIDDLE + 5] + DATA[MIDDLE + 105 :], N - 4, f"at offset {MIDDLE} "),
    "bytes cut out near the end": (DATA[: STARTS[-3] + 20] + DATA[STARTS[-3] + 60 :], N - 3, f"at offset {STARTS[-3]} "),
    "bytes put in": (DATA[:MIDDLE] + b"junk" * 25 + DATA[MIDDLE:], N, f"100 bytes at offset {MIDDLE} "),
    "a payload of garbage": (DATA[: MIDDLE + 12] + b"\xff" * 20 + DATA[MIDDLE + 32 :], N - 1, f"at offset {MIDDLE} "),
    "two places": (DATA[:MIDDLE] + bytes(20) + DATA[MIDDLE + 20 : STARTS[800]] + b"x" + DATA[STARTS[800] :], N - 1, "1 bytes at offset"),
}


@pytest.mark.parametrize("block", [1 << 10, 8 << 20])
@pytest.mark.parametrize("data, least, said", DAMAGES.values(), ids=DAMAGES)
def test_damage_loses_only_itself_and_is_told(tmp_path, monkeypatch, data, least, said, block):
    monkeypatch.setattr("advisor.reading.tfevents.tfrecord.BLOCK", block)
    log = event_file.read(written(tmp_path, data))
    curve = log.scalars["loss"]
    assert least <= len(curve) <= N and (curve.steps == curve.values).all()
    assert any(said in sentence for sentence in log.lost) and all(sentence.startswith(NAME) for sentence in log.lost)


@pytest.mark.parametrize(
    "data, said", [(b"", "is empty"), (b"no event file at all, but some text", "no whole record"), (bytes(99), "no whole record")]
)
def test_a_file_without_any_record(tmp_path, data, said):
    log = event_file.read(written(tmp_path, data))
    assert not log.scalars and len(log.lost) == 1 and said in log.lost[0]


def test_many_places_are_summed_up(tmp_path):
    data = b"x".join(DATA[a:b] for a, b in pairwise([*STARTS, len(DATA)]))
    log = event_file.read(written(tmp_path, data))
    assert len(log.scalars["loss"]) == N and len(log.lost) == 11 and "990 more places" in log.lost[-1]


def test_a_sparse_file_is_soon_read(tmp_path):
    path = written(tmp_path, DATA)
    os.truncate(path, 1 << 28)
    log = event_file.read(path)
    assert len(log.scalars["loss"]) == N and f"{(1 << 28) - len(DATA)} bytes" in log.lost[0]


def test_a_huge_record_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr("advisor.reading.tfevents.tfrecord.BLOCK", 1 << 10)
    monkeypatch.setattr("advisor.reading.tfevents.tfrecord.HUGE", 1 << 14)
    image = Event(step=1)
    image.summary.value.add(tag="image").image.encoded_image_string = bytes(1 << 20)
    data, _ = packed([event(0), image, event(2)])
    log = event_file.read(written(tmp_path, data))
    assert log.scalars["loss"].steps.tolist() == [0, 2] and not log.lost


class Shrinking(io.FileIO):
    """A file that is cut to 5000 bytes as soon as more of it was read."""

    def read(self, size=-1):
        data = super().read(size)
        if self.tell() > 9000:
            os.truncate(self.name, 5000)
        return data


def test_of_a_file_that_shrinks_what_was_read_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("advisor.reading.tfevents.tfrecord.BLOCK", 1000)
    path = written(tmp_path, DATA)
    monkeypatch.setattr(Path, "open", lambda path, mode: Shrinking(str(path), mode))
    log = event_file.read(path)
    assert STARTS[len(log.scalars["loss"]) + 1] >= 9000 and (log.scalars["loss"].steps == log.scalars["loss"].values).all()
    assert log.lost[0] == f"{NAME} shrank from 10000 to 5000 bytes while it was read; what had been read of it was kept"


def test_a_file_with_nothing_in_it_yet(tmp_path):
    log = event_file.read(written(tmp_path, packed([])[0]))
    assert not log.scalars and not log.lost and log.started == 1.7e9


ALTERED = bytearray(DATA)
ALTERED[STARTS[502] - FOOT - 1] ^= 1  # the last byte of the value of step 500
SAID = f"{NAME}: {STARTS[502] - MIDDLE} bytes at offset {MIDDLE} were damaged and are lost"


def test_a_wrong_checksum_is_found_near_the_start(tmp_path):
    log = event_file.read(written(tmp_path, bytes(ALTERED)))
    assert len(log.scalars["loss"]) == N - 1 and log.lost == (SAID,)


@pytest.mark.parametrize("data", [DATA, bytes(ALTERED)], ids=["whole", "altered"])
def test_a_wrong_checksum_is_found_further_on_where_asked_for(tmp_path, monkeypatch, data):
    monkeypatch.setattr(event_file, "CHECKED", 0)
    path = written(tmp_path, data)
    plain, verified = event_file.read(path), event_file.read(path, verify=True)
    assert len(plain.scalars["loss"]) == N and plain.lost == ()
    assert len(verified.scalars["loss"]) == N - (data != DATA) and verified.lost == ((SAID,) if data != DATA else ())
    assert (verified.scalars["loss"].steps == verified.scalars["loss"].values).all()


def test_the_command_verifies_where_asked_to(tmp_path, monkeypatch):
    monkeypatch.setattr(event_file, "CHECKED", 0)
    path = written(tmp_path, bytes(ALTERED))
    plain, verified = (" ".join(CliRunner().invoke(app, ["diagnose", str(path), *flags]).output.split()) for flags in [(), ("--verify",)])
    assert SAID in verified and "damaged" not in plain
    assert [run.notes for verify in (False, True) for run in advisor.read(path, verify=verify)] == [(), (SAID,)]


def test_a_long_record_with_a_wrong_checksum(tmp_path):
    histogram = Event(step=1)
    histogram.summary.value.add(tag="h").histo.MergeFrom(
        type(histogram.summary.value[0].histo)(max=1, bucket_limit=np.linspace(0, 1, 500).tolist(), bucket=[1.0] * 500)
    )
    data, starts = packed([histogram, histogram])
    data = bytearray(data)
    data[starts[1] + 300] ^= 8
    log = event_file.read(written(tmp_path, bytes(data)), verify=True)
    assert len(log.histograms["h"].steps) == 1 and f"at offset {starts[1]} " in log.lost[0]


def test_headers_are_found_wherever_they_are():
    data = b"\0" * 1000 + DATA
    assert headers_from(data, 0).tolist() == [1000 + start for start in STARTS]
    assert headers_from(data, 1001).tolist() == [1000 + start for start in STARTS[1:]]
    assert not len(headers_from(bytes(5000), 0))


@pytest.mark.parametrize("crc", [crc32c.of_message, crc32c.of_chunks])
def test_the_crc_is_the_standards(crc):
    assert int(crc(b"123456789")[0]) == 0xE3069283
    assert int(crc(bytes(range(32)) * 999)[0]) == serial(bytes(range(32)) * 999)


def serial(message):
    """CRC-32C bit by bit."""
    crc = 0xFFFFFFFF
    for byte in message:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 & -(crc & 1))
    return crc ^ 0xFFFFFFFF


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.integers(0, len(DATA)), st.integers(0, 400))
def test_no_bytes_make_it_fail(junk, place, cut):
    found = list(windows(io.BytesIO(DATA[:place] + junk + DATA[place + cut :])))
    damaged = (len(junk) + cut) // (HEAD + FOOT) + 4
    assert sum(len(w.starts) for w in found) >= N + 1 - damaged and sum(len(w.gaps) for w in found) <= 3


def test_what_is_no_event_file_is_left_alone(tmp_path):
    (tmp_path / "tfevents").mkdir()
    (tmp_path / "pointer.tfevents").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")
    with closing(socket.socket(socket.AF_UNIX)) as listening:
        listening.bind(str(tmp_path / "s.tfevents"))
        assert not any(event_file.sniff(path) for path in tmp_path.iterdir())
