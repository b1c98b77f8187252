"""Your own profile: a file in, where its time went out. Nothing is kept of it unless the person asks."""

import threading
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from starlette.datastructures import FormData, UploadFile
from starlette.responses import JSONResponse, PlainTextResponse

from app.db.profiles import KeptProfile, TooManyKept, delete_profile, find_profile, keep_profile, profiles_of
from app.engine.mapping import scenario_from_mapping, scenario_to_mapping
from app.profile.analysis import Reading, read
from app.profile.findings import findings
from app.profile.profile import Profile
from app.profile.report import profile_from_mapping, profile_to_mapping
from app.profile_files.errors import UnreadableProfile
from app.profile_files.reading import read_profile
from app.profile_files.unpacking import Limits
from app.web.deps import Db, MaybePerson, Now, known_or_new, new_id, remember
from app.web.profile_form import Job, read_groups, read_job, read_summary, values_of
from app.web.render import render, see_other
from app.web.views.profile import ProfileView, kept_links, profile_form, result_view
from app.web.views.profile_text import profile_markdown

router = APIRouter(prefix="/profile")

UPLOAD_PATH = "/profile"
_MIB = 1024**2
_UNPACKED = 8  # a packed trace unpacks to some 20 times its size, so small uploads have room and large ones a bound
_TURN_S = 30.0


async def _form(request: Request) -> AsyncIterator[FormData]:
    """The form, its file on disk only as long as the request lasts."""
    async with request.form(max_files=1, max_fields=400, max_part_size=_MIB) as form:
        yield form


Typed = Annotated[FormData, Depends(_form)]


@router.get("")
def upload_page(request: Request, db: Db, person: MaybePerson) -> Response:
    """The form, and what the visitor keeps."""
    mine = () if person is None else kept_links(profiles_of(db, person))
    return _page(request, ProfileView(form=profile_form(), limit=_limit(request), mine=mine))


@router.post("")
def analyse(request: Request, form: Typed) -> Response:
    """A file is read, one at a time, and forgotten."""
    job = read_job(_texts(form))
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return _again(request, job, "Choose a file first.")
    turn: threading.Lock = request.app.state.profiling
    if not turn.acquire(timeout=_TURN_S):
        return _again(request, job, "Another profile is being read; try again in a moment.", status=503)
    try:
        profile = read_profile(file.file, name=file.filename[:200], limits=_limits(request))
    except UnreadableProfile as error:
        return _again(request, job, f"{file.filename[:80]}: {error}.")
    finally:
        turn.release()
    job = read_job(_texts(form), device=profile.source.device)
    return _result(request, _told(profile, job), job)


@router.post("/again")
def again(request: Request, form: Typed, db: Db, person: MaybePerson, at: Now) -> Response:
    """The same summary with other groups or another job; shown, exported, or kept."""
    typed = _texts(form)
    try:
        profile = read_summary(typed.get("summary", ""))
        profile = profile.reassigned(read_groups(typed, profile))
    except ValueError as error:
        raise HTTPException(422, f"{error}.") from None
    job = read_job(typed, device=profile.source.device)
    profile = _told(profile, job)
    match typed.get("do"):
        case "json":
            return _download(profile, job, "json")
        case "markdown":
            return _download(profile, job, "md")
        case "keep":
            return _kept(request, profile, job, db=db, person=person, at=at)
    return _result(request, profile, job)


@router.get("/{profile_id}")
def kept_profile(request: Request, profile_id: str, db: Db, person: MaybePerson) -> Response:
    """A summary that somebody kept; who has the link may see it, who kept it may delete it."""
    kept = find_profile(db, profile_id)
    if kept is None:
        raise HTTPException(404)
    scenario = None if kept.scenario is None else scenario_from_mapping(kept.scenario)
    reading = read(profile_from_mapping(kept.summary), scenario=scenario)
    view = ProfileView(
        form=profile_form(values=values_of(kept.scenario)),
        limit=_limit(request),
        result=result_view(reading),
        kept=f"/profile/{kept.id}",
        may_delete=person is not None and person.id == kept.person_id,
    )
    return _page(request, view)


@router.post("/{profile_id}/delete")
def delete_kept(request: Request, profile_id: str, db: Db, person: MaybePerson) -> Response:
    """Gone for everybody with the link; only who kept it can."""
    if person is None or not delete_profile(db, profile_id, person_id=person.id):
        raise HTTPException(404)
    return see_other(request, "/profile")


def _told(profile: Profile, job: Job) -> Profile:
    """Matmuls by their sizes, where the person named the model."""
    scenario = job.scenario
    return profile if scenario is None else profile.with_widths(scenario.model, tp=int(scenario.plan.tp))


def _reading(profile: Profile, job: Job) -> Reading:
    return read(profile, scenario=job.scenario, hardware=job.hardware)


def _result(request: Request, profile: Profile, job: Job) -> Response:
    view = ProfileView(form=profile_form(job), limit=_limit(request), result=result_view(_reading(profile, job)))
    return _page(request, view)


def _again(request: Request, job: Job, problem: str, *, status: int = 422) -> Response:
    view = ProfileView(form=profile_form(job), limit=_limit(request), problem=problem)
    return _page(request, view, status=status)


def _page(request: Request, view: ProfileView, *, status: int = 200) -> Response:
    return render(request, "profile.html", view=view, status=status)


def _download(profile: Profile, job: Job, ending: str) -> Response:
    reading = _reading(profile, job)
    headers = {"Content-Disposition": f'attachment; filename="profile.{ending}"', "Cache-Control": "no-store"}
    if ending == "json":
        return JSONResponse(findings(reading), headers=headers)
    return PlainTextResponse(profile_markdown(reading), headers=headers, media_type="text/markdown")


def _kept(request: Request, profile: Profile, job: Job, *, db: Db, person: MaybePerson, at: Now) -> Response:
    owner, secret = known_or_new(db, person, at=at)
    kept = KeptProfile(
        id=new_id(),
        person_id=owner.id,
        summary=profile_to_mapping(profile),
        scenario=None if job.scenario is None else scenario_to_mapping(job.scenario),
        created_at=at,
    )
    try:
        keep_profile(db, kept)
    except TooManyKept as error:
        raise HTTPException(409, str(error)) from None
    return remember(request, see_other(request, f"/profile/{kept.id}"), secret)


def _texts(form: FormData) -> dict[str, str]:
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _limits(request: Request) -> Limits:
    return Limits(unpacked_bytes=_UNPACKED * int(request.app.state.profile_mib) * _MIB)


def _limit(request: Request) -> str:
    return f"{request.app.state.profile_mib} MiB"
