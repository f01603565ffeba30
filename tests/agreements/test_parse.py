"""Agreement text is understood completely or refused with the path and the line."""

import hashlib
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dispatch.agreements.nodes import MAX_BYTES
from dispatch.agreements.parse import (
    as_document,
    dump_agreement,
    parse_agreement,
    terms_sha256,
    text_sha256,
)
from dispatch.agreements.provisions import AnswerTime, Balance, Discretion, Text
from dispatch.agreements.restrictions import ConcurrentCap, Priorities, ReserveFloor, UnitTypes
from dispatch.agreements.terms import AgreementKind, Direction, Signature
from dispatch.model.errors import AgreementInvalid
from dispatch.model.incident import Priority
from dispatch.model.unit import UnitType
from tests.make_agreement_strategies import agreements
from tests.make_agreements import CEDAR, HARLOW

WHOLE = """\
id: harlow-cedar
title: Harlow / Cedar mutual aid
version: 3
kind: mutual
parties: [harlow, cedar]
directions: [{lender: cedar, borrower: harlow}, {lender: harlow, borrower: cedar}]
effective_from: 2026-01-01T00:00:00Z
effective_to: 2027-01-01T00:00:00+01:00
clauses:
  - {id: "2.1", type: unit_types, allow: [bls_ambulance, als_ambulance]}
  - {id: "2.2", type: priorities, allow: [critical, emergent]}
  - {id: "3.1", type: reserve_floor, lender: cedar, unit_types: [als_ambulance], keep: 2}
  - {id: "3.2", type: concurrent_cap, at_most: 2}
  - {id: "4.1", type: discretion, lender_may_decline: true}
  - {id: "4.2", type: answer_time, seconds: 60}
  - {id: "5", type: text, title: Liability, text: Each bears its own.}
signatures:
  - {party: harlow, by: "A. Name, Chief", signed_at: 2025-12-01T10:00:00Z}
"""


def test_a_whole_agreement_is_understood():
    agreement = parse_agreement(WHOLE)
    assert agreement.id == "harlow-cedar"
    assert agreement.version == 3
    assert agreement.kind is AgreementKind.MUTUAL
    assert agreement.parties == (HARLOW, CEDAR)
    assert agreement.directions[0] == Direction(lender=CEDAR, borrower=HARLOW)
    assert agreement.effective_from == datetime(2026, 1, 1, tzinfo=UTC)
    assert agreement.effective_to == datetime(2026, 12, 31, 23, tzinfo=UTC)
    assert agreement.clauses == (
        UnitTypes(id="2.1", allow=(UnitType.ALS_AMBULANCE, UnitType.BLS_AMBULANCE)),
        Priorities(id="2.2", allow=(Priority.CRITICAL, Priority.EMERGENT)),
        ReserveFloor(id="3.1", keep=2, unit_types=(UnitType.ALS_AMBULANCE,), lender=CEDAR),
        ConcurrentCap(id="3.2", at_most=2),
        Discretion(id="4.1", lender_may_decline=True),
        AnswerTime(id="4.2", seconds=60),
        Text(id="5", title="Liability", text="Each bears its own."),
    )
    signed_at = datetime(2025, 12, 1, 10, tzinfo=UTC)
    assert agreement.signatures == (Signature(party=HARLOW, by="A. Name, Chief", signed_at=signed_at),)


def test_an_agreement_may_have_no_end_and_no_signatures_yet():
    text = WHOLE[: WHOLE.index("signatures:")].replace("2027-01-01T00:00:00+01:00", "null")
    agreement = parse_agreement(text)
    assert agreement.effective_to is None
    assert agreement.signatures == ()


BALANCE = '  - {id: "7", type: balance, imbalance_unit_hours: 40%s}\nsignatures:'


def test_a_balance_that_says_nothing_of_the_giver_reads_and_is_signed_as_ever():
    silent, denied, says_so = (
        parse_agreement(WHOLE.replace("signatures:", BALANCE % more))
        for more in ("", ", spares_the_giver: false", ", spares_the_giver: true")
    )
    assert silent.clauses[-1] == Balance(id="7", imbalance_unit_hours=40)
    assert as_document(silent)["clauses"][-1] == {"id": "7", "type": "balance", "imbalance_unit_hours": 40}
    assert terms_sha256(denied) == terms_sha256(silent) != terms_sha256(says_so)
    assert as_document(says_so)["clauses"][-1]["spares_the_giver"] is True


