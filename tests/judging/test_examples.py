"""Every problem and every cause against its own examples: found, or first among the causes, in each BAD one and in no GOOD one."""

import pytest

from advisor import curves
from advisor.judging import rules
from tests.judging.rules import examples, first_causes, recognized


def first(rule, run):
    return rule.name in first_causes(run)


CATALOGUES = ((rules.problems(), recognized), (rules.causes(), first))


def of_both(kind):
    """Each example with its rule and the function that says whether that is found in a run."""
    return [pytest.param(*case.values, told, id=case.id) for catalogue, told in CATALOGUES for case in examples(catalogue, kind)]


@pytest.mark.parametrize("rule, signals, told", of_both("BAD"))
def test_a_bad_example_is_recognized(rule, signals, told):
    assert told(rule, curves.example(signals))


@pytest.mark.parametrize("rule, signals, told", of_both("GOOD"))
def test_a_good_example_is_not(rule, signals, told):
    assert not told(rule, curves.example(signals))
