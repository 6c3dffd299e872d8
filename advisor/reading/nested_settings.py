"""Settings as JSON or YAML has them, nested: read without executing anything, and flattened."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

OWN = {"_wandb", "wandb_version"}  # what W&B notes of itself among a run's settings
KEPT = 2000  # hyperparameters
UNFOLDED = 1 << 18  # values of a YAML text whose aliases stand for what they name
DEPTH = 3  # of nesting
WIDTH = 200  # characters of a value
SHORT = r"(?=.{1,99}$)"  # longer digits are no number, but a trap
INT = re.compile(SHORT + r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]+|0|[1-9][0-9_]*)$")
FLOAT = re.compile(SHORT + r"(?:[-+]?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][-+]?\d+)?$|[-+]?\.(?:inf|Inf|INF)$|\.(?:nan|NaN|NAN)$)")


def parse(text: str, is_json: bool) -> Any:
    """The tree a JSON or YAML text describes.

    Raises
    ------
    ValueError
        The text is neither.
    """
    if is_json:
        import json

        return json.loads(text)
    import yaml

    try:
        return yaml.load(text, _loader())  # a SafeLoader, below
    except RecursionError:
        raise
    except Exception as error:  # a tag over what it does not fit ends in an error of any type: "!!bool maybe" in a KeyError
        raise ValueError(error) from error


def _loader() -> type:
    """YAML's SafeLoader, for which 1e-3 is a number and 12:30:45 none, and a tag of any language no more than the plain data under it."""
    import yaml

    class Loader(yaml.SafeLoader):
        def get_single_node(self):
            node = super().get_single_node()
            if node and unfolded(node, {}) > UNFOLDED:
                raise yaml.YAMLError(f"its aliases unfold to more than {UNFOLDED} values")
            return node

    resolvers = yaml.SafeLoader.yaml_implicit_resolvers.items()
    Loader.yaml_implicit_resolvers = {first: [e for e in entries if not e[0].endswith((":float", ":int"))] for first, entries in resolvers}
    Loader.add_implicit_resolver("tag:yaml.org,2002:int", INT, list("-+0123456789"))
    Loader.add_implicit_resolver("tag:yaml.org,2002:float", FLOAT, list("-+0123456789."))
    for kind in ("bool", "int", "float", "timestamp"):
        Loader.add_constructor(f"tag:yaml.org,2002:{kind}", partial(_or_text, Loader.yaml_constructors[f"tag:yaml.org,2002:{kind}"]))
    Loader.add_multi_constructor("tag:yaml.org,2002:python/tuple", lambda loader, _, node: tuple(_plain(loader, node)))
    Loader.add_multi_constructor("", lambda loader, _, node: _plain(loader, node))
    return Loader


def unfolded(node, known: dict[int, int]) -> int:
    """How many values a node of YAML holds, each alias counted as all it stands for: few lines can say billions."""
    if id(node) not in known:
        known[id(node)] = 1  # of a node inside itself
        inner = node.value if isinstance(node.value, list) else ()
        parts = (part for entry in inner for part in (entry if isinstance(entry, tuple) else (entry,)))
        known[id(node)] = 1 + sum(unfolded(part, known) for part in parts)
    return known[id(node)]


def _or_text(construct, loader, node):
    """What the node's tag says that it is, or its text where that is no such thing, as of `!!bool maybe`."""
    try:
        return construct(loader, node)
    except (ValueError, LookupError, AttributeError):
        return loader.construct_scalar(node)


def _plain(loader, node):
    import yaml

    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node)


def flat(tree: dict, above: str = "", depth: int = DEPTH) -> Iterator[tuple[str, Any]]:
    """Name and value of every entry that is a number, a text, a truth, or a short list of them."""
    for name, value in tree.items():
        if isinstance(value, dict) and "value" in value and value.keys() <= {"value", "desc"}:  # W&B's way
            value = value["value"]
        if name in OWN or (isinstance(value, int) and value.bit_length() > 1000):  # above, it is no float either
            continue
        if isinstance(value, dict) and depth > 1:
            yield from flat(value, f"{above}{name}/", depth - 1)
        elif isinstance(value, list | tuple) and all(isinstance(v, bool | int | float) for v in value[:WIDTH]):
            yield f"{above}{name}", value[:WIDTH]
        elif isinstance(value, bool | int | float | str | None):
            yield f"{above}{name}", value[:WIDTH] if isinstance(value, str) else value
