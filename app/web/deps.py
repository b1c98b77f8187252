"""What handlers ask for: the bank's public half, the database, the person behind the cookie, the clock."""

import secrets
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request, Response

from app.bank.bank import Bank
from app.db.database import Database
from app.db.people import Person, create_person, person_by_secret
from app.grading.proposing.asking import ClaimProposer
from app.web.people import new_person_secret, person_secret, remember_person


def _bank(request: Request) -> Bank:
    bank: Bank = request.app.state.bank
    return bank


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def _judge(request: Request) -> ClaimProposer | None:
    judge: ClaimProposer | None = request.app.state.judge
    return judge


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the server's edge reads the clock, once a request


def _person(request: Request, database: Annotated[Database, Depends(_database)]) -> Person | None:
    secret = person_secret(request)
    return None if secret is None else person_by_secret(database, secret)


async def _typed(request: Request) -> dict[str, str]:
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


TheBank = Annotated[Bank, Depends(_bank)]
Db = Annotated[Database, Depends(_database)]
TheJudge = Annotated[ClaimProposer | None, Depends(_judge)]
Now = Annotated[datetime, Depends(_now)]
Typed = Annotated[dict[str, str], Depends(_typed)]
"""The text fields of a posted form."""
MaybePerson = Annotated[Person | None, Depends(_person)]


def new_id() -> str:
    """An opaque id of 128 bits."""
    return secrets.token_urlsafe(16)


def known_or_new(database: Database, person: Person | None, *, at: datetime) -> tuple[Person, str | None]:
    """The person, and the secret to hand to the browser when this request made them."""
    if person is not None:
        return person, None
    secret = new_person_secret()
    return create_person(database, secret, at=at), secret


def remember(request: Request, response: Response, secret: str | None) -> Response:
    """The response, carrying the cookie of a person who is new."""
    if secret is not None:
        remember_person(request, response, secret)
    return response
