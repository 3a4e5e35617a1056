"""Files: read with one clear message, written whole or not at all, told apart by what they hold."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from magnesim.errors import InputError


def writable(path: Path) -> None:
    """See before a long run whether its result could be written.

    Raises:
        InputError: a folder, or a place in a folder that does not exist or cannot be written.
    """
    if not path.name or path.is_dir() or not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise InputError(
            f'--out "{path}"',
            "a file in a folder that exists and can be written is allowed.",
            "--out answer.html",
        )


def csv_text(path: Path, given: str, example: str) -> str:
    """The text of a CSV file that a person named.

    Args:
        path: the file.
        given: how it was asked for, for the message.
        example: a command that works.

    Raises:
        InputError: no such file, or one that is not in UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError(given, "no such file.", example) from None
    except (OSError, UnicodeDecodeError):
        raise InputError(given, "a CSV file in UTF-8 is needed.", example) from None


def replace_whole(path: Path, content: bytes) -> None:
    """Put a file in place in one step, however many processes write it at once.

    Raises:
        OSError: a folder that does not exist or cannot be written, or a full disk.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        part.chmod(0o644)  # a temporary file is its owner's alone; a result is for all to read
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def write_whole(path: Path, content: bytes) -> None:
    """Write what a person asked for so that a reader sees all of it or the old one.

    Raises:
        InputError: a folder that does not exist or cannot be written.
    """
    try:
        replace_whole(path, content)
    except OSError as error:
        raise InputError(
            f"--out {path}",
            f"a place in a folder that can be written is allowed ({error.strerror}).",
            "--out answer.html",
        ) from error


def content_hash(paths: Iterable[Path], begun: bytes = b"") -> str:
    """Sixteen hexadecimal digits that change with the name or a byte of any of the files, in their order.

    Args:
        paths: the files.
        begun: what else the digits are to change with.
    """
    digest = hashlib.sha256(begun)
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
