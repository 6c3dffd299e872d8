"""Names of printed numbers: which text before a number names it, and whether the name is a counter's, a value's or nobody's."""

import re

from advisor.signals.tags import SPLITS, TRAIN, VAL, meaning

LONGEST_NAME = 5  # words; more are prose
REACH = 200  # characters before a number, among which its name is
SPELLINGS = {"trl": "train loss", "tel": "val loss", "dt": "step_time", "data": "data_time"}

DELIMITERS = re.compile(r"[,|;{}\[\]()\t\"'`*:=#<>]+|(?:^|\s)-+\s|\s{2,}")
WRAPPED = re.compile(r"(?:\w+\.)?(?:tensor|array|float\d*)\(\s*$")  # "loss: tensor(2.31, device='cuda:0')"
QUOTED = re.compile(r"(?<=\w)(['\"]), *$")  # a pair: "('loss', 2.31)"
OWNS = re.compile(r"(?<=\w)'s (?=\w)")  # LightGBM: "training's binary_logloss: 0.69"
BEHIND = re.compile(r"\s+([A-Za-z][\w.-]*(?: [A-Za-z][\w.-]*){0,3})\s*(?:[,;|]|$)")  # "0.98 C.E. Loss, 97.1% Accuracy"
KIND = re.compile(r"^(.*?)\s*\(([A-Za-z%/ ]+)\)$")  # "Epoch(train)", "elapsed time per iteration (ms)"
ROLE = re.compile(rf"(?<![\w./\\-])({'|'.join(sorted(SPLITS, key=len, reverse=True))})(?![\w/\\@-]|\.\w)", re.I)
FILLERS = {"and", "with", "the", "at", "is", "was", "of"}
NO_NAME = re.compile(r"\b(?:from|to|in|for|after|by|than|until|every|improved|decreased|increased|did not)\b", re.I)
IGNORED = re.compile(r"(?:eta|pid|seed|rank|port|line|version|v_num|device|gpu)$|.*\.(?:py|cpp|cc|cu|h)$", re.I)

SAID_AT, SAID_WHERE = re.compile(r"\b(?:at|after)\b"), re.compile(r"\b(?:at|after|for|in|on)\b")
LETTER = re.compile(r"[A-Za-z_]")
AT = re.compile(r"(.*\w)\s+(?:at|after|in|on|for)\s+(?:the )?[\w ]+")
EPOCH = {"epoch", "ep"}
STEPS = {  # how sure it is that a word counts the whole training, surest first
    **dict.fromkeys(("global step", "num updates", "total timesteps", "timesteps", "num timesteps", "total steps", "total env steps"), 0),
    **dict.fromkeys(
        ("step", "iter", "iters", "iteration", "iterations", "it", "itr", "update", "episode", "round", "timestep", "tick", "s", "steps"), 1
    ),
    **dict.fromkeys(("batch", "minibatch", "batch idx", "mb"), 2),
}
BATCH = 2
GLOBAL = tuple(word for word, rank in STEPS.items() if rank == 0)
BEFORE_COUNTER = (
    TRAIN
    | set(VAL)
    | {"start", "starting", "begin", "beginning", "running", "end", "finished", "completed", "done"}
    | {"current", "cur", "global", "optimizer", "of", "in", "for"}
)


def name_of(gap: str) -> str:
    """The name of the number that follows this text; "" where it has none."""
    gap = OWNS.sub(" ", gap[-REACH:]) if "'s " in gap else gap[-REACH:]
    gap = QUOTED.sub(r"\1", gap)
    gap = (WRAPPED.sub("", gap) if "(" in gap else gap).rstrip(" \t\"'`[({=:>~#")
    suffix = ""
    if gap.endswith(")") and (kind := KIND.match(gap)):
        gap, suffix = kind[1], "" if ROLE.match(kind[2]) else f" ({kind[2]})"
    words = DELIMITERS.split(gap)[-1].replace("%", " ").strip(" .-_@").split()
    words = [word for word in words if any(map(str.isalnum, word))]  # no pictures, and no lines of a table drawn
    while words and words[0].lower() in FILLERS:
        words.pop(0)
    while words and words[-1].lower() in FILLERS:
        words.pop()
    name = " ".join(words)
    if not 0 < len(words) <= LONGEST_NAME or not LETTER.match(name):
        return ""
    return SPELLINGS.get(name.lower(), name) + suffix


def name_behind(after: str) -> str:
    """The loss or score that the number before this text is, where it is named behind it; "" where it is none."""
    found = BEHIND.match(after)
    known = meaning(found[1]) if found else None
    return found[1] if found and known and known.quantity in ("loss", "accuracy") else ""


def counter_of(name: str) -> str | None:
    """The counter a name is: "epoch", or a word of `STEPS`; None if it names a value."""
    text = name.partition("(")[0].rstrip().lower().replace("_", " ").replace("/", " ")
    said = SAID_WHERE if measure_before(name) else SAID_AT
    words = said.split(text)[-1].split()  # "validation loss at iteration 1000"
    for n in (3, 2, 1):
        last = " ".join(words[-n:])
        if (last in STEPS or last in EPOCH) and (set(words[:-n]) <= BEFORE_COUNTER or last in GLOBAL) and (last != "s" or text == "s"):
            return "epoch" if last in EPOCH else last
    return None


def measure_before(name: str) -> str:
    """The value that a counter's name tells of: "Cost" of "Cost after iteration"; "" where there is none."""
    found = AT.fullmatch(name) if name.count(" ") > 1 else None
    return found[1] if found and meaning(found[1]) else ""


def tag_of(name: str, role: str, label: str = "") -> str:
    """The name as logged, under its split where only the line around it tells which.

    `role` is the split named last, which losses and scores without one of their own belong to; `label` the one named apart from any
    value, which all values of a validation belong to.
    """
    known = meaning(name)
    split = role if known and known.quantity in ("loss", "accuracy") else label if label in VAL else ""
    if not split or not known or known.role:
        return name
    return f"{'train' if split in TRAIN else split}/{name}"
