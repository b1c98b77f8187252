"""The grader beside the people who scored the answers in bench/answers.

.venv/bin/python bench/grader_agreement.py           # the tables
.venv/bin/python bench/grader_agreement.py --write   # and docs/grader.md
.venv/bin/python bench/grader_agreement.py --check   # fails when that page is stale
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent)]

from app.bank.bank import Shelf  # noqa: E402 - the path above comes first
from app.bank.load import load_bank  # noqa: E402
from app.cli.evaluation import compared_on  # noqa: E402
from app.evaluation.answers import labelled_from_mapping  # noqa: E402
from app.evaluation.tables import LEGEND, group_lines  # noqa: E402
from app.grading.grade import GRADER_VERSION  # noqa: E402

PAGE = HERE.parent / "docs" / "grader.md"
ANSWERS = HERE / "answers" / "answers.jsonl"
SEEN = HERE / "answers" / "seen.yaml"


def main(arguments: Sequence[str]) -> int:
    """Print, write or check the page; the exit status."""
    text = page(load_bank(HERE.parent / "questions").practice)
    if "--write" in arguments:
        PAGE.write_text(text)
    if "--check" in arguments and (not PAGE.exists() or PAGE.read_text() != text):
        print(f"stale: {PAGE.name}; run bench/grader_agreement.py --write")
        return 1
    print(text, end="")
    return 0


def page(bank: Shelf) -> str:
    """docs/grader.md, for the questions that the bank has."""
    given = [labelled_from_mapping(json.loads(line)) for line in ANSWERS.read_text().splitlines()]
    known = {question.public.id for question in bank.questions}
    seen = [name for name in yaml.safe_load(SEEN.read_text())["in_sample"] if name in known]
    answers = [labelled for labelled in given if labelled.answer.scenario in known]
    names = {one.answer.scenario for one in given}
    groups = compared_on(bank, answers, seen=seen)
    return _HEAD.format(
        version=GRADER_VERSION,
        inside=", ".join(seen) or "none",
        outside=", ".join(sorted(names & known - set(seen))) or "none yet",
        others=", ".join(sorted(names - known)) or "none",
        tables="\n".join(line for group in groups for line in (f"## {group.name}", "", *group_lines(group), "")),
        legend=LEGEND,
    )


_HEAD = """\
# How well the grader grades

Grader {version} on the scored answers of `bench/answers/`, beside baselines and the scorers' own agreement, made by
`python bench/grader_agreement.py --write`. `chokepoint grade-eval FILE.jsonl` prints the same tables for any file of
scored answers.

**In sample** are answers that were read while rules and rubrics were written: those figures show what the grader can
express, not how it fares with strangers. **Out of sample** are the others, and they are what counts.

The aims there: kappa 0.80 and an error of 10 points, 0.75 on every axis, and among the answers scored 20 to 80, where
it is hard, a rank correlation of 0.7 and an error of 12; on questions without an answer in sample kappa 0.70, error 13.

- In sample: {inside}.
- Out of sample: {outside}.
- Not graded, since the bank does not have the question yet: {others}.

{tables}
## How to read this

{legend}
What these tables cannot show: answers in other styles than these writers', in other languages than English, and to
questions that nobody has scored answers to. Attacks and answers changed on purpose are in `tests/grading`.
"""


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
