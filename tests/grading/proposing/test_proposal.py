"""The form of a reply: what fits is read, what does not is dropped or refused as a whole."""

import json

import pytest

from app.grading.proposing.proposal import (
    MOST,
    Malformed,
    Proposal,
    proposal_from_mapping,
    proposal_to_mapping,
    proposals_of,
    schema,
)

CLAIM = {"sentence": 1, "quote": "the big multiplies eat 60 %", "kind": "share", "subject": "linear", "number": 60}


def reply(*claims):
    return json.dumps({"claims": list(claims)})


def test_a_claim_is_read_with_the_usual_for_what_it_leaves_out():
    (found,) = proposals_of(reply(CLAIM))
    assert found == Proposal(**CLAIM)
    assert (found.polarity, found.modality, found.attribution, found.threshold) == ("+", "certain", "self", None)


def test_every_field_of_the_schema_is_one_of_a_proposal_and_required():
    claim = schema()["properties"]["claims"]["items"]
    assert set(claim["properties"]) == set(claim["required"]) == set(Proposal.__dataclass_fields__)
    assert claim["additionalProperties"] is False
    json.dumps(schema())


@pytest.mark.parametrize("fence", ["```json\n{}\n```", "```\n{}\n```", "  {}\n"])
def test_a_fence_around_the_reply_is_taken_off(fence):
    assert len(proposals_of(fence.replace("{}", reply(CLAIM)))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "", "The MLP dominates.", "[]", "5", "null", '{"claims": {}}', '{"claims": []} trailing', '{"claims": [',
        '{"claims": [], "points": 100}', '{"score": 100}', "{" * 100_000, "[" * 100_000,
        '{"claims": [' + ",".join(["{}"] * (MOST + 1)) + "]}",
    ],
    ids=lambda text: text[:20] or "nothing",
)  # fmt: skip
def test_a_reply_of_another_form_is_malformed(text):
    with pytest.raises(Malformed):
        proposals_of(text)


@pytest.mark.parametrize(
    "change",
    [
        {"points": 4}, {"kind": "figure"}, {"kind": "says"}, {"kind": None}, {"subject": "the_answer"},
        {"subject": "proposal"}, {"subject": 5}, {"lever": "magic"}, {"polarity": "yes"}, {"attribution": "prompt"},
        {"variable": "rubric"}, {"sentence": "1"}, {"sentence": True}, {"sentence": 1.0}, {"quote": ""}, {"quote": 5},
        {"quote": "x" * 601}, {"number": "60"}, {"number": True}, {"number": float("nan")}, {"number": 1e300},
        {"number": 10**400}, {"threshold": []},
    ],
    ids=str,
)  # fmt: skip
def test_a_claim_that_does_not_fit_is_dropped_and_the_others_stay(change):
    assert [one.quote for one in proposals_of(reply({**CLAIM, **change}, CLAIM))] == [CLAIM["quote"]]


@pytest.mark.parametrize("claim", ["text", 5, None, [], {}, {"sentence": 1, "quote": "a b c d"}], ids=str)
def test_what_is_no_claim_is_dropped(claim):
    assert proposals_of(reply(claim)) == ()


def test_a_proposal_comes_back_as_it_was_stored():
    proposal = Proposal(**CLAIM, polarity="-", variable="seq_len", direction=">", threshold=4e4)
    assert proposal_from_mapping(json.loads(json.dumps(proposal_to_mapping(proposal)))) == proposal
