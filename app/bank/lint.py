"""Checks of a question's text: nothing public may give the key away."""

import re
from collections.abc import Iterator

from app.bank.prose import Prose
from app.bank.schema import QuestionForm
from app.engine.groups import Group

# Words by which a reader recognises a component. A prompt may use one where `public_mentions` gives the reason.
_WORDS: dict[str, tuple[str, ...]] = {
    Group.MLP: ("mlp", "mlps", "ffn", "feed-forward", "feedforward"),
    Group.PROJECTIONS: ("projection", "projections"),
    Group.ATTENTION_CORE: ("attention", "quadratic", "softmax"),
    Group.HEAD: ("head", "logits", "unembedding"),
    Group.EXPERTS: ("expert", "experts", "moe"),
    Group.COMMUNICATION: ("communication", "all-reduce", "network"),
    Group.OPTIMIZER: ("optimizer",),
    Group.NORMS: ("norm", "norms", "layernorm", "rmsnorm"),
}
_RESOURCE_WORDS: dict[str, tuple[str, ...]] = {
    "compute": ("compute-bound",),
    "memory": ("memory-bound", "bandwidth-bound"),
    "communication": ("communication-bound",),
    "latency": ("launch-bound", "latency-bound"),
    "capacity": ("out-of-memory",),
}


def spoilers(form: QuestionForm, *, component: str, resource: str, trap: Prose) -> Iterator[tuple[str, str]]:
    """Place and reason of each word of the key in title, id, tags, or, without a stated reason, in the prompt."""
    text_of_trap = " ".join(part for part in trap if isinstance(part, str))
    secret = {*_WORDS.get(component, ()), *_RESOURCE_WORDS.get(resource, ())}
    secret |= {word for words in _WORDS.values() for word in words if _mentions(text_of_trap, word)}
    for place, text in (("title", form.title), ("id", _words(form.id)), ("tags", _words(" ".join(form.tags)))):
        for word in sorted(secret):
            if _mentions(text, word) or _mentions(text, _words(word)):
                yield place, f"{word!r} gives the key away; say it without that word"
    for word in sorted(secret):
        if _mentions(form.prompt, word) and word not in form.public_mentions:
            yield "prompt", f"{word!r} is a word of the key; rephrase, or give the reason in public_mentions.{word}"
    for word in form.public_mentions:
        if not _mentions(form.prompt, word):
            yield f"public_mentions.{word}", "the prompt does not use that word; remove it"


def _words(slug: str) -> str:
    """A slug joins its words by hyphens; in prose a hyphen makes one word of two."""
    return slug.replace("-", " ")


def _mentions(text: str, word: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text.lower()) is not None
