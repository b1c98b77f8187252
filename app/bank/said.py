"""Everything that a question says, as its author wrote it: place and text."""

from collections.abc import Iterator

from app.bank.read import Question
from app.bank.schema.key import KeyForm


def key_prose(key: KeyForm) -> Iterator[tuple[str, str]]:
    """The texts of a key whose figures are put in."""
    yield "trap", key.trap
    yield "flip", key.flip
    for place, items in (("numbers", key.numbers), ("moves", key.moves)):
        yield from ((f"{place}.{i}", text) for i, text in enumerate(items))
    yield from ((f"people_say.{i}.verdict", one.verdict) for i, one in enumerate(key.people_say))
    yield from ((f"hints.{i}", hint.text) for i, hint in enumerate(key.hints))


def texts(question: Question) -> Iterator[tuple[str, str]]:
    """The texts of both halves, of the variants and of the sample answers."""
    form, key = question.recipe.question, question.recipe.key
    yield "prompt", form.prompt
    yield "probe", form.probe
    yield from key_prose(key)
    yield from ((f"people_say.{i}.claim", one.claim) for i, one in enumerate(key.people_say))
    for variant in question.recipe.variants.values():
        yield f"variants.{variant.id}.prompt", variant.prompt
        yield f"variants.{variant.id}.says", variant.says
    yield from ((f"samples.{i}", sample.text) for i, sample in enumerate(question.key.samples))
