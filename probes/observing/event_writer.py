"""TensorBoard events written many at a time: a step's scalars are one record, and a thousand records are one array of bytes.

`SummaryWriter.add_scalar` takes fifty microseconds a scalar, which a training of half a millisecond a step would feel; this takes a few a
step. Format: TFRecord (https://www.tensorflow.org/tutorials/load_data/tfrecord) around the protobuf `Event`, as
tensorboard/compat/proto/event.proto has it.
"""

import itertools
import os
import socket
import time
from pathlib import Path
from typing import IO, Any

import numpy as np

from advisor.reading.tfevents import crc32c

NUMBERS = itertools.count()
STEP_BYTES = 5  # of a step, a varint filled up with empty groups: steps up to 2**35


class EventFile:
    """A new event file in this folder, or its bytes written to a `file` that is open."""

    def __init__(self, folder: Path, file: Any = None):
        self.file = file or new_file(folder)
        version = b"brain.Event:2"
        self.records(np.frombuffer(b"\x09" + np.float64(time.time()).tobytes() + b"\x1a" + bytes([len(version)]) + version, np.uint8)[None])

    def rows(self, tags: tuple[str, ...], steps, walls, values) -> None:
        """Write scalars, shape (n, tags), in single precision; steps below 2**35 and walls, seconds since 1970, have shape (n,)."""
        heads = [b"\x0a" + sized(tag.encode()) + b"\x15" for tag in tags]
        summary = b"".join(b"\x0a" + sized(head + bytes(4)) for head in heads)
        before = b"\x09" + bytes(8) + b"\x10" + bytes(STEP_BYTES) + b"\x2a" + varint(len(summary))
        rows = np.repeat(np.frombuffer(before + summary, np.uint8)[None], len(steps), axis=0)
        rows[:, 1:9] = bytes_of(walls, "<f8")
        rows[:, 10 : 10 + STEP_BYTES] = np.asarray(steps, np.int64)[:, None] >> np.arange(0, 7 * STEP_BYTES, 7) & 127
        rows[:, 10 : 10 + STEP_BYTES - 1] |= 128
        at = len(before)
        for head, column in zip(heads, np.asarray(values, float).T, strict=True):
            at += len(b"\x0a" + sized(head + bytes(4)))
            rows[:, at - 4 : at] = bytes_of(column, "<f4")
        self.records(rows)

    def records(self, rows: np.ndarray) -> None:
        """Write each row of an array of bytes, shape (n, length), as a TFRecord, with the masked CRC-32C of its length and of itself."""
        length = np.frombuffer(np.uint64(rows.shape[1]).tobytes(), np.uint8)
        head = np.concatenate([length, bytes_of(crc32c.masked(crc32c.of_message(length.tobytes())), "<u4")[0]])
        foot = bytes_of(crc32c.masked(crc32c.of_rows(words(rows), -rows.shape[1] % 8)), "<u4")
        self.file.write(np.hstack([np.repeat(head[None], len(rows), axis=0), rows, foot]).tobytes())
        self.file.flush()

    def hparams(self, values: dict[str, Any]) -> None:
        """The run's hyperparameters."""
        from tensorboard.compat.proto.event_pb2 import Event
        from torch.utils.tensorboard.summary import hparams

        for summary in hparams(values, {}):
            message = Event(wall_time=time.time(), summary=summary).SerializeToString()
            self.records(np.frombuffer(message, np.uint8)[None])

    def close(self) -> None:
        """Close the file; what was written is in it already."""
        self.file.close()


def new_file(folder: Path) -> IO[bytes]:
    """A file in this folder, which is made where it is missing, by a name that loggers of TensorBoard look for."""
    folder.mkdir(parents=True, exist_ok=True)
    # numbered, for two trainings of one process may begin in one second
    name = f"events.out.tfevents.{time.time():.0f}.{socket.gethostname()}.{os.getpid()}.{next(NUMBERS)}"
    return open(folder / name, "xb")  # (open as long as the run)


def varint(number: int) -> bytes:
    """A number of 0 or more as protobuf writes it: seven bits a byte, the lowest first, the eighth set where more follow."""
    return bytes([number]) if number < 128 else bytes([number & 127 | 128]) + varint(number >> 7)


def sized(message: bytes) -> bytes:
    """A message behind its length in bytes, as protobuf holds one in another."""
    return varint(len(message)) + message


def bytes_of(numbers, dtype: str) -> np.ndarray:
    """The bytes of numbers, shape (n,), as this dtype has them; shape (n, width)."""
    with np.errstate(over="ignore"):  # beyond what four bytes hold is infinite
        return np.ascontiguousarray(np.asarray(numbers).astype(dtype)).view(np.uint8).reshape(-1, np.dtype(dtype).itemsize)


def words(rows: np.ndarray) -> np.ndarray:
    """Rows of bytes, shape (n, length), as words of eight, filled up with zeros in front; shape (n, ⌈length / 8⌉)."""
    padded = np.zeros((len(rows), -(-rows.shape[1] // 8) * 8), np.uint8)
    padded[:, -rows.shape[1] :] = rows
    return padded.view(np.uint64)
