"""Rules that only a whole bank can break: what no two questions, or too many of them, may share."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from app.bank.read import Question
from app.bank.said import texts
from app.bank.text import sentences

MOST_QUALITATIVE = 4
MOST_WITH_ONE_TRAP = 3
_SHORT = 5  # a sentence of fewer words may stand in two questions


def across_problems(questions: Sequence[Question]) -> Iterator[str]:
    """Each rule that the active questions break together, naming them; drafts may still be copies."""
    active = [question for question in questions if question.active]
    for rule in (_qualitative, _same_trap, _same_move, _same_sentence):
        yield from rule(active)


def _qualitative(questions: Sequence[Question]) -> Iterator[str]:
    found = [question.public.id for question in questions if question.public.qualitative]
    if len(found) > MOST_QUALITATIVE:
        yield f"qualitative: {', '.join(found)}: at most {MOST_QUALITATIVE} questions may lack a model"


def _same_trap(questions: Sequence[Question]) -> Iterator[str]:
    sharing: dict[str, list[str]] = defaultdict(list)
    for question in questions:
        sharing[question.key.trap_id].append(question.public.id)
    for trap, ids in sharing.items():
        if len(ids) > MOST_WITH_ONE_TRAP:
            yield f"trap_id: {trap}: {', '.join(ids)}: at most {MOST_WITH_ONE_TRAP} questions share a trap"


def _same_move(questions: Sequence[Question]) -> Iterator[str]:
    seen: dict[tuple[str, str | None, str], str] = {}
    for question in questions:
        same = (question.key.lever, question.key.resource, str(question.public.phase))
        if same in seen:
            words = ", ".join(str(word) for word in same)
            yield f"lever: {seen[same]} and {question.public.id} share lever, resource and phase ({words}); change one"
        seen[same] = question.public.id


def _same_sentence(questions: Sequence[Question]) -> Iterator[str]:
    seen: dict[str, tuple[str, str]] = {}
    for question in questions:
        for place, text in texts(question):
            for sentence in sentences(text):
                if len(sentence.split()) < _SHORT:
                    continue
                owner, where = seen.setdefault(sentence.lower(), (question.public.id, place))
                if owner != question.public.id:
                    told = f"stands in {owner} as well ({where}): {sentence[:80]!r}; rephrase"
                    yield f"{question.public.id}: {place}: {told}"
