"""How files of media types begin."""

from __future__ import annotations

import re
from typing import NamedTuple

LONGEST_HEAD = 1_032
"""Bytes that the patterns look at; a PDF may have a thousand before its own beginning."""


class Medium(NamedTuple):
    """A format of files.

    Attributes:
        name: what people call it.
        types: the media types that stand for it, in small letters.
        head: how each of its files begins.
    """

    name: str
    types: tuple[str, ...]
    head: re.Pattern[bytes]


_ISO_BOX = rb"(?s)....(?:ftyp|moov|mdat|free|skip|wide|styp)"

_MEDIA = (
    Medium("PNG", ("image/png", "image/apng", "image/x-png"), re.compile(rb"\x89PNG\r\n\x1a\n")),
    Medium("JPEG", ("image/jpeg", "image/jpg", "image/pjpeg"), re.compile(rb"\xff\xd8\xff")),
    Medium("GIF", ("image/gif",), re.compile(rb"GIF8[79]a")),
    Medium("WebP", ("image/webp",), re.compile(rb"(?s)RIFF....WEBP")),
    Medium("BMP", ("image/bmp", "image/x-ms-bmp"), re.compile(rb"BM")),
    Medium("TIFF", ("image/tiff",), re.compile(rb"II[*+]\0|MM\0[*+]")),
    Medium("AVIF", ("image/avif",), re.compile(rb"(?s)....ftyp")),
    Medium("HEIF", ("image/heic", "image/heif"), re.compile(rb"(?s)....ftyp")),
    Medium("PDF", ("application/pdf",), re.compile(rb"(?s).{0,1024}?%PDF-")),
    Medium(
        "WAV",
        ("audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"),
        re.compile(rb"(?s)(?:RIFF|RIFX|RF64|BW64)....WAVE"),
    ),
    Medium("MP3", ("audio/mpeg", "audio/mp3"), re.compile(rb"ID3|\xff[\xe2-\xff]|\0")),
    Medium("FLAC", ("audio/flac", "audio/x-flac"), re.compile(rb"fLaC|ID3")),
    Medium("Ogg", ("audio/ogg", "video/ogg", "audio/opus", "application/ogg"), re.compile(rb"OggS")),
    Medium("MP4", ("video/mp4", "audio/mp4", "audio/m4a", "audio/x-m4a"), re.compile(_ISO_BOX)),
    Medium("QuickTime", ("video/quicktime",), re.compile(_ISO_BOX)),
    Medium("WebM", ("video/webm", "audio/webm", "video/x-matroska"), re.compile(rb"\x1a\x45\xdf\xa3")),
)
"""From the formats' own specifications; loose where files in use are."""

_CERTAIN = ("PNG", "JPEG", "GIF", "WebP", "PDF", "WAV", "FLAC", "Ogg", "WebM")
"""Formats whose beginning can be nothing else."""


def contradiction(media_type: str, head: bytes) -> str | None:
    """How `head`, the first bytes of a file, contradicts `media_type`; None where it does not, or none can tell."""
    declared = [medium for medium in _MEDIA if media_type.lower() in medium.types]
    if not declared or any(medium.head.match(head) for medium in declared):
        return None
    for medium in _MEDIA:
        if medium.name in _CERTAIN and medium.head.match(head):
            return f"begins as {medium.name} does, but its media type stands for {declared[0].name}"
    return f"does not begin as {declared[0].name} does, for which its media type stands"
