"""Who may lend to whom, and who is whose partner at a moment."""

from dataclasses import replace

from dispatch.agreements.pairs import Pairs
from dispatch.agreements.permit import Refusal
from dispatch.agreements.terms import AgreementKind
from dispatch.model.ids import JurisdictionId
from tests.make_agreements import BEGINS, CEDAR, ELM, ENDS, HARLOW, NOW, SIGNED, ask, make_agreement


def test_partners_share_an_agreement_in_force_in_either_direction():
    pairs = Pairs([make_agreement(), make_agreement(id_="e", lender=HARLOW, borrower=ELM)])
    assert pairs.list_partners(HARLOW, NOW) == (CEDAR, ELM)
    assert pairs.list_partners(CEDAR, NOW) == (HARLOW,)
    assert pairs.list_partners(ELM, NOW) == (HARLOW,)


def test_a_partnership_ends_with_its_agreement_and_no_sweep_is_needed():
    pairs = Pairs([make_agreement()])
    assert pairs.list_partners(HARLOW, SIGNED) == ()
    assert pairs.list_partners(HARLOW, BEGINS) == (CEDAR,)
    assert pairs.list_partners(HARLOW, ENDS) == ()


def test_an_unsigned_agreement_makes_no_partners_but_is_listed_for_its_reason():
    pairs = Pairs([make_agreement(signed_by=(HARLOW,))])
    assert pairs.list_partners(HARLOW, NOW) == ()
    assert pairs.list_lenders(HARLOW) == (CEDAR,)
    assert len(pairs.list_for(lender=CEDAR, borrower=HARLOW)) == 1


def test_the_parties_of_one_agreement_are_partners_only_where_aid_may_flow():
    three = make_agreement()
    three = replace(three, parties=(HARLOW, CEDAR, ELM))
    assert Pairs([three]).list_partners(ELM, NOW) == ()


def test_agreements_in_force_come_in_their_precedence():
    automatic = make_agreement(id_="z", kind=AgreementKind.AUTOMATIC)
    pairs = Pairs([make_agreement(), automatic, make_agreement(id_="over", effective_to=NOW)])
    found = pairs.list_in_force(lender=CEDAR, borrower=HARLOW, now=NOW)
    assert [agreement.id for agreement in found] == ["z", "harlow-cedar"]
    assert pairs.list_in_force(lender=HARLOW, borrower=CEDAR, now=NOW) == ()


def test_a_new_version_that_drops_a_direction_takes_it_from_the_old_one_too():
    old = make_agreement(both_ways=True)
    new = make_agreement(version=2)
    pairs = Pairs([old, new])
    known = pairs.list_for(lender=HARLOW, borrower=CEDAR)
    assert isinstance(ask(*known, lender=HARLOW, borrower=CEDAR), Refusal)
    assert pairs.list_in_force(lender=HARLOW, borrower=CEDAR, now=NOW) == ()
    assert pairs.list_partners(CEDAR, NOW) == (HARLOW,)


def test_everything_is_listed_by_id_and_version():
    b, a2, a1 = make_agreement(id_="b"), make_agreement(id_="a", version=2), make_agreement(id_="a")
    assert Pairs([b, a2, a1]).list_all() == (a1, a2, b)


def test_the_index_of_a_compact_of_hundreds_remembers_no_more_pairs_than_it_may(monkeypatch):
    monkeypatch.setattr("dispatch.agreements.pairs.MOST_PAIRS_KEPT", 10)
    members = tuple(JurisdictionId(f"m{n}") for n in range(20))
    compact = replace(make_agreement(signed_by=()), parties=members, directions=(), reciprocal=True)
    pairs = Pairs([compact])
    for borrower in members:
        for lender in pairs.list_lenders(borrower):
            assert pairs.list_for(lender=lender, borrower=borrower) == (compact,)
            assert pairs.count_kept() <= 10
    assert len(pairs.list_lenders(members[0])) == 19
