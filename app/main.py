"""create_app(settings): loads the bank, opens the database, mounts the pages. Nothing is made at import."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app import __version__
from app.bank.bank import Bank
from app.bank.load import load_bank
from app.config import Settings, require_folder
from app.db.database import Database
from app.db.migrate import migrate
from app.web.frame import Frame, install_frame
from app.web.pages import api, attempts, landing, mocks, numbers, practice, progress, results, workbench
from app.web.render import NavLink

_NAV = (
    NavLink(label="Practice", path="/practice"),
    NavLink(label="Workbench", path="/workbench"),
    NavLink(label="Progress", path="/progress"),
)


def create_app(settings: Settings) -> FastAPI:
    """The app, ready to serve. BadQuestion and DatabaseError stop the start, each with clear lines."""
    for name in ("questions", "templates", "static"):
        require_folder(name, getattr(settings, name))
    bank = load_bank(settings.questions)
    database = Database(settings.database_url)
    try:
        migrate(database)
        return _app(settings, bank, database)
    except BaseException:
        database.close()  # its lock would outlive the start that failed
        raise


def _app(settings: Settings, bank: Bank, database: Database) -> FastAPI:

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
    install_frame(
        app,
        Frame(
            templates=settings.templates,
            static=settings.static,
            version=__version__,
            nav=_NAV,
            root_path=settings.root_path,
            public_url=settings.public_url,
        ),
    )
    for page in (landing, practice, attempts, results, mocks, numbers, progress, workbench):
        app.include_router(page.router, include_in_schema=False)
    app.include_router(api.router)
    return app
