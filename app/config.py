"""Settings: the only reader of the environment. Every name starts with CHOKEPOINT_."""

from os import pathsep
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.bank.load import PrivateFolder

ROOT = Path(__file__).resolve().parent.parent


class BadSettings(ValueError):
    """A setting is wrong; the message is one line a setting."""


class Settings(BaseSettings):
    """What an operator may set; `CHOKEPOINT_PORT=9000` sets `port`."""

    model_config = SettingsConfigDict(env_prefix="CHOKEPOINT_", frozen=True, extra="forbid")

    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 for all.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 lets the system choose one.")
    database_url: str = Field(
        f"sqlite:///{ROOT / 'data' / 'chokepoint.sqlite3'}",
        description="Where attempts are kept: sqlite:///FILE for one process, postgresql+psycopg://... for several.",
    )
    root_path: str = Field("", description="Sub-path behind a proxy, such as /chokepoint; stripped or kept, both work.")
    public_url: str = Field("", description="The address that browsers use, if a proxy changes scheme or host.")
    profile_mib: int = Field(256, ge=1, le=4096, description="Largest profile that may be uploaded [MiB].")
    judge_url: str = Field(
        "", description="OpenAI-compatible endpoint of a language model, as in http://127.0.0.1:8080/v1; empty: none."
    )
    judge_model: str = Field("", description="The model's name there.")
    judge_key: SecretStr = Field(SecretStr(""), description="The key that the endpoint asks for, if any.")
    judge_key_file: Path | None = Field(None, description="A file that holds the key, instead of the variable.")
    judge_timeout_s: float = Field(10.0, gt=0, le=300, description="Seconds that a candidate waits for it at most.")
    questions: Path = Field(ROOT / "questions", description="Folder of the question bank.")
    question_dirs: str = Field(
        "",
        description="Private folders of questions beside it: PATH or PATH:rooms-only, with commas or colons between.",
    )
    templates: Path = Field(ROOT / "templates", description="Folder of the page templates.")
    static: Path = Field(ROOT / "static", description="Folder of style sheets, scripts and fonts.")


def private_folders(settings: Settings) -> tuple[PrivateFolder, ...]:
    """The private folders of questions; BadSettings for a use that is none."""
    found: list[PrivateFolder] = []
    for word in settings.question_dirs.replace(",", pathsep).split(pathsep):
        match word.strip():
            case "":
                continue
            case "practice" | "rooms-only" as use if found:
                found[-1] = PrivateFolder(folder=found[-1].folder, rooms_only=use == "rooms-only")
            case path:
                found.append(PrivateFolder(folder=Path(path)))
    for place in found:
        require_folder("question_dirs", place.folder)
    return tuple(found)


def settings_from_environment(**changes: object) -> Settings:
    """The settings, `changes` before the environment; BadSettings with one line for each that is wrong."""
    try:
        found = Settings()  # a wrong variable is told even where a change would hide it
        return Settings(**changes) if changes else found  # type: ignore[arg-type]  # validated there
    except ValidationError as error:
        raise BadSettings(
            "\n".join(
                f"CHOKEPOINT_{'_'.join(str(part) for part in detail['loc']).upper()}: {detail['msg']}"
                f" (found {detail['input']!r})"
                for detail in error.errors()
            )
        ) from None


def require_folder(name: str, folder: Path) -> None:
    """BadSettings unless a setting names a folder that is there."""
    if not folder.is_dir():
        raise BadSettings(f"CHOKEPOINT_{name.upper()}: {folder} is not a folder")
