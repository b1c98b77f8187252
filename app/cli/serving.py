"""chokepoint serve."""

import argparse
import contextlib
import socket
from typing import Any

import uvicorn

from app import __version__
from app.cli.reading import BadInput, Commands, command
from app.config import Settings, settings_from_environment
from app.main import create_app


def add_commands(commands: Commands) -> None:
    """Add serve."""
    server = command(commands, "serve", serve)
    server.add_argument("--host", help="address to listen on (CHOKEPOINT_HOST)")
    server.add_argument("--port", type=int, help="port to listen on (CHOKEPOINT_PORT)")


def serve(options: argparse.Namespace) -> None:
    """Start the app: load the bank, bring the database up to date, print the URL."""
    changes = {name: value for name in ("host", "port") if (value := getattr(options, name)) is not None}
    settings = settings_from_environment(**changes)
    with _listening(settings) as listener:
        config = uvicorn.Config(
            create_app(settings), log_level="warning", timeout_graceful_shutdown=4, ws="none", server_header=False
        )
        server = _AnnouncingServer(config, url=_url(settings, listener))
        with contextlib.suppress(KeyboardInterrupt):  # uvicorn has stopped gracefully and raises the signal again
            server.run(sockets=[listener])


class _AnnouncingServer(uvicorn.Server):
    """Prints the URL when it can be opened, not before."""

    def __init__(self, config: uvicorn.Config, *, url: str) -> None:
        super().__init__(config)
        self.url = url

    async def startup(self, sockets: Any = None) -> None:  # noqa: ANN401 - as uvicorn declares it
        await super().startup(sockets)
        if self.started:
            print(f"Chokepoint {__version__} is at {self.url}", flush=True)


def _listening(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        place = f"CHOKEPOINT_HOST {settings.host}, CHOKEPOINT_PORT {settings.port}"
        raise BadInput(f"{place}: cannot listen there: {error.strerror or error}") from None
    return listener


def _url(settings: Settings, listener: socket.socket) -> str:
    host = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listener.getsockname()[1]}{settings.root_path}/"
