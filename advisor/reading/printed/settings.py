"""The settings that a program printed before it trained: its command line, its arguments, its configuration.

Few names are read, those without which a change has no value to start from, and of each only the one value that was printed of it: where
two were, they are of two models or two starts, and neither is told. A program that prints its own source says nothing of its settings.
"""

import re
from collections.abc import Iterator

HEAD, WIDTH = 1 << 16, 4000  # bytes of a file, and characters of a line
RATES = "lr|learning_rate|base_lr|init_lr|initial_lr|lr0"
COUNTS = "batch_size|batchsize|train_batch_size|per_device_train_batch_size|samples_per_gpu|imgs_per_gpu|num_workers|dataloader_num_workers"
DECAYS = "weight_decay|weightdecay"
PLAIN = "learning[ ]rate|batch[ ]size|weight[ ]decay"  # in words: after another word they are an evaluation's, or a total
TYPES = "torch_dtype|torch_dtype_str|dtype|mixed_precision|fp16|bf16"
SET = re.compile(
    rf"""(?<![\w./])["']?(?:--)?(?P<name>{RATES}|{COUNTS}|{DECAYS}|{TYPES}|(?<![^\W\d][ ])(?:{PLAIN}))["']?
    (?:\s{{0,2}}[=:]\s{{0,40}}|\s{{1,20}}(?=[-\d]))["']?
    (?P<value>\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+|True|(?:torch\.)?(?:bfloat16|float16|bf16|fp16))(?=["']?(?:[\s,;)}}\]]|$))""",
    re.VERBOSE | re.IGNORECASE,
)
TENSORFLOW = re.compile(r'^Model: "|^INFO:tensorflow:|tensorflow/\S+\] Created (?:TensorFlow )?device ', re.MULTILINE)
KERAS = re.compile(  # a heading, and a bar below it
    r"^Epoch \d{1,6}/\d{1,6}[ \t]{0,4}[\r\n]{1,4}[ \t]{0,8}\d{1,9}/\d{1,9} \[[=>.]{20,40}\] - ", re.MULTILINE
)
WAITS = re.compile(  # each time it does it says for how long; an epoch of so many is where it stopped
    r"(?i)early[ _-]?stop(?:(?!epoch|step)[^\n\d]){0,60}\d{1,4} ?(?:/|(?:out )?of) ?(?P<patience>\d{1,4})\b"
)
CODE, SOME = re.compile(r"^(?:def|class|import|from) \w", re.MULTILINE), 3  # lines of source
NUMBER_OF = re.compile(r"(?i)\W*epoch\s?[=:]\s?\d{2,}\W*$")  # of epochs: no training that is told from its head begins there
MEASURES = re.compile(r"(?i)\bloss\w*\b\W{0,4}-?(?:\d|nan|inf)|\bstep\b\W{1,3}\d|\bepoch\b\W{1,3}\d+\W{0,3}(?:/|of\b|\s|$)|\d+%\|")


def printed_settings(text: str) -> dict[str, float | int | str]:
    """The settings at the head of a text, before the first line that measures anything, by the names they were printed under."""
    found: dict[str, set[float | int | str]] = {}
    if len(CODE.findall(text)) >= SOME:
        return {}
    for name, value in _told(text):
        found.setdefault(name, set()).add(value)
    return {name: values.pop() for name, values in found.items() if len(values) == 1} | framework_of(text) | patience_of(text)


def patience_of(text: str) -> dict[str, float | int | str]:
    """How many evaluations early stopping waits for, where it counts them as it does: "EarlyStopping counter: 3 out of 7"."""
    told = {int(found["patience"]) for found in WAITS.finditer(text)} if "arly" in text else set()
    return {"patience": told.pop()} if len(told) == 1 else {}


def framework_of(text: str) -> dict[str, float | int | str]:
    """The framework that says so itself.

    TensorFlow, where it printed the summary of a model or took a device: others import it too, and then it only greets. Keras by its bar.
    """
    said = ("tensorflow" in text or 'Model: "' in text) and TENSORFLOW.search(text)  # what is sought in vain is sought for long
    found = "tensorflow" if said else "keras" if "] - " in text and KERAS.search(text) else ""
    return {"framework": found} if found else {}


def _told(text: str) -> Iterator[tuple[str, float | int | str]]:
    for line in text.splitlines():
        if MEASURES.search(line[:WIDTH]) and not NUMBER_OF.match(line[:WIDTH]):
            return
        for found in SET.finditer(line[:WIDTH]):
            name = found["name"].lower().replace(" ", "_")
            if (value := _value(name, found["value"])) is not None:
                yield (name if isinstance(value, float | int) else "dtype"), value


def _value(name: str, value: str) -> float | int | str | None:
    """The value as what it can be of such a name; None where it can be none."""
    if re.fullmatch(TYPES, name):
        half = re.search(r"(?i)bf(?:loat)?16|fp16|float16", f"{name if value.lower() == 'true' else ''} {value}")
        return half[0].lower() if half else None
    if value[0] not in ".0123456789":
        return None
    number = float(value)
    if re.fullmatch(COUNTS, name):
        return int(number) if number.is_integer() and number >= (0 if "worker" in name else 1) else None
    return number if 0 < number <= 100 or (number == 0 and re.fullmatch(DECAYS, name)) else None