FLOOR = '{id: "3.1", type: reserve_floor, lender: cedar, unit_types: [als_ambulance], keep: 2}'


@pytest.mark.parametrize(
    ("was", "becomes", "path", "line", "because"),
    [
        ("kind: mutual", "kind: mutual\nzones: []", "zones", 5, "unknown name"),
        ("version: 3\n", "", "document", 1, "version is missing"),
        ("version: 3", "version: 0", "version", 3, "from 1 to"),
        ("version: 3", "version: 010", "version", 3, "plain decimal"),
        ("version: 3", 'version: "3"', "version", 3, "whole number"),
        ("version: 3", "version: .nan", "version", 3, "whole number"),
        ("version: 3", "version: 3\nversion: 4", "version", 4, "comes twice"),
        ("id: harlow-cedar", "id: 12", "id", 1, "in quotes"),
        ("id: harlow-cedar", "id: harlow cedar", "id", 1, "letters, digits"),
        ("title: Harlow / Cedar mutual aid", "title: '  '", "title", 2, "not be empty"),
        ("title: Harlow / Cedar mutual aid", 'title: "a\\0b"', "title", 2, "control character"),
        ("title: Harlow / Cedar mutual aid", 'title: "a\\u202eb"', "title", 2, "direction of reading"),
        ("title: Harlow / Cedar mutual aid", f"title: {'x' * 201}", "title", 2, "longer than 200"),
        ("kind: mutual", "kind: friendly", "kind", 4, "unknown 'friendly'"),
        ("parties: [harlow, cedar]", "parties: [harlow]", "parties", 5, "2 or more"),
        ("parties: [harlow, cedar]", "parties: [harlow, harlow]", "parties[1]", 5, "comes twice"),
        ("parties: [harlow, cedar]", "parties: harlow", "parties", 5, "must be a list"),
        ("lender: cedar, borrower", "lender: elm, borrower", "directions[0].lender", 6, "not one of"),
        ("borrower: harlow}", "borrower: cedar}", "directions[0].borrower", 6, "nobody borrows"),
        ("{lender: harlow, borrower: cedar}", "[]", "directions[1]", 6, "mapping"),
        (
            "{lender: harlow, borrower: cedar}",
            "{lender: cedar, borrower: harlow}",
            "directions[1]",
            6,
            "comes twice",
        ),
        ("2026-01-01T00:00:00Z", "2026-01-01", "effective_from", 7, "offset"),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00", "effective_from", 7, "offset"),
        ("2026-01-01T00:00:00Z", "soon", "effective_from", 7, "moment"),
        ("2026-01-01T00:00:00Z", '""', "effective_from", 7, "empty"),
        ("2026-01-01T00:00:00Z", "2026", "effective_from", 7, "moment"),
        ("2026-01-01T00:00:00Z", "0001-01-01T00:00:00+10:00", "effective_from", 7, "offset"),
        ("2026-01-01T00:00:00Z", "1066-01-01T00:00:00Z", "effective_from", 7, "from 1900"),
        ("2027-01-01T00:00:00+01:00", "2026-01-01T00:00:00Z", "effective_to", 8, "later than"),
        ("2027-01-01T00:00:00+01:00", "2025-01-01T00:00:00Z", "effective_to", 8, "later than"),
        ("[bls_ambulance, als_ambulance]", "[rickshaw]", "clauses[0].allow[0]", 10, "unknown 'rickshaw'"),
        ("[bls_ambulance, als_ambulance]", "[]", "clauses[0].allow", 10, "1 or more"),
        ("[critical, emergent]", "[critical, critical]", "clauses[1].allow[1]", 11, "comes twice"),
        ("[critical, emergent]", "[urgent]", "clauses[1].allow[0]", 11, "unknown 'urgent'"),
        ("keep: 2", "keep: -1", "clauses[2].keep", 12, "from 0"),
        ("keep: 2", "keep: two", "clauses[2].keep", 12, "whole number"),
        ("keep: 2", "keep: 2.0", "clauses[2].keep", 12, "whole number"),
        ("keep: 2", "keep: .inf", "clauses[2].keep", 12, "whole number"),
        ("keep: 2", "keep: 1:30", "clauses[2].keep", 12, "plain decimal"),
        ("keep: 2", "keep: 99999999999999999999", "clauses[2].keep", 12, "plain decimal"),
        ("keep: 2", "keep: 2, keeps: 2", "clauses[2].keeps", 12, "unknown name"),
        (", keep: 2", "", "clauses[2]", 12, "keep is missing"),
        ("lender: cedar, unit", "lender: elm, unit", "clauses[2].lender", 12, "lends to nobody"),
        ("at_most: 2", "at_most: 0", "clauses[3].at_most", 13, "from 1"),
        (
            "lender_may_decline: true",
            "lender_may_decline: yes",
            "clauses[4].lender_may_decline",
            14,
            "true or",
        ),
        ("lender_may_decline: true", "lender_may_decline: 1", "clauses[4].lender_may_decline", 14, "true or"),
        ("seconds: 60", "seconds: 9", "clauses[5].seconds", 15, "from 10 to 900"),
        ("seconds: 60", "seconds: 901", "clauses[5].seconds", 15, "from 10 to 900"),
        ('id: "4.2"', 'id: "4.1"', "clauses[5].id", 15, "comes twice"),
        ('id: "4.2"', "id: 4.2", "clauses[5].id", 15, "in quotes"),
        ("type: text", "type: telepathy", "clauses[6].type", 16, "unknown clause type"),
        ("type: text, ", "", "clauses[6]", 16, "type is missing"),
        ("type: concurrent_cap, at_most: 2", "type: answer_time, seconds: 20", "clauses[5].type", 15, "once"),
        ("party: harlow", "party: elm", "signatures[0].party", 18, "not one of"),
        ("kind: mutual", "kind: automatic", "clauses[4].lender_may_decline", 14, "asks nobody"),
    ],
)
def test_a_broken_rule_is_refused_with_its_path_and_line(was, becomes, path, line, because):
    assert was in WHOLE
    with pytest.raises(AgreementInvalid) as refused:
        parse_agreement(WHOLE.replace(was, becomes, 1))
    assert (refused.value.path, refused.value.line) == (path, line)
    assert because in refused.value.because


