"""Checks of a question's text: nothing public may give the key away."""

import re
from collections.abc import Iterable, Iterator, Mapping

from app.bank.prose import Prose
from app.bank.schema.question import QuestionForm
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


_LINK = re.compile(r"(?:https?:|www\.)\S*")
_GOOD_LINK = re.compile(r"https?://[\w-]+(\.[\w-]+)+(:\d+)?(/\S*[\w/#=&+-])?/?")


def spoilers(
    form: QuestionForm, *, component: str | None, resource: str | None, trap: Prose
) -> Iterator[tuple[str, str]]:
    """Place and reason of each word of the key in title, ids, tags, and, where no reason is stated, in the texts."""
    secret = secret_words(component=component, resource=resource, trap=trap)
    hidden = (("title", form.title), ("id", form.id), ("public_id", form.public_id), ("tags", " ".join(form.tags)))
    for place, text in hidden:
        for word in sorted(secret):
            if _mentions(text, word) or _mentions(_words(text), _words(word)):
                yield place, f"{word!r} gives the key away; say it without that word"
    for place, text in (("prompt", form.prompt), ("probe", form.probe)):
        for word in unexplained(text, secret, form.public_mentions):
            yield place, f"{word!r} is a word of the key; rephrase, or give the reason in public_mentions.{word}"
    for word in form.public_mentions:
        if not _mentions(f"{form.prompt} {form.probe}", word):
            yield f"public_mentions.{word}", "neither prompt nor probe uses that word; remove it"


def secret_words(*, component: str | None, resource: str | None, trap: Prose) -> set[str]:
    """The words by which a reader would recognise what binds, or the trap."""
    text_of_trap = " ".join(part for part in trap if isinstance(part, str))
    secret = {*_WORDS.get(component or "", ()), *_RESOURCE_WORDS.get(resource or "", ())}
    return secret | {word for words in _WORDS.values() for word in words if _mentions(text_of_trap, word)}


def unexplained(text: str, secret: set[str], reasons: Mapping[str, str]) -> list[str]:
    """The secret words that a text uses without a stated reason."""
    return [word for word in sorted(secret) if _mentions(text, word) and word not in reasons]


def bad_links(sources: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Place and reason of each link that is not well formed."""
    for index, source in enumerate(sources):
        for link in _LINK.findall(source):
            if not _GOOD_LINK.fullmatch(link):
                yield (
                    f"sources.{index}",
                    f"{link!r} is not a link; write https://host/path, without a full stop after it",
                )


def _words(slug: str) -> str:
    """A slug joins its words by hyphens; in prose a hyphen makes one word of two."""
    return slug.replace("-", " ")


def _mentions(text: str, word: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text.lower()) is not None
