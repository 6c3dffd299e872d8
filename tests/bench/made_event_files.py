"""Large event files, as TensorBoard's own messages serialize, written quickly."""

import struct
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from tensorboard.compat.proto.event_pb2 import Event

from advisor.reading.tfevents import crc32c
from advisor.reading.tfevents.rows import equal_rows, padded

AT_ONCE = 50_000


def scalars(steps: int, tags: int, as_tensor: bool = False) -> Iterator[Event]:
    """A point of each tag at each step, the plain way or that of TensorFlow 2."""
    random = np.random.default_rng(0)
    for i, number in enumerate(random.random(steps * tags, np.float32).tolist()):
        event = Event(step=i // tags, wall_time=1.7e9 + i / 100)
        value = event.summary.value.add(tag=f"train/metric_{i % tags}")
        if as_tensor:
            value.metadata.plugin_data.plugin_name = "scalars"
            value.tensor.dtype = 1
            value.tensor.tensor_shape.SetInParent()
            value.tensor.float_val.append(number)
        else:
            value.simple_value = number
        yield event


def histograms(steps: int, tags: int) -> Iterator[Event]:
    """Histograms of normal numbers over TensorBoard's own buckets, from the first that holds some to the last."""
    random = np.random.default_rng(0)
    limits = 1e-12 * 1.1 ** np.arange(774)
    limits = np.concatenate([-limits[::-1], limits])
    for i in range(steps * tags):
        sample = random.normal(scale=0.01, size=2000)
        counts, _ = np.histogram(sample, limits)
        held = np.flatnonzero(counts)
        first, last = held[0], held[-1] + 1
        event = Event(step=i // tags, wall_time=1.7e9 + i / 100)
        histo = event.summary.value.add(tag=f"layer_{i % tags}/weight").histo
        histo.min, histo.max, histo.num, histo.sum, histo.sum_squares = sample.min(), sample.max(), 2000, sample.sum(), sample @ sample
        histo.bucket_limit.extend(limits[first + 1 : last + 1].tolist())
        histo.bucket.extend(counts[first:last].astype(float).tolist())
        yield event


def write(path: Path, events: Iterable[Event]) -> None:
    first = Event(wall_time=1.7e9, file_version="brain.Event:2")
    messages = (event.SerializeToString() for several in ([first], events) for event in several)
    with path.open("wb") as file:
        while some := list(islice(messages, AT_ONCE)):
            file.writelines(framed(some))


def framed(payloads: list[bytes]) -> Iterator[bytes]:
    """Length, its CRC, payload and its CRC, of each."""
    lengths = [struct.pack("<Q", len(payload)) for payload in payloads]
    for length, lengths_crc, payload, crc in zip(lengths, checksums(lengths), payloads, checksums(payloads), strict=True):
        yield length + lengths_crc + payload + crc


def checksums(messages: list[bytes]) -> list[bytes]:
    found = np.zeros(len(messages), "<u4")
    for length, places in equal_rows(np.array([len(message) for message in messages])):
        width = padded(length)
        rows = np.frombuffer(b"".join(messages[i].rjust(width, b"\0") for i in places), np.uint64).reshape(len(places), -1)
        found[places] = crc32c.masked(crc32c.of_rows(rows, width - length))
    return [crc.tobytes() for crc in found]