@pytest.mark.parametrize("zone", ["localtime", "Factory", "right/UTC", "America", "../UTC", "/etc/localtime"])
def test_the_time_zone_is_a_place_that_means_the_same_on_every_machine(zone):
    with pytest.raises(AgreementInvalid, match="IANA") as refused:
        parse_agreement(WHOLE.replace("kind: mutual", f"kind: mutual\ntime_zone: {zone}"))
    assert refused.value.path == "time_zone"


@pytest.mark.parametrize("shape", ["CURVEPOLYGON ((0 0, 1 0, 1 1, 0 0))", "CIRCULARSTRING (0 0, 1 1, 2 0)"])
def test_an_area_has_straight_sides(shape):
    zone = f'type: zones, area: "{shape}"'
    with pytest.raises(AgreementInvalid, match="is not WKT") as refused:
        parse_agreement(WHOLE.replace("type: concurrent_cap, at_most: 2", zone))
    assert refused.value.path == "clauses[3].area"


def test_a_party_signs_once():
    with pytest.raises(AgreementInvalid, match="signs twice") as refused:
        parse_agreement(WHOLE + '  - {party: harlow, by: "B", signed_at: 2025-12-01T10:00:00Z}\n')
    assert (refused.value.path, refused.value.line) == ("signatures[1].party", 19)


