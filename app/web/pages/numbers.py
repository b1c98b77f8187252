"""The number drill: quick estimates, scored by how many times they are off."""

from secrets import randbelow

from fastapi import APIRouter, HTTPException, Request, Response

from app.db.estimates import change_round, find_round, rounds_of, start_round
from app.practice.estimate_round import EstimateRound
from app.practice.reading import Unreadable, read_number
from app.web.deps import Db, MaybePerson, Now, Typed, known_or_new, new_id, remember
from app.web.render import render, see_other
from app.web.views.numbers import numbers_view, round_view

router = APIRouter(prefix="/numbers")
_SEEDS = 2**31


@router.get("")
def numbers(request: Request, db: Db, person: MaybePerson) -> Response:
    """How it goes, and the rounds so far."""
    rounds = () if person is None else rounds_of(db, person.id)
    return render(request, "numbers.html", view=numbers_view(rounds))


@router.post("")
def start(request: Request, db: Db, person: MaybePerson, at: Now) -> Response:
    """A round starts; its seed is drawn here, where chance is."""
    owner, secret = known_or_new(db, person, at=at)
    played = EstimateRound(id=new_id(), seed=randbelow(_SEEDS), started_at=at)
    start_round(db, played, owner)
    return remember(request, see_other(request, f"/numbers/{played.id}"), secret)


@router.get("/{round_id}")
def round_page(request: Request, round_id: str, db: Db, person: MaybePerson) -> Response:
    """The round where it stands."""
    return render(request, "round.html", view=round_view(_own(db, round_id, person)))


@router.post("/{round_id}")
def guess(request: Request, round_id: str, db: Db, person: MaybePerson, typed: Typed) -> Response:
    """One guess; what cannot be read comes back with the reason."""
    played = _own(db, round_id, person)
    place = typed.get("place", "")
    if person is None or played.is_over or not place.isdecimal():
        return see_other(request, f"/numbers/{played.id}")
    text = typed.get("guess", "")
    try:
        value = read_number(text, played.asked[len(played.guesses)].unit)
    except Unreadable as problem:
        view = round_view(played, typed=text, problem=str(problem))
        return render(request, "round.html", view=view, status=422)
    change_round(db, round_id, lambda current: current.guessed(int(place), value), person_id=person.id)
    return see_other(request, f"/numbers/{played.id}")


def _own(db: Db, round_id: str, person: MaybePerson) -> EstimateRound:
    played = None if person is None else find_round(db, round_id, person_id=person.id)
    if played is None:
        raise HTTPException(404)
    return played
