"""How fast the grader is: by length, on texts made to be slow, and where it refuses; as ratios to one plain pass.

.venv/bin/python bench/grader_speed.py

Times are the processor's, so that what else the machine does counts little; machines differ all the same. The yardstick
is a pass of `re.findall(r"\\w+")` over the same text in the same run: read the ratios, not the milliseconds. Texts are
answers of bench/answers, strung together and cut to length.
"""

import json
import random
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent)]

from app.bank.load import load_bank  # noqa: E402 - the path above comes first
from app.bank.read import Question  # noqa: E402
from app.evaluation.today import score_of  # noqa: E402
from app.grading.text import MAX_CHARACTERS, TooLong, require_readable_length  # noqa: E402

LENGTHS = (60, 200, 600)  # words
TEXTS = 100  # of each length
REPEATS = 3  # of each text, the best counts: what else the machine does is not the grader's
SEED = 5
# Each is repeated to the longest text that is read, and to half of it: work that grows with the square shows.
HOSTILE = {
    "one letter": "a",
    "spaces": " ",
    "lines": "\n",
    "digits": "7",
    "digits and commas": "1,",
    "digits and points": "1.1",
    "powers of ten": "1e5 ",
    "hyphens": "-",
    "numbers and hyphens": "1-",
    "round brackets": "(",
    "nested brackets": "([{",
    "angle brackets": "<",
    "tags": "<b>",
    "asterisks": "*",
    "equals": "= ",
    "slashes": "1/",
    "full stops": ". ",
    "combining accents": "e\u0301",
    "invisible characters": "a\u200b",
    "look-alikes": "а",
    "not": "not ",
    "if": "if ",
    "because": "because ",
    "a component": "mlp ",
    "a share": "mlp 65 % ",
    "a claim": "The MLP is 65 % of the FLOPs. ",
    "a condition": "if s > 4d ",
    "a formula": "16d^2+",
    "typos": "attenton ",
    "a bullet": "- mlp\n",
}


def main() -> None:
    """Print the tables."""
    bank = load_bank(HERE.parent / "questions").practice
    import_time()
    for question in bank.questions:
        by_length(question)
    refusal(bank.questions[0])
    hostile(bank.questions[0])


def import_time() -> None:
    """Import of the grader beyond NumPy, in fresh interpreters."""
    alone, both = (_import_s(line) for line in ("import numpy", "import numpy, app.grading.grade"))
    print(f"import beyond NumPy: {1e3 * (both - alone):.0f} ms\n")


def by_length(question: Question) -> None:
    """Percentiles over texts of each length, in the style of the answers to this question."""
    pool = [*_answers(question.public.id)]
    if not pool:
        return
    print(f"{question.public.id:24}{'p50':>9}{'p95':>9}{'most':>9}   times a plain pass (p50)")
    for words in LENGTHS:
        texts = [*_texts(pool, words)]
        score_of(question, texts[0])  # the first one fills the engine's memory
        spent = sorted(_best(lambda text=text: score_of(question, text)) for text in texts)  # type: ignore[misc]
        passes = sorted(_best(lambda text=text: _plain_pass(text)) for text in texts)  # type: ignore[misc]
        middle, late = spent[len(spent) // 2], spent[int(0.95 * len(spent))]
        ratio = middle / passes[len(passes) // 2]
        print(f"  {words} words".ljust(24) + f"{_ms(middle)}{_ms(late)}{_ms(spent[-1])}   {ratio:6.0f}")
    print()


def refusal(question: Question) -> None:
    """What is too long: refused by whoever asks for a grade, and not read by the grader."""
    text = "The MLP is 65 % of the FLOPs. " * 3_400
    print(f"{len(text) / 1e3:.0f} kB: refused in {_ms(_best(lambda: _refused(text))).strip()}", end=", ")
    print(f"given to the grader all the same {_ms(_best(lambda: score_of(question, text))).strip()}\n")


def hostile(question: Question) -> None:
    """The slowest texts of the greatest length, and what half the length takes."""
    rows = []
    for name, piece in HOSTILE.items():
        whole, half = (_repeated(piece, length) for length in (MAX_CHARACTERS, MAX_CHARACTERS // 2))
        spent, less, one = (
            _best(lambda: score_of(question, whole)),  # noqa: B023 - run before the next turn
            _best(lambda: score_of(question, half)),  # noqa: B023
            _best(lambda: _plain_pass(whole)),  # noqa: B023
        )
        rows.append((spent, spent / less, spent / one, name))
    print(f"{MAX_CHARACTERS:,} characters of{'':10}{'time':>10}  times half of it  times a plain pass")
    for spent, growth, ratio, name in sorted(rows, reverse=True):
        print(f"  {name:28}{_ms(spent)}{growth:14.1f}{ratio:18.0f}")


def _answers(scenario: str) -> Iterator[str]:
    for line in (HERE / "answers" / "answers.jsonl").read_text().splitlines():
        row = json.loads(line)
        if row["scenario"] == scenario:
            yield row["text"]


def _texts(pool: list[str], words: int) -> Iterator[str]:
    """Answers in random order, one after the other, cut to length."""
    rng = random.Random(SEED)
    for _ in range(TEXTS):
        text = ""
        while len(re.findall(r"\S+", text)) < words:
            text = f"{text}\n\n{rng.choice(pool)}".strip()
        ends = [match.end() for match in re.finditer(r"\S+", text)]
        yield text[: ends[words - 1]]


def _repeated(piece: str, length: int) -> str:
    return (piece * (length // len(piece) + 1))[:length]


def _plain_pass(text: str) -> int:
    return len(re.findall(r"\w+", text))


def _refused(text: str) -> bool:
    try:
        require_readable_length(text)
    except TooLong:
        return True
    raise AssertionError("a text of that length must be refused")


def _best(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(REPEATS):
        began = time.process_time()
        work()
        spent.append(time.process_time() - began)
    return min(spent)


def _ms(seconds: float) -> str:
    return f"{1e3 * seconds:.2f} ms".rjust(9)


def _import_s(line: str) -> float:
    spent = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", line], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(spent)


if __name__ == "__main__":
    main()