BOMB = "a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    ("text", "line", "because"),
    [
        ("", 1, "is empty"),
        ("# nothing\n", 1, "is empty"),
        ("- a\n- b\n", 1, "mapping"),
        ("id: [unclosed\n", 2, "expected"),
        ("id: a\n\ttitle: b\n", 2, "cannot start any token"),
        ("id: a\n---\nid: b\n", 2, "another document"),
        (BOMB, 1, "anchors"),
        ("id: &x a\n", 1, "anchors"),
        ("id: a\ntitle: *x\n", 2, "anchors"),
        ("<<: {id: a}\n", 1, "plain text"),
        ("1: a\n", 1, "plain text"),
        ("[a, b]: c\n", 1, "plain text"),
        ("id: " + "[" * 50, 1, "nested deeper"),
        ("id: a\ntitle: [" + "x," * 8_000 + "]", 2, "more than 8000 values"),
        ("id: a\ntitle: \x07\n", 2, "YAML does not allow"),
        ('id: "\\UFFFFFFFF"\n', None, "not YAML"),
        ("x" * (MAX_BYTES + 1), None, "longer than"),
        ("é" * (MAX_BYTES // 2 + 1), None, "longer than"),
        ("id: \ud800\n", None, "not Unicode"),
    ],
)
def test_text_that_is_not_one_plain_document_is_refused(text, line, because):
    with pytest.raises(AgreementInvalid, match=because) as refused:
        parse_agreement(text)
    assert refused.value.line == line


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.system", "!!python/name:os.system", "!boom", "!!set"]
)
def test_a_tag_constructs_nothing(tag):
    with pytest.raises(AgreementInvalid):
        parse_agreement(WHOLE.replace("parties: [harlow, cedar]", f"parties: {tag} [harlow, cedar]"))


def test_words_that_yaml_would_guess_at_stay_words_in_quotes():
    """YAML 1.1 reads a bare ``no`` as false and ``010`` as eight; a jurisdiction may be called either."""
    text = (
        WHOLE.replace("harlow,", '"no",')
        .replace("harlow}", '"no"}')
        .replace("lender: harlow", 'lender: "no"')
    )
    text = text.replace("party: harlow", 'party: "no"').replace("cedar", '"010"')
    text = text.replace('id: harlow-"010"', "id: harlow-cedar")
    assert parse_agreement(text).parties == ("no", "010")


def test_the_error_is_json_ready():
    with pytest.raises(AgreementInvalid) as refused:
        parse_agreement(WHOLE.replace("keep: 2", "keep: -1"))
    details = refused.value.details()
    assert details == {"path": "clauses[2].keep", "because": "must be from 0 to 1000", "line": 12}


def test_the_hash_is_over_the_exact_bytes():
    assert text_sha256("né\n") == hashlib.sha256("né\n".encode()).hexdigest()
    assert text_sha256(WHOLE) != text_sha256(WHOLE + "\n")


def test_the_document_names_its_fields_as_the_text_does():
    document = as_document(parse_agreement(WHOLE))
    assert document["effective_to"] == "2026-12-31T23:00:00.000000Z"
    assert document["clauses"][2] == {
        "id": "3.1",
        "type": "reserve_floor",
        "lender": "cedar",
        "unit_types": ["als_ambulance"],
        "keep": 2,
    }


@settings(max_examples=150, deadline=None)
@given(agreements())
def test_what_is_written_reads_back_the_same(agreement):
    assert parse_agreement(dump_agreement(agreement)) == agreement


plain = st.text(max_size=8) | st.integers() | st.floats() | st.booleans() | st.none()
trees = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(list(as_document(parse_agreement(WHOLE)))) | plain, inner, max_size=4
        )
    ),
    max_leaves=12,
)
yaml_noise = st.text(st.sampled_from(list("ab:-?&*!|>%@`'\"\\#{}[],~\n\t 0_.=<\u2028\ufeff")), max_size=40)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | yaml_noise | trees.map(repr))
@example("%YAML 1." + "9" * 5000 + "\n---\na: b")
@example("? ? ? ? ? ? ? ? ? ? ? ?")
@example("- " * 400)
@example('a: "\\xd8\\ud800"')
@example("!<tag:yaml.org,2002:int> x")
@example("!!int {a: b}")
@example("=: =")
def test_whatever_the_text_nothing_but_agreement_invalid_is_raised(text):
    with pytest.raises(AgreementInvalid):
        parse_agreement(text)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_agreement_is_refused_or_understood_but_never_breaks_the_parser(data):
    start = data.draw(st.integers(0, len(WHOLE)))
    stop = data.draw(st.integers(start, min(len(WHOLE), start + 20)))
    damage = data.draw(yaml_noise | st.text(max_size=5))
    with suppress(AgreementInvalid):
        parse_agreement(WHOLE[:start] + damage + WHOLE[stop:])
