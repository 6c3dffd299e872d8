"""Hyperparameters beside a run: hparams.yaml, args.yaml, config.json, hyp.yaml, params.yaml and the like; nothing in them is executed."""

from pathlib import Path

from advisor.reading.log import Log
from advisor.reading.nested_settings import KEPT, WIDTH, flat, parse
from advisor.reading.storage.text_file import opened

NAME = "hyperparameters"
BESIDE = True
STEMS = ("hparams", "args", "config", "cfg", "opt", "hyp", "params", "training_args", "adapter_config")  # the last of a LoRA checkpoint
NAMES = {f"{stem}.{suffix}" for stem in STEMS for suffix in ("yaml", "yml", "json")}
LARGEST = 1 << 20  # bytes; a file above is no list of hyperparameters


def sniff(path: Path) -> bool:
    return path.name.lower() in NAMES and path.is_file()


def read(path: Path, earlier: Log | None = None) -> Log:
    """Names and values, nested ones under "outer/inner"; a file that cannot be understood is a sentence in `lost`."""
    with opened(path) as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        return Log(path, lost=(f"{path.name} is larger than {LARGEST >> 20} MiB; its hyperparameters were not read",))
    try:
        tree = parse(data.decode("utf-8"), path.suffix.lower() == ".json")
    except (ValueError, RecursionError) as error:
        where = " ".join(str(error).split())[:WIDTH]
        return Log(path, lost=(f"{path.name} could not be understood, so its hyperparameters are missing: {where}",))
    if not isinstance(tree, dict):
        return Log(path, lost=(f"{path.name} holds no names and values; its hyperparameters are missing",) if data.strip() else ())
    return Log(path, hparams=dict(entry for entry, _ in zip(flat(tree), range(KEPT), strict=False)))
