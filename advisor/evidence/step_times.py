"""What became of the time of a step, as the finding of slow training saw it."""

from collections.abc import Iterator

from advisor.finding import Evidence, Finding

WAITED = "data_time"  # the signal of the finding that steps wait; of the one that they became slower it is another


def steady_setting(finding: Finding) -> Iterator[Evidence]:
    """That steps became slower speaks against a setting that was the same all along."""
    seen = finding.evidence[0]
    if finding.problem == "slow-training" and seen.signal != WAITED:
        fact = "became slower along the run, which a setting that stays the same does not do, times"
        yield Evidence(seen.signal, seen.first_step, seen.last_step, fact, seen.value, seen.limit, -15.0)
