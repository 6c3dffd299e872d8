"""Hyperparameters that were logged into an event file: for TensorBoard's hparams plugin, or as text of the Hugging Face Trainer's."""

import json
import struct
from itertools import islice
from typing import Any

from advisor.reading.tfevents.wire import BYTES, FIXED64, VARINT, Span, fields, varint

TAG = "_hparams_/session_start_info"
TEXTS = ("args/text_summary", "model_config/text_summary")  # JSON
LARGEST = 1 << 20  # bytes of such a text
SESSION_START, HPARAMS, KEY, VALUE = 3, 1, 1, 2  # fields of HParamsPluginData, SessionStartInfo, and a map's entry
NUMBER, STRING, TRUTH, KINDS = 2, 3, 4, range(1, 7)  # fields of a protobuf Value, of which the last one written counts


def of_plugin(data: bytes, span: Span) -> dict[str, Any]:
    """The numbers, texts and truths in a HParamsPluginData, in order of their names; a map of protobuf's has none.

    Raises
    ------
    ValueError
        It is no such message.
    """
    found = {}
    for number, kind, *session in fields(data, *span):
        if number == SESSION_START and kind == BYTES:
            for n, k, *entry in fields(data, *session):
                if n == HPARAMS and k == BYTES:
                    name, value = _entry(data, entry)
                    found[name] = value
    return {name: found[name] for name in sorted(found) if found[name] is not None}


def _entry(data: bytes, span: list[int]) -> tuple[str, Any]:
    name, value = "", None
    for number, kind, a, b in fields(data, *span):
        if number == KEY and kind == BYTES:
            name = data[a:b].decode()
        elif number == VALUE and kind == BYTES:
            for n, k, c, d in fields(data, a, b):
                if n in KINDS:
                    value = _value(data, n, k, (c, d))
    return name, value


def _value(data: bytes, number: int, kind: int, span: Span) -> float | str | bool | None:
    if number == NUMBER and kind == FIXED64:
        return struct.unpack_from("<d", data, span[0])[0]
    if number == STRING and kind == BYTES:
        return data[slice(*span)].decode()
    return varint(data, *span)[0] != 0 if number == TRUTH and kind == VARINT else None


def of_text(text: bytes) -> dict[str, Any]:
    """The names and values of a JSON object; nothing where the text is another."""
    from advisor.reading.nested_settings import KEPT, flat

    try:
        tree = json.loads(text) if len(text) <= LARGEST else None
    except (ValueError, RecursionError):
        return {}
    return dict(islice(flat(tree), KEPT)) if isinstance(tree, dict) else {}
