"""Files from the network: whole and checked, or not there at all."""

from __future__ import annotations

import hashlib
import os
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from unideep.errors import DownloadError

__all__ = ["download"]

_TIMEOUT_S = 30
_CHUNK_BYTES = 1 << 18


def download(url: str, path: Path, md5: str) -> Path:
    """Fetch a file under a name aside, check it, and only then give it the name `path`.

    Args:
        url: Where it is.
        path: Where it is to go; missing folders are made.
        md5: The checksum that its authors publish, in hexadecimal.

    Raises:
        DownloadError: no connection, no such file, a transfer cut short, another checksum.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        found = _receive(url, aside)
        if found != md5:
            raise OSError(f"a file of MD5 {found} in place of {md5}")
        aside.replace(path)
    except (OSError, HTTPException) as error:
        raise DownloadError(
            f"{path.name} could not be downloaded.",
            got=f"{error}, from {url}",
            fix=f"fetch that address by other means, and put the file at {path}.",
        ) from error
    finally:
        aside.unlink(missing_ok=True)
    return path


def _receive(url: str, path: Path) -> str:
    """Write what `url` holds to `path`, with a bar on a terminal. Returns its MD5."""
    digest = hashlib.md5(usedforsecurity=False)
    with urlopen(url, timeout=_TIMEOUT_S) as answer, path.open("wb") as file, _bar() as bar:
        length = int(answer.headers.get("Content-Length", 0)) or None
        task = bar.add_task(url.rpartition("/")[2], total=length)
        while chunk := answer.read(_CHUNK_BYTES):
            digest.update(chunk)
            file.write(chunk)
            bar.advance(task, len(chunk))
        received = file.tell()
    if length is not None and received != length:
        raise OSError(f"{received} of {length} bytes")
    return digest.hexdigest()


def _bar() -> Progress:
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn()
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
