"""How long a bank of fifty takes to start: the shipped questions copied under new ids until there are fifty.

    .venv/bin/python bench/bank_speed.py

The machine's own speed is divided out: the yardstick is a fixed amount of arithmetic of the engine, so that figures of
two machines, or of two days, can be compared.
"""

import shutil
import tempfile
import time
from pathlib import Path

from app.bank.graded import misses
from app.bank.load import load_bank
from app.bank.order import mixed_order
from app.bank.prove_red import prove_red
from app.config import ROOT
from app.engine.analysis import analyze
from app.engine.mapping import scenario_from_mapping

FIFTY = 50
YARDSTICK = {"model": "gpt3-175b", "hardware": "a100-80gb-sxm", "phase": "training", "seq_len": 2048}


def main() -> None:
    """Print seconds of processor time, and the same in yardsticks."""
    yardstick_s = spent(lambda: [analyze(scenario_from_mapping(YARDSTICK)) for _ in range(1000)]) / 1000
    print(f"yardstick: one analysis, {yardstick_s * 1e6:.0f} µs")
    with tempfile.TemporaryDirectory() as home:
        folder = fifty(Path(home))
        found: list[object] = []
        start_s = min(spent(lambda: found.append(load_bank(folder))) for _ in range(3))
        check_s = spent(lambda: [misses(question) for question in found[-1].rooms.questions])
        red_s = spent(lambda: prove_red(found[-1].rooms.questions, [claim.form for claim in found[-1].claims]))
    n = len(found[0].practice.questions)
    print(f"start with {n} questions: {start_s:.2f} s, {start_s / n / yardstick_s:.0f} yardsticks a question")
    print(f"samples graded: {check_s:.2f} s, {check_s / n / yardstick_s:.0f} yardsticks a question")
    print(f"prove-red: {red_s:.2f} s, {red_s / n / yardstick_s:.0f} yardsticks a question")


def fifty(home: Path) -> Path:
    """A bank of fifty questions in which every shipped one stands about equally often."""
    folder = home / "questions"
    shutil.copytree(ROOT / "questions", folder)
    (folder / "path.yaml").unlink()
    shipped = sorted(place.parent for place in folder.glob("*/*/question.yaml"))
    order = mixed_order({"all": [str(place) for place in shipped]}, 0)
    for number in range(FIFTY - len(shipped)):
        place = Path(order[number % len(order)])
        copy = shutil.copytree(place, place.with_name(f"copy-{number}"))
        written = (place / "question.yaml").read_text()
        public_id = next(line for line in written.splitlines() if line.startswith("public_id:"))
        written = written.replace(public_id, f"public_id: copied{number:06}").replace(place.name, copy.name, 1)
        (copy / "question.yaml").write_text(written)
    return folder


def spent(run) -> float:  # noqa: ANN001
    """Processor time of this process that it takes [s]."""
    before = time.process_time()
    run()
    return time.process_time() - before


if __name__ == "__main__":
    main()
