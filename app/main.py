"""create_app(settings): loads the bank, opens the database, mounts the pages. Nothing is made at import."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app import __version__
from app.bank.bank import Bank
from app.bank.load import load_bank
from app.config import BadSettings, Settings, private_folders, require_folder
from app.db.database import Database
from app.db.migrate import migrate
from app.judge import BadJudge, Judge
from app.web.frame import Frame, install_frame
from app.web.pages import (
    api,
    attempts,
    grading,
    landing,
    mocks,
    numbers,
    practice,
    profile,
    progress,
    results,
    workbench,
)
from app.web.render import NavLink

_NAV = (
    NavLink(label="Practice", path="/practice"),
    NavLink(label="Workbench", path="/workbench"),
    NavLink(label="Your profile", path="/profile"),
    NavLink(label="Progress", path="/progress"),
)


def create_app(settings: Settings) -> FastAPI:
    """The app, ready to serve. BadQuestion and DatabaseError stop the start, each with clear lines."""
    for name in ("questions", "templates", "static"):
        require_folder(name, getattr(settings, name))
    judge = open_judge(settings)
    bank = load_bank(settings.questions, private=private_folders(settings))
    database = Database(settings.database_url)
    try:
        migrate(database)
        return _app(settings, bank, database, judge)
    except BaseException:
        database.close()  # its lock would outlive the start that failed
        raise


def open_judge(settings: Settings) -> Judge | None:
    """The language model that may propose claims; None, and no call to anywhere, unless one is set."""
    if not settings.judge_url:
        return None
    key = settings.judge_key.get_secret_value()
    if settings.judge_key_file is not None:
        try:
            key = settings.judge_key_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise BadSettings(f"CHOKEPOINT_JUDGE_KEY_FILE: {settings.judge_key_file}: {error}") from None
    try:
        return Judge(settings.judge_url, model=settings.judge_model, key=key, timeout_s=settings.judge_timeout_s)
    except BadJudge as error:
        raise BadSettings(f"CHOKEPOINT_JUDGE_URL, CHOKEPOINT_JUDGE_MODEL: {error}") from None


def _app(settings: Settings, bank: Bank, database: Database, judge: Judge | None) -> FastAPI:

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        database.close()

    app = FastAPI(
        title="Chokepoint",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    app.state.bank = bank
    app.state.database = database
    app.state.profile_mib = settings.profile_mib
    app.state.profiling = threading.Lock()  # one file at a time: reading one keeps a core busy
    app.state.judge = judge
    install_frame(
        app,
        Frame(
            templates=settings.templates,
            static=settings.static,
            version=__version__,
            nav=_NAV,
            root_path=settings.root_path,
            public_url=settings.public_url,
            uploads={profile.UPLOAD_PATH: settings.profile_mib * 1024**2},
        ),
    )
    for page in (landing, practice, attempts, results, mocks, numbers, progress, workbench, profile):
        app.include_router(page.router, include_in_schema=False)
    app.include_router(api.router)
    app.include_router(grading.router)
    return app
