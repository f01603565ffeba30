"""Twelve parties: nothing is said of clean agreements, every planted fault is found, and nothing else."""

from collections import Counter

import pytest

from dispatch.agreements.lint.finding import Finding
from dispatch.agreements.lint.linter import lint
from tests.make_lint import NOW, Expected, Fault, make_facts, plant, read_clean, read_faults

FACTS = make_facts()
CLEAN = read_clean()
FAULTS = read_faults()
MORE = read_faults("more_faults.yaml")


def places(findings: tuple[Finding, ...]) -> Counter[Expected]:
    return Counter(Expected(one.code, one.agreement_id, one.path) for one in findings)


def test_nothing_is_said_of_clean_agreements() -> None:
    assert places(lint(plant((), CLEAN), FACTS, NOW)) == Counter()


def test_there_are_twelve_parties_and_twenty_five_faults_of_as_many_kinds() -> None:
    assert len(FACTS.places) == 12
    assert len({fault.name for fault in FAULTS}) == 25
    assert len({find.code for fault in FAULTS for find in fault.finds}) == 25


def test_all_planted_faults_are_found_at_once_and_nothing_else() -> None:
    expected = Counter(find for fault in FAULTS for find in fault.finds)
    assert places(lint(plant(FAULTS, CLEAN), FACTS, NOW)) == expected


@pytest.mark.parametrize("fault", [*FAULTS, *MORE], ids=lambda fault: fault.name)
def test_each_fault_alone_leads_to_its_own_finding_alone(fault: Fault) -> None:
    assert places(lint(plant([fault], CLEAN), FACTS, NOW)) == Counter(fault.finds)
