"""From bytes to text, and which format the text is in."""

from __future__ import annotations

import codecs
import re

from magnesim.errors import InputError

_SIGNATURES = (
    (b"%PDF", "a PDF"), (b"PK\x03\x04", "a zip or office file"), (b"\x89PNG", "an image"),
    (b"GIF8", "an image"),
    (b"\xff\xd8\xff", "an image"), (b"\x1f\x8b", "a compressed file"), (b"RIFF", "a media file"),
)  # fmt: skip
_ALLOWED = "give an article as plain text, markdown or HTML"
_HTML_SIGNS = re.compile(r"<!doctype html|<html[\s>]|<body[\s>]|<head[\s>]", re.IGNORECASE)
_HTML_TAGS = re.compile(r"<(?:p|div|h[1-6]|ul|ol|li|table|article|section|br)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_MARKDOWN_SIGNS = re.compile(
    r"^#{1,6} \S|^\|.*\|\s*$|^(?:```|~~~)|\*\*[^*\s][^*\n]{0,200}\*\*|"
    r"\[[^\]\[\n]{1,200}\]\([^)\s]{1,300}\)|^> |^\[\^?\w+\]: ",
    re.MULTILINE,
)


def decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text in `data` and what had to be guessed about it."""
    for signature, what in _SIGNATURES:
        if data.startswith(signature):
            raise InputError(f"this is {what}, not a text", f"{_ALLOWED}; save its text first")
    text, notes = _by_encoding(data)
    if not text.strip():
        raise InputError("the article is empty", _ALLOWED)
    return text, notes


def _by_encoding(data: bytes) -> tuple[str, tuple[str, ...]]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16"), ()
        except UnicodeDecodeError:
            raise InputError("the file begins as UTF-16 but is not", f"{_ALLOWED}, saved as UTF-8") from None
    if b"\x00" in data:
        raise InputError("the file holds NUL bytes, so it is not a text", _ALLOWED)
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        return _by_guess(data)


def _by_guess(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Text of an old Western encoding; a file full of control characters is no text at all."""
    controls = len(re.findall(rb"[\x01-\x08\x0e-\x1f]", data))
    if controls > len(data) / 50:
        raise InputError("the file is not a text", _ALLOWED)
    for name, told in (("cp1252", "Windows-1252"), ("latin-1", "Latin-1")):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        return text, (f"The file is not UTF-8; it was read as {told}, so accents may be wrong.",)
    raise AssertionError("latin-1 reads any byte")


def format_of(text: str) -> str:
    """`html`, `markdown` or `text`, judged by the first hundred thousand characters."""
    head = text[:100_000]
    if _HTML_SIGNS.search(head[:5_000]) or (head.lstrip()[:1] == "<" and _HTML_TAGS.search(head)):
        return "html"
    if len(_HTML_TAGS.findall(head)) >= 4:
        return "html"
    return "markdown" if _MARKDOWN_SIGNS.search(head) else "text"
