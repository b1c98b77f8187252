"""The order of questions: prerequisites, the path for a newcomer, and a mixed order for practice."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence


def circles(requires: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """Each way in which a question comes to require itself, as the ids in order."""
    settled: set[str] = set()

    def visit(question: str, on_the_way: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        if question in on_the_way:
            yield (*on_the_way[on_the_way.index(question) :], question)
            return
        if question in settled:
            return
        for other in requires.get(question, ()):
            yield from visit(other, (*on_the_way, question))
        settled.add(question)

    for question in requires:
        yield from visit(question, ())


def path_problems(path: Sequence[str], requires: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Question and fault of each prerequisite that is unknown, circular, or later on the path than what needs it."""
    for question, needed in requires.items():
        for other in needed:
            if other not in requires:
                yield question, f"requires: {other!r} is not in the bank"
            elif question in path and other in path and path.index(other) > path.index(question):
                yield question, f"requires: {other!r} comes later on the path; move one of them"
    for circle in circles(requires):
        yield circle[0], f"requires: itself, by way of {' > '.join(circle)}"


def mixed_order(topics: Mapping[str, Sequence[str]], seed: int) -> tuple[str, ...]:
    """The questions of all topics, interleaved: no topic twice in a row while others have questions left.

    Always the same for a seed. The longest topics are spread over the whole, as each draw takes from the topic with the
    most left; ties, and the order in a topic, are settled by the seed.
    """
    left = {topic: sorted(ids, key=lambda one: _draw(seed, one)) for topic, ids in topics.items() if ids}
    mixed: list[str] = []
    last = ""
    while left:
        open_topics = [topic for topic in left if topic != last] or [last]
        last = max(open_topics, key=lambda topic: (len(left[topic]), _draw(seed, f"{len(mixed)}:{topic}")))
        mixed.append(left[last].pop())
        if not left[last]:
            del left[last]
    return tuple(mixed)


def _draw(seed: int, word: str) -> bytes:
    return hashlib.sha256(f"{seed}:{word}".encode()).digest()
