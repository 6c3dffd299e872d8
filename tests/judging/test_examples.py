"""Every problem and every cause against its own examples: found, or first among the causes, in each BAD one and in no GOOD one."""

import pytest

from advisor import curves
from advisor.judging import rules
from tests.judging.rules import examples, first_causes, found

CATALOGUES = ((rules.problems(), found), (rules.causes(), first_causes))


def of_both(kind):
    """Each example with its rule and the function that names what is found in a run."""
    return [pytest.param(*case.values, names, id=case.id) for catalogue, names in CATALOGUES for case in examples(catalogue, kind)]


@pytest.mark.parametrize("rule, signals, names", of_both("BAD"))
def test_a_bad_example_is_recognized(rule, signals, names):
    assert rule.name in names(curves.example(signals))


@pytest.mark.parametrize("rule, signals, names", of_both("GOOD"))
def test_a_good_example_is_not(rule, signals, names):
    assert rule.name not in names(curves.example(signals))
