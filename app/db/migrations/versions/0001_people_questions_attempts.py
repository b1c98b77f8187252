"""People, questions as they were asked, attempts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secret_sha256", sa.Text(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("revoked_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("secret_sha256", name="uq_person_secret_sha256"),
    )
    op.create_table(
        "question_version",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("canonical_json", sa.Text(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_question_version"),
    )
    op.create_index("ix_question_version_question_id", "question_version", ["question_id"])
    op.create_table(
        "attempt",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("question_version", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("open_book", sa.Boolean(), nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("read_at", moment, nullable=True),
        sa.Column("predicted_component", sa.Text(), nullable=True),
        sa.Column("predicted_resource", sa.Text(), nullable=True),
        sa.Column("predicted_number", sa.Float(), nullable=True),
        sa.Column("confidence", sa.Integer(), nullable=True),
        sa.Column("predicted_at", moment, nullable=True),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("draft_revision", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", moment, nullable=True),
        sa.Column("score", sa.Text(), nullable=True),
        sa.Column("analyses", sa.Text(), nullable=True),
        sa.Column("graded_at", moment, nullable=True),
        sa.Column("explored_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_attempt"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_attempt_person_id_person"),
        sa.ForeignKeyConstraint(
            ["question_version"], ["question_version.sha256"], name="fk_attempt_question_version_question_version"
        ),
    )
    op.create_index("ix_attempt_person_id", "attempt", ["person_id"])
    op.create_index("ix_attempt_question_version", "attempt", ["question_version"])
