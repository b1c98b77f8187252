"""The tables. Rows know values, values do not know rows; nothing outside app.db sees this module."""

from datetime import UTC, date, datetime

from sqlalchemy import BigInteger, DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

metadata = SQLModel.metadata
# Constraints need names before Alembic can change them on SQLite, where a table is altered by making it again.
metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A time in UTC. SQLite drops time zones, so it goes in as UTC and comes out saying so."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PersonRow(SQLModel, table=True):
    __tablename__ = "person"

    id: int | None = Field(default=None, primary_key=True)
    secret_sha256: str = Field(sa_type=Text, unique=True)
    created_at: datetime = Field(sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)
    interview_on: date | None = Field(default=None)


class QuestionVersionRow(SQLModel, table=True):
    __tablename__ = "question_version"

    sha256: str = Field(sa_type=Text, primary_key=True)
    question_id: str = Field(sa_type=Text, index=True)
    canonical_json: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Moment)


class AttemptRow(SQLModel, table=True):
    __tablename__ = "attempt"

    id: str = Field(sa_type=Text, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    question_id: str = Field(sa_type=Text)
    question_version: str = Field(sa_type=Text, foreign_key="question_version.sha256", index=True)
    version: int  # of the row: a save names the version that it was made from
    tools: str = Field(sa_type=Text)
    deadline: datetime | None = Field(sa_type=Moment)
    mock_id: str | None = Field(sa_type=Text, index=True)
    variant: str | None = Field(sa_type=Text)
    seed: int | None = Field(sa_type=BigInteger)
    parent_id: str | None = Field(sa_type=Text)
    open_book: bool
    started_at: datetime = Field(sa_type=Moment)
    read_at: datetime | None = Field(sa_type=Moment)
    predicted_component: str | None = Field(sa_type=Text)
    predicted_resource: str | None = Field(sa_type=Text)
    predicted_number: float | None
    confidence: int | None
    predicted_at: datetime | None = Field(sa_type=Moment)
    draft: str = Field(sa_type=Text)
    draft_revision: int
    hints: int
    first_answer: str | None = Field(sa_type=Text)
    probed_at: datetime | None = Field(sa_type=Moment)
    answer: str | None = Field(sa_type=Text)
    answered_at: datetime | None = Field(sa_type=Moment)
    score: str | None = Field(sa_type=Text)  # JSON
    analyses: str | None = Field(sa_type=Text)  # JSON
    outcome: str | None = Field(sa_type=Text)  # JSON
    graded_at: datetime | None = Field(sa_type=Moment)
    explored_at: datetime | None = Field(sa_type=Moment)
    misread: str = Field(sa_type=Text)  # JSON
    dispute: str | None = Field(sa_type=Text)
    disputed_at: datetime | None = Field(sa_type=Moment)


class MockRow(SQLModel, table=True):
    __tablename__ = "mock"

    id: str = Field(sa_type=Text, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    version: int
    tools: str = Field(sa_type=Text)
    minutes: int
    attempt_ids: str = Field(sa_type=Text)  # JSON, in order
    started_at: datetime = Field(sa_type=Moment)
    finished_at: datetime | None = Field(sa_type=Moment)


class EstimateRoundRow(SQLModel, table=True):
    __tablename__ = "estimate_round"

    id: str = Field(sa_type=Text, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    version: int
    seed: int = Field(sa_type=BigInteger)
    guesses: str = Field(sa_type=Text)  # JSON
    started_at: datetime = Field(sa_type=Moment)


class ProfileRow(SQLModel, table=True):
    __tablename__ = "profile"

    id: str = Field(sa_type=Text, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    summary: str = Field(sa_type=Text)  # JSON
    scenario: str | None = Field(sa_type=Text)  # JSON
    created_at: datetime = Field(sa_type=Moment)
