"""The lock file beside an SQLite database: one process holds the database, a second one is told which."""

import fcntl
import os
from pathlib import Path


class InUse(Exception):
    """Another process holds the lock."""

    def __init__(self, pid: str) -> None:
        super().__init__(f"process {pid}" if pid else "another process")


def take_lock(path: Path) -> int:
    """The file descriptor that holds the lock; the kernel lets go of it however the process ends.

    The file stays when the lock is released: a process that removed it could remove another one's.
    """
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pid = os.pread(lock, 32, 0).decode(errors="replace").strip()
        os.close(lock)
        raise InUse(pid) from None
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
    return lock


def release_lock(lock: int) -> None:
    os.ftruncate(lock, 0)
    os.close(lock)
