"""W&B's own files of a run, as it writes them."""

import json
import struct
import zlib


def wire(number, data):
    """A field of a protobuf message: bytes, or an unsigned number."""

    def varint(n):
        return bytes([n]) if n < 128 else bytes([n & 127 | 128]) + varint(n >> 7)

    return varint(number << 3) + varint(data) if isinstance(data, int) else varint(number << 3 | 2) + varint(len(data)) + data


def items(number, entries):
    """A W&B record of items: 2 is a row of the history, 5 are settings."""
    nested = [b"".join(wire(2, part.encode()) for part in key.split("/")) + wire(16, json.dumps(v).encode()) for key, v in entries.items()]
    return wire(number, b"".join(wire(1, item) for item in nested))


def framed(records):
    """The bytes of a *.wandb file, and where each record ends."""
    data, ends = bytearray(b":W&B\xe1\xbe\x00"), []
    for record in records:
        kind = 1
        while record is not None:
            left = 32768 - len(data) % 32768
            if left < 7:
                data += bytes(left)
                continue
            piece, record = record[: left - 7], record[left - 7 :] or None
            kind = {(True, True): 1, (True, False): 2, (False, False): 3, (False, True): 4}[kind == 1, record is None]
            data += struct.pack("<IHB", zlib.crc32(piece, zlib.crc32(bytes([kind]))), len(piece), kind) + piece
            kind = 0
        ends.append(len(data))
    return bytes(data), ends
