"""Follow-ups, hints, the interviewer's question, mocks, rounds of estimates; the outcome of each grade."""

import json
from math import log

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("person", sa.Column("interview_on", sa.Date(), nullable=True))
    with op.batch_alter_table("attempt") as attempt:
        attempt.add_column(sa.Column("tools", sa.Text(), nullable=False, server_default="open"))
        attempt.add_column(sa.Column("deadline", moment, nullable=True))
        attempt.add_column(sa.Column("mock_id", sa.Text(), nullable=True))
        attempt.add_column(sa.Column("variant", sa.Text(), nullable=True))
        attempt.add_column(sa.Column("seed", sa.BigInteger(), nullable=True))
        attempt.add_column(sa.Column("parent_id", sa.Text(), nullable=True))
        attempt.add_column(sa.Column("hints", sa.Integer(), nullable=False, server_default="0"))
        attempt.add_column(sa.Column("first_answer", sa.Text(), nullable=True))
        attempt.add_column(sa.Column("probed_at", moment, nullable=True))
        attempt.add_column(sa.Column("outcome", sa.Text(), nullable=True))
        attempt.add_column(sa.Column("misread", sa.Text(), nullable=False, server_default="[]"))
        attempt.add_column(sa.Column("dispute", sa.Text(), nullable=True))
        attempt.add_column(sa.Column("disputed_at", moment, nullable=True))
    op.create_index("ix_attempt_mock_id", "attempt", ["mock_id"])
    op.create_table(
        "mock",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tools", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("attempt_ids", sa.Text(), nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("finished_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_mock"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_mock_person_id_person"),
    )
    op.create_index("ix_mock_person_id", "mock", ["person_id"])
    op.create_table(
        "estimate_round",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("guesses", sa.Text(), nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_estimate_round"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_estimate_round_person_id_person"),
    )
    op.create_index("ix_estimate_round_person_id", "estimate_round", ["person_id"])
    _outcomes_of_earlier_grades()


def _outcomes_of_earlier_grades() -> None:
    attempt = sa.table(
        "attempt",
        *(sa.column(name) for name in ("id", "score", "analyses", "outcome", "predicted_component", "predicted_number")),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(attempt).where(attempt.c.score.is_not(None))).mappings().all():
        score, reveal = json.loads(row["score"]), json.loads(row["analyses"])["reveal"]
        number, truth = row["predicted_number"], reveal["predicted_number"]
        # All earlier predictions were of a speed-up at most, which is compared by what it gains.
        has_ratio = number is not None and number > 1 and truth > 1
        outcome = {
            "overall": score["overall"],
            "axes": score["axes"],
            "hint_price": 0,
            "predicted_right": row["predicted_component"] == reveal["component"],
            "log_error": abs(log((number - 1) / (truth - 1))) if has_ratio else None,
        }
        change = sa.update(attempt).where(attempt.c.id == row["id"]).values(outcome=json.dumps(outcome))
        connection.execute(change)
