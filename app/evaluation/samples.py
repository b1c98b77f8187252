"""A question's own samples as labelled answers."""

from collections.abc import Iterator

from app.bank.read import Question
from app.evaluation.answers import Answer, LabelledAnswer, Scoring


def sample_answers(question: Question) -> Iterator[LabelledAnswer]:
    """Each named by its place in samples.yaml and its kind."""
    for place, sample in enumerate(question.key.samples):
        answer = Answer(id=f"samples.{place} ({sample.kind})", scenario=question.public.id, text=sample.text)
        yield LabelledAnswer(answer=answer, scorings=(Scoring(overall=sample.overall, axes=sample.axes),))
