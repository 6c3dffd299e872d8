"""Logs of so many bytes that are meant to take far more time or memory than bytes: what each asks for is in its name."""

import struct
from collections.abc import Callable

import numpy as np

from advisor.reading.tfevents import crc32c
from tests.hostile.ordinary import Files
from tests.reading.event_files import event, packed
from tests.reading.wandb_files import framed, items, wire

EVENTS = "events.out.tfevents.1.h"


def header(size: int) -> bytes:
    length = struct.pack("<Q", size)
    return length + crc32c.masked(crc32c.of_message(length)).astype("<u4").tobytes()


def times(piece: bytes, size: int) -> bytes:
    return piece * max(1, size // len(piece))


def word(i: int) -> str:
    return "".join(chr(97 + i // 26**k % 26) for k in range(4))


def headers(size: int) -> Files:
    return {EVENTS: times(header(0) + b"xxxxz", size)}


def nested_headers(size: int) -> Files:
    return {EVENTS: b"".join(header(max(0, size - 13 * i - 16)) + b"\0" for i in range(size // 13))}


def long_headers(size: int) -> Files:
    return {EVENTS: times(header(1 << 30) + b"z", size)}


def broken_everywhere(size: int) -> Files:
    data, starts = packed([event(i, "train/loss", 1 / (i + 1)) for i in range(size // 50)])
    return {EVENTS: b"x".join(data[a:b] for a, b in zip(starts, [*starts[1:], len(data)], strict=True))}


def many_tags(size: int) -> Files:
    return {EVENTS: packed([event(i, f"t{i}/loss", 1.0) for i in range(size // 50)])[0]}


def one_event(size: int) -> Files:
    made = event(0, "train/loss", 1.0)
    for i in range(size // 20):
        made.summary.value.add(tag=f"t{i}", simple_value=1.0)
    return {EVENTS: packed([made])[0]}


def dimensions(size: int) -> Files:
    shape = times(wire(2, wire(1, 2**64 - 1)), size)
    value = wire(1, b"x") + wire(8, wire(1, 1) + wire(2, shape))
    return {EVENTS: packed([*(event(i, "train/loss", 1 / (i + 1)) for i in range(50)), wire(5, wire(1, value))])[0]}


def sawtooth(size: int) -> Files:
    lines = (f"{i % 3 + (i % 7 == 0)},{1 / (i + 1):.4f},{1700000000 + i}\n" for i in range(size // 20))
    return {"metrics.csv": b"step,train_loss,timestamp\n" + "".join(lines).encode()}


def laps(size: int) -> Files:
    return {EVENTS: packed([event(i % 4, "train/loss", 1 / (i + 1)) for i in range(size // 50)])[0]}


def many_columns(size: int) -> Files:
    n = size // 24
    names = ",".join(f"m{i}" for i in range(n))
    return {"metrics.csv": f"step,train_loss,{names}\n{'1,2,' + '3,' * (n - 1)}3\n{'2,2,' + '3,' * (n - 1)}3\n".encode()}


def headers_of_tables(size: int) -> Files:
    return {"metrics.csv": times(b"step,train_loss\n1,2\n", size)}


def other_headers(size: int) -> Files:
    return {"metrics.csv": times(b"step,train_loss\n1,2\nstep,val_loss\n1,2\n", size)}


def ragged(size: int) -> Files:
    return {"metrics.csv": b"step,train_loss\n1,2\n" + times(b"," * 3000 + b"\n", size)}


def quotes(size: int) -> Files:
    return {"metrics.csv": b"step,train_loss\n1,2\n" + times(b'"' * 501 + b",1\n", size)}


def brackets(size: int) -> Files:
    return {
        "history.json": b'{"loss": [1.0, 2.0], "val_loss": ' + b"[" * size,
        "trainer_state.json": b'{"log_history": ' + b'[{"a":' * (size // 6),
    }


def other_names(size: int) -> Files:
    return {"metrics.jsonl": "".join(f'{{"step": {i}, "loss": 1.5, "m{i}": 2}}\n' for i in range(size // 35)).encode()}


def spelled_nan(size: int) -> Files:
    return {"metrics.jsonl": b'{"step": 1, "loss": 2}\n' * 9 + times(b'{"step": 2, "loss": nan' + b" nan" * 900 + b"\n", size)}


def aliases(size: int) -> Files:
    levels = "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 20))
    table = "step,train_loss\n" + "".join(f"{i},{1 / (i + 1)}\n" for i in range(60))
    return {"metrics.csv": table.encode(), "hparams.yaml": f"a0: &a0 [1]\n{levels}".encode(), "config.json": b"[" * min(size, 1 << 20)}


def blanks(size: int) -> Files:
    return {"train.log": ordinary_text() + "".join(word(i) + " " * 3900 + "it [ loss 1\n" for i in range(size // 3920)).encode()}


def new_words(size: int) -> Files:
    return {"train.log": ordinary_text() + "".join(f"{word(i)} epoch {i} loss: 1.5 {word(3 * i)} 3\n" for i in range(size // 32)).encode()}


def new_names(size: int) -> Files:
    return {"train.log": ordinary_text() + "".join(f"epoch {i} loss: 1.5 {word(3 * i)} loss: 3\n" for i in range(size // 32)).encode()}


def numbers_in_a_line(size: int) -> Files:
    return {"train.log": ordinary_text() + "".join(f"{word(i)} loss " + "1 " * 1990 + "\n" for i in range(size // 4000)).encode()}


def new_failures(size: int) -> Files:
    return {
        "train.log": ordinary_text()
        + "".join(f"{word(i)} x = {{a.b}} nan inf killed " + "{" * 900 + "\n" for i in range(size // 930)).encode()
    }


def one_line(size: int) -> Files:
    return {"train.log": ordinary_text() + times(b"loss: 1.5 ", size)}


def records(size: int) -> Files:
    return {"run-1.wandb": framed([items(2, {"_step": i, f"m{i}": 1.0, "loss": 2.0}) for i in range(size // 60)])[0]}


def deep_records(size: int) -> Files:
    return {"run-1.wandb": framed([wire(2, wire(1, wire(1, b"a") + wire(16, b"[" * 900))) for _ in range(size // 920)])[0]}


def random_bytes(size: int) -> Files:
    data = np.random.default_rng(0).bytes(size)
    return dict.fromkeys(("train.log", "metrics.csv", "history.json", EVENTS, "run-1.wandb", "mlflow.db", "hparams.yaml"), data)


def ordinary_text() -> bytes:
    return "".join(f"epoch {i} loss: {2 / (1 + i)}\n" for i in range(30)).encode()


BOMBS: dict[str, Callable[[int], Files]] = {
    make.__name__: make
    for make in (
        *(headers, nested_headers, long_headers, broken_everywhere, many_tags, one_event, dimensions, sawtooth, laps, many_columns),
        *(headers_of_tables, other_headers, ragged, quotes, brackets, other_names, spelled_nan, aliases, blanks, new_words, new_names),
        *(numbers_in_a_line, new_failures, one_line, records, deep_records, random_bytes),
    )
}
