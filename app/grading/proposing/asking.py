"""A grade with a model's help: the rules read first, the model what they could not, and the rules' reading stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from app.engine.analysis import Analysis
from app.grading.criteria import Rubric
from app.grading.grade import grade
from app.grading.proposing.proposal import Proposal, proposal_from_mapping, proposal_to_mapping
from app.grading.proposing.reading import claims_from, unread_sentences
from app.grading.score import Score, score_to_mapping
from app.grading.text import Span

MOST_SENTENCES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a model proposed, or why there is nothing: `failure` in a word or two, "" when it answered.

    `asked` are the stretches of the answer that it was shown, in the order of their numbers.
    """

    model: str
    prompt_sha256: str
    asked: tuple[Span, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    failure: str = ""


class ClaimProposer(Protocol):
    """Proposes claims for sentences; never raises. Its HTTP client is app.judge."""

    def propose(self, sentences: Sequence[str]) -> Reply: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Assisted:
    """A score, and the reply that took part in it; None where nobody was asked."""

    score: Score
    reply: Reply | None = None


def assisted_grade(
    answer: str,
    *,
    rubric: Rubric,
    analyses: Mapping[str, Analysis],
    engine_version: str = "",
    proposer: ClaimProposer | None = None,
) -> Assisted:
    """Grade an answer; with a proposer, ask it about the sentences that gave no claim."""
    alone = grade(answer, rubric=rubric, analyses=analyses, engine_version=engine_version)
    if proposer is None or not alone.unread:
        return Assisted(score=alone)
    asked = alone.unread[:MOST_SENTENCES]
    reply = proposer.propose(unread_sentences(answer, asked))
    return with_reply(alone, replace(reply, asked=asked), answer, rubric=rubric, analyses=analyses)


def with_reply(
    alone: Score, reply: Reply, answer: str, *, rubric: Rubric, analyses: Mapping[str, Analysis]
) -> Assisted:
    """The score once a reply is taken in; the same reply gives the same score again."""
    proposed = claims_from(reply.proposals, answer, asked=reply.asked, unread=alone.unread, known=alone.claims)
    score = alone
    if proposed:
        score = grade(answer, rubric=rubric, analyses=analyses, engine_version=alone.engine_version, proposed=proposed)
    return Assisted(score=replace(score, notes=(*score.notes, _note(reply, used=len(proposed)))), reply=reply)


def assisted_to_mapping(assisted: Assisted) -> dict[str, Any]:
    """As `score_to_mapping`, with the model's part under "model": enough to grade the same way again."""
    reply = assisted.reply
    if reply is None:
        return score_to_mapping(assisted.score)
    model = {
        "name": reply.model,
        "prompt_sha256": reply.prompt_sha256,
        "failure": reply.failure,
        "asked": [{"start": span.start, "end": span.end} for span in reply.asked],
        "proposals": [proposal_to_mapping(proposal) for proposal in reply.proposals],
    }
    return {**score_to_mapping(assisted.score), "model": model}


def reply_from_mapping(stored: Mapping[str, Any]) -> Reply | None:
    """The reply that was stored with a grade; None for a grade without one."""
    model = stored.get("model")
    if model is None:
        return None
    return Reply(
        model=model["name"],
        prompt_sha256=model["prompt_sha256"],
        failure=model["failure"],
        asked=tuple(Span(**span) for span in model["asked"]),
        proposals=tuple(proposal_from_mapping(proposal) for proposal in model["proposals"]),
    )


def _note(reply: Reply, *, used: int) -> str:
    if reply.failure:
        return f"A language model was asked and gave nothing usable ({reply.failure}); the grade is the rules' alone."
    if not used:
        return "A language model was asked and added nothing."
    read = "claim was" if used == 1 else "claims were"
    return f"{used} {read} read by a language model ({reply.model}), and checked like the others."
