"""A file's bytes, unpacked where they are compressed, within limits that no bomb passes."""

import gzip
import io
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from app.profile_files.errors import UnreadableProfile

_GZIP = b"\x1f\x8b"
_REFUSED = {
    b"PK": "a zip archive: unpack it and give the trace inside",
    b"\x28\xb5\x2f\xfd": "packed with zstd: unpack it, or pack it with gzip",
    b"BZh": "packed with bzip2: unpack it, or pack it with gzip",
    b"SQLite format 3": "a database of Nsight Systems: export it with "
    "`nsys stats --report cuda_gpu_kern_sum --format csv FILE`",
    b"NVIDIA": "a report of Nsight Systems: export it with `nsys stats --report cuda_gpu_kern_sum --format csv FILE`",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of a file is read. Real traces pack 15 to 40 times; a bomb packs up to 1,000 times."""

    unpacked_bytes: int = 4 * 1024**3
    ratio: int = 200
    ratio_from_bytes: int = 32 * 1024**2
    events: int = 20_000_000
    item_bytes: int = 32 * 1024**2
    table_bytes: int = 64 * 1024**2


class Unpacked:
    """A stream of plain bytes over a stream that may be compressed."""

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        self._raw = _Counted(file)
        self._limits = limits
        first = self._raw.beginning(16)
        if not first:
            raise UnreadableProfile("the file is empty")
        for magic, what in _REFUSED.items():
            if first.startswith(magic):
                raise UnreadableProfile(f"the file is {what}")
        self._plain = gzip.GzipFile(fileobj=self._raw, mode="rb") if first.startswith(_GZIP) else self._raw
        self.n_bytes = 0

    def read(self, size: int) -> bytes:
        """At most `size` bytes; none at the end."""
        try:
            chunk = self._plain.read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise UnreadableProfile(f"the compressed file is cut off or damaged ({error})") from None
        self.n_bytes += len(chunk)
        if self.n_bytes > self._limits.unpacked_bytes:
            raise UnreadableProfile(
                f"the file unpacks to more than {self._limits.unpacked_bytes // 1024**2} MiB, the most that is read"
            )
        if self.n_bytes > max(self._limits.ratio_from_bytes, self._limits.ratio * self._raw.n_bytes):
            raise UnreadableProfile(
                f"the file unpacks to more than {self._limits.ratio} times its size, which no trace does"
            )
        return chunk


class _Counted(io.RawIOBase):
    """A stream that counts what was read and lets its first bytes be seen."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._ahead = b""
        self.n_bytes = 0

    def beginning(self, size: int) -> bytes:
        """The first bytes, which will be read again."""
        self._ahead = self._file.read(size)
        return self._ahead

    def read(self, size: int = -1) -> bytes:
        """Bytes of the file."""
        ahead, self._ahead = (self._ahead, b"") if size < 0 else (self._ahead[:size], self._ahead[size:])
        chunk = ahead + self._file.read(size - len(ahead) if size >= 0 else -1)
        self.n_bytes += len(chunk)
        return chunk
