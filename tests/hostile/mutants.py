"""What may happen to the bytes of a log: damage, which has to be told, and oddities, which may be anything but the end of a reading."""

import io
import re
import struct
import zlib
from collections.abc import Callable

import numpy as np
from tensorboard.summary.writer.record_writer import RecordWriter

from tests.reading.wandb_files import framed

Mutator = Callable[[np.random.Generator, bytes], bytes]
NUMBER = re.compile(rb"(?<![\w.])-?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?![\w.])")
UNREADABLE = (b"--", b"#REF!", b"1.2.3", b"12,5", b"error", b"0x1g", b"?", b"\xff\xfe")
EXTREME = (
    *(b"0", b"-1", b"-0", b"1e308", b"-1e308", b"1e999", b"1e-320", b"nan", b"-inf", b"NaN", b"Infinity", b"9223372036854775807"),
    *(b"9223372036854775808", b"-9223372036854775809", b"1" * 400, b"1e18", b"1e9", b"1700000000000000000", b"0.5", b"", b"true", b"null"),
    *(b'"a"', b"[1, 2]", b"{}", b"12:30:45", b"2024-02-30 25:61:61", b"1_000", "١٢".encode(), b"\0", b"=1+1", b"\x1b[31m", b"\r"),
)
FIXED64 = (0.0, -1.0, 1e308, float("inf"), float("-inf"), float("nan"), 5e-324, 1.7e18, 1e30)


def place(random: np.random.Generator, data: bytes) -> int:
    return int(random.integers(0, max(1, len(data))))


def cut(random, data):
    return data[: place(random, data)]


def hole(random, data):
    at, size = place(random, data), int(random.integers(1, 600))
    return data[:at] + bytes(min(size, len(data) - at)) + data[at + size :]


def flipped(random, data):
    changed = bytearray(data)
    for _ in range(int(random.integers(1, 6)) if data else 0):
        changed[place(random, data)] ^= 1 << int(random.integers(8))
    return bytes(changed)


def spoiled_cells(random, data):
    """Numbers replaced by what is none."""
    found = list(NUMBER.finditer(data))
    chosen = (
        [found[i] for i in sorted(random.choice(len(found), min(len(found), int(random.integers(1, 9))), replace=False))] if found else []
    )
    for match in reversed(chosen):
        data = data[: match.start()] + UNREADABLE[random.integers(len(UNREADABLE))] + data[match.end() :]
    return data


def taken_out(random, data):
    at = place(random, data)
    return data[:at] + data[at + int(random.integers(1, 300)) :]


def repeated(random, data):
    a, b = sorted((place(random, data), place(random, data)))
    return data[:b] + data[a:b] * int(random.integers(1, 4)) + data[b:]


def turned_round(random, data):
    lines = data.splitlines(keepends=True)
    random.shuffle(lines)
    return b"".join(lines)


def lines_lost(random, data):
    return b"".join(line for line in data.splitlines(keepends=True) if random.random() > 0.3)


def extreme_numbers(random, data):
    """Some numbers, or all in one place of their lines, replaced by extreme ones."""
    share, said = random.choice([0.002, 0.05, 1.0]), EXTREME[random.integers(len(EXTREME))]
    several = random.random() < 0.5
    return NUMBER.sub(lambda m: m[0] if random.random() > share else EXTREME[random.integers(len(EXTREME))] if several else said, data)


def scaled_column(random, data):
    """One column of a table counted in other units."""
    which, factor = int(random.integers(4)), float(random.choice([1e-9, -1.0, 1e3, 1e9, 1e18, 0.0]))
    rows = [line.split(b",") for line in data.split(b"\n")]
    for row in rows:
        if which < len(row) and NUMBER.fullmatch(row[which]):
            row[which] = f"{float(row[which]) * factor:.17g}".encode()
    return b"\n".join(b",".join(row) for row in rows)


def falling(random, data):
    lines = data.splitlines(keepends=True)
    return b"".join([*lines[:1], *lines[:0:-1]])


def without_step(random, data):
    return re.sub(rb"\b(?:global_)?step\b", random.choice([b"", b"x", b"Step", b"epoch"]), data)


