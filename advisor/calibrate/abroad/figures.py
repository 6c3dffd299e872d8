"""How good the reports on labelled runs are, as counts: what was read, found, named first, and said falsely."""

from collections.abc import Callable, Iterable, Sequence
from statistics import mean

from advisor.calibrate.abroad.labels import SURE, Kind
from advisor.calibrate.abroad.scored import Scored

LEVELS = {"high": ("high",), "high+medium": SURE}
Share = tuple[int, int]  # how many, of how many


def figures(runs: Sequence[Scored]) -> dict[str, Share]:
    """Every figure by its name: how many, of how many. Wildness and bad sentences are counted in runs."""
    out = {
        "a report came back": share(runs, lambda r: r.answered),
        "the loss was read": share([r for r in runs if r.readable], lambda r: r.read),
        "train loss by a right tag": share([r for r in runs if r.train_tag is not None], lambda r: bool(r.train_tag)),
        "val loss by a right tag": share([r for r in runs if r.val_tag is not None], lambda r: bool(r.val_tag)),
    }
    return out | of_the_faulty(runs) | of_the_others(runs) | of_findings(runs) | of_changes(runs)


def of_the_faulty(runs: Sequence[Scored]) -> dict[str, Share]:
    """Of runs with a fault: how many had a finding, one that names the fault first, or at all, and were explained."""
    out = {}
    for what, levels in LEVELS.items():
        faulty = of(runs, "faulty", levels)
        out[f"faulty {what}: found"] = share(faulty, lambda r: bool(r.said))
        out[f"faulty {what}: named first"] = share(faulty, lambda r: r.first)
        out[f"faulty {what}: named at all"] = share(faulty, lambda r: r.named)
    known = [r for r in of(runs, "faulty") if r.label.causes]
    return out | {"faulty high+medium: explained": share(known, lambda r: r.explained)}


def of_the_others(runs: Sequence[Scored]) -> dict[str, Share]:
    """Of healthy runs, of those by rewards, and of those that nobody can judge: on how many something false was said."""
    out = {f"healthy {what}: flagged": share(of(runs, "healthy", levels), lambda r: bool(r.false)) for what, levels in LEVELS.items()}
    ill = [r for r in of(runs, "rl") if r.label.ill_by_rewards]
    return out | {
        "rl: a supervised problem named": share(of(runs, "rl"), lambda r: bool(r.false)),
        "rl ill: found": share(ill, lambda r: bool(r.said)),
        "rl ill: named": share(ill, lambda r: r.named),
        "cannot tell: something claimed": share(of(runs, "open"), lambda r: bool(r.false)),
    }


def of_findings(runs: Sequence[Scored]) -> dict[str, Share]:
    """Of the problems that errors and warnings name: how many are so, of those that the label decides, and of all."""
    sure = [r for r in runs if r.label.sure]
    right, false, said = (sum(len(getattr(r, name)) for r in sure) for name in ("right", "false", "said"))
    return {"loud findings: right of right + false": (right, right + false), "loud findings: right of all": (right, said)}


def of_changes(runs: Sequence[Scored]) -> dict[str, Share]:
    """On how many runs a change was named that nobody would make, or a sentence said that nobody should see."""
    return {
        "runs with a wild change": share(runs, lambda r: bool(r.wild)),
        "runs with an image transform where there are no images": share(runs, lambda r: r.image_transform),
        "runs with an absurd sentence": share(runs, lambda r: r.absurd_sentence),
        "runs with a sentence that the label forbids": share(runs, lambda r: r.forbidden_sentence),
    }


def one_vote_a_source(runs: Sequence[Scored]) -> dict[str, tuple[float, int]]:
    """Means over sources, so that large ones do not drown small ones, and of how many sources they are."""
    first = votes(of(runs, "faulty"), lambda r: r.first)
    flagged = votes(of(runs, "healthy"), lambda r: bool(r.false))
    return {
        "faulty: named first": (mean(first or [0.0]), len(first)),
        "healthy: flagged": (mean(flagged or [0.0]), len(flagged)),
    }


def votes(runs: Iterable[Scored], which: Callable[[Scored], bool]) -> list[float]:
    """Of each source, the share of its runs of which this is so."""
    by_source: dict[str, list[bool]] = {}
    for run in runs:
        by_source.setdefault(run.label.source, []).append(which(run))
    return [mean(said) for said in by_source.values()]


def of(runs: Iterable[Scored], kind: Kind, levels: Sequence[str] = SURE) -> list[Scored]:
    """Those of a kind whose labels are this sure."""
    return [r for r in runs if r.label.kind == kind and r.label.confidence in levels]


def share(runs: Sequence[Scored], which: Callable[[Scored], bool]) -> Share:
    """Of how many runs this is so, and how many there are."""
    return sum(map(which, runs)), len(runs)
