"""Whether `advisor try` is right: planted faults with their repairs, the same with the sides exchanged, changes that cannot help, and none.

    python -m tests.bench.prove RESULTS [--only KIND …] [--seeds N] [--table]

RESULTS is a folder, in which it is kept and gone on with. Every script is a whole one of its own (`proving/scripts/`, one a style), tried
by the command as a user would; only that the processes of the trainings are forked from this one, which spares each the start of torch.
`prove` trains the sick script, and lets `diagnose --prove` try what is advised on that run; `full` is `repair` judged at the end.
"""

import argparse
import contextlib
import importlib
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.proving.cases import Case, cases
from tests.commands.command_line import advisor as command
from tests.forked import forking

KINDS = ("identical", "like", "repair", "exchanged", "useless", "full", "prove", "random")
VERDICTS = ("mended", "better", "no-difference", "worse", "cannot-tell", "refused")
KEPT = ("verdict", "symptom", "pairs", "steps", "score", "measured_on", "turns_later", "cost", "identical", "instead", "changes")


def tried(case: Case, folder: Path) -> dict[str, Any]:
    """What is said of the change."""
    case.script(folder)
    os.chdir(folder)
    done = command("try", "train.py", "--json", *case.more, "--set", *case.change.split(" --set "))
    return kept(done, lambda said: said)


def proved(case: Case, folder: Path) -> dict[str, Any]:
    """What trying the advice for the sick run comes to, how many changes that takes, and what it costs beside the run."""
    from probes.trying.arms.arm import Arm
    from probes.trying.arms.training import trained

    script = case.script(folder)
    os.chdir(folder)
    run = trained(Arm(Path(script.name)), Path("sick"), lambda _: None)
    done = command("diagnose", "sick", "--script", "train.py", "--prove", "--json")
    row = kept(done, lambda said: said["reports"][0]["proof"])
    if row["verdict"] != "refused":
        said = json.loads(done.stdout)["reports"][0]
        before = said["proof"]["tried_before"]
        row |= {"tried": len(before) + 1, "before": [one["changes"][0]["hparam"] for one in before]}
        row["times_the_run"] = sum(one["cost"]["cpu_seconds"] for one in (*before, said["proof"])) / run.cpu_seconds
        row |= {"problem": said["findings"][0]["problem"], "advised": said["first_change"]}
    return row


def kept(done: Any, of: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    """Of the object that was printed what is kept of it, or the sentence that was said in its place."""
    if done.exit_code:
        return {"verdict": "refused", "why": done.stderr.strip().splitlines()[-1:]}
    said = of(json.loads(done.stdout))
    return {key: said.get(key) for key in KEPT}


def preload() -> None:
    """What scripts import, so that no fork has to; one that is not installed is refused by its script."""
    for name in ("lightning", "accelerate", "transformers"):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    with contextlib.suppress(ImportError):
        importlib.import_module("transformers").Trainer  # noqa: B018  # imported when it is asked for


def table(rows: list[dict]) -> str:
    """Verdicts of each kind, and what they took."""
    lines = ["| kind | tries | " + " | ".join(VERDICTS) + " | pairs, median |", "|---" * (len(VERDICTS) + 3) + "|"]
    for kind in KINDS:
        of = [row for row in rows if row["test"] == kind]
        if of:
            counts, pairs = Counter(row["verdict"] for row in of), median(row.get("pairs") or 0 for row in of)
            lines.append(f"| {kind} | {len(of)} | " + " | ".join(str(counts[one]) for one in VERDICTS) + f" | {pairs:g} |")
    return "\n".join([*lines, "", *sentences(rows)])


def sentences(rows: list[dict]) -> Iterable[str]:
    """What the table does not hold: changes that mend by their turn, their cost, and early verdicts that turned."""
    of = {kind: {row["name"]: row for row in rows if row["test"] == kind} for kind in KINDS}
    mended = [row for row in of["prove"].values() if row["verdict"] == "mended"]
    if mended:
        first, cost = sum(row["tried"] == 1 for row in mended), median(row["times_the_run"] for row in mended)
        sick = sum(row["verdict"] != "refused" for row in of["prove"].values())  # else nothing was found that a change could mend
        yield f"Of {sick} sick runs the first change mends {first}, one of three {len(mended)}, at {cost:.1f} times the run's CPU."
    both = [(of["repair"][name], row) for name, row in of["full"].items() if name in of["repair"] and "refused" not in row["verdict"]]
    if both:
        good = ("mended", "better")
        agree = sum((early["verdict"] in good) == (late["verdict"] in good) for early, late in both)
        shorter = sum((early["steps"] or [0])[0] < (late["steps"] or [0])[0] for early, late in both)
        yield f"Early and at full length: {agree} of {len(both)} say the same, of which {shorter} were judged earlier."


def in_turn(every: Iterable[Case], kinds: Sequence[str]) -> list[Case]:
    """The cases of these kinds, the first of each kind before the second of any, so that there are some of all whenever it ends."""
    of = {kind: [] for kind in kinds}
    for case in every:
        if case.test in of:
            of[case.test].append(case)
    return [case for row in zip_longest(*of.values()) for case in row if case is not None]


def main() -> None:
    """Try what is not tried yet, and print the table of all."""
    options = argparse.ArgumentParser()
    options.add_argument("results", type=Path)
    options.add_argument("--only", nargs="*", default=KINDS, choices=KINDS)
    options.add_argument("--seeds", type=int, default=1)
    options.add_argument("--table", action="store_true", help="print the table of what is there, and try nothing")
    args = options.parse_args()
    args.results.mkdir(parents=True, exist_ok=True)
    log = args.results.absolute() / "tries.jsonl"
    rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()] if log.exists() else []
    done = {(row["test"], row["name"]) for row in rows}
    preload()
    with forking():
        for case in [] if args.table else in_turn(cases(args.seeds), args.only):
            if (case.test, case.name) in done:
                continue
            folder, begin = log.parent / case.test / case.name.replace(" ", "-"), time.perf_counter()
            said = (proved if case.test == "prove" else tried)(case, folder)
            rows.append({"test": case.test, "name": case.name, "style": case.style, "change": case.change} | said)
            with log.open("a", encoding="utf-8") as file:
                file.write(json.dumps(rows[-1]) + "\n")
            of = case.test, case.style, case.name, case.change, said["verdict"], said.get("symptom"), said.get("pairs")
            print(*of, f"{time.perf_counter() - begin:.0f}s", flush=True)
    print(table(rows))


if __name__ == "__main__":
    main()