def stuffed(random, data):
    """A long repetition put in somewhere: blanks, brackets, digits, quotes."""
    at, what = place(random, data), random.choice([b" ", b"[", b"9", b'"', b"{", b",", b"\n", b"-", b"\xf0\x9f\x98\x80", b"1 ", b"a: "])
    return data[:at] + bytes(what) * int(random.integers(100, 5000)) + data[at:]


def noise(random, data):
    return random.bytes(int(random.integers(0, 3000)))


def payloads(data: bytes) -> list[bytes]:
    """The payloads of an event file that is whole."""
    found, at = [], 0
    while at + 12 <= len(data):
        (size,) = struct.unpack_from("<Q", data, at)
        found.append(data[at + 12 : at + 12 + size])
        at += 16 + size
    return found


def wrong_events(random, data):
    """Records with right checksums of which some say what no writer means."""
    file = io.BytesIO()
    writer = RecordWriter(file)
    for payload in payloads(data):
        writer.write(_altered(random, payload) if random.random() < 0.1 else payload)
    return file.getvalue()


def _altered(random, payload):
    which = random.integers(4)
    if which == 0 and len(payload) > 9:
        return payload[:1] + struct.pack("<d", FIXED64[random.integers(len(FIXED64))]) + payload[9:]
    if which == 1:
        return payload + b"\x10" + b"\xff" * 9 + b"\x01"  # its step, the last word on it: -1
    if which == 2:
        return payload + b"\x10\xff\xff\xff\xff\xff\xff\xff\xff\x7f"  # the largest that there is
    return flipped(random, payload)


def wrong_wandb(random, data):
    """The same for W&B's records, each of which is whole in its block."""
    found, at = [], 7
    while at + 7 <= len(data):
        if (left := 32768 - at % 32768) < 7:
            at += left
            continue
        _, size, kind = struct.unpack_from("<IHB", data, at)
        found += [data[at + 7 : at + 7 + size]] if kind == 1 else []
        at += 7 + size
    return framed([flipped(random, record) if random.random() < 0.1 else record for record in found if record])[0]


def wrong_crc(random, data):
    """One byte of a payload changed, and the length before it not."""
    at = min(len(data) - 5, max(12, place(random, data)))
    return data[:at] + bytes([zlib.crc32(data[:at]) & 255]) + data[at + 1 :] if len(data) > 20 else data


DAMAGES: dict[str, Mutator] = {f.__name__: f for f in (cut, hole, flipped, wrong_crc)}
OF_TEXT: dict[str, Mutator] = {f.__name__: f for f in (cut, hole, spoiled_cells)}
ODDITIES: dict[str, Mutator] = {
    f.__name__: f
    for f in (
        *(cut, hole, flipped, spoiled_cells, taken_out, repeated, turned_round, lines_lost, extreme_numbers, extreme_numbers),
        *(scaled_column, falling, without_step, stuffed, noise),
    )
}
OF_RECORDS: dict[str, Mutator] = {"events": wrong_events, "tensors": wrong_events, "histograms": wrong_events, "wandb": wrong_wandb}


def mutated(random: np.random.Generator, kind: str, files: dict[str, bytes]) -> tuple[dict[str, bytes], list[str]]:
    """A folder with one to three oddities, and their names."""
    files, said = dict(files), []
    for _ in range(int(random.integers(1, 4))):
        name = str(random.choice(list(files)))
        if kind in OF_RECORDS and not said and random.random() < 0.4:
            chosen = OF_RECORDS[kind]
        else:
            chosen = ODDITIES[str(random.choice(list(ODDITIES)))]
        files[name] = chosen(random, files[name])
        said.append(f"{chosen.__name__} of {name}")
    return files, said


def damaged(random: np.random.Generator, kind: str, files: dict[str, bytes]) -> tuple[dict[str, bytes], list[str]]:
    """A folder with one damage, which must be told where it changes the verdict, and what it is."""
    binary = kind in OF_RECORDS or kind == "database"
    name, known = str(random.choice(list(files))), DAMAGES if binary else OF_TEXT
    chosen = known[str(random.choice(list(known)))]
    return {**files, name: chosen(random, files[name])}, [f"{chosen.__name__} of {name}"]
