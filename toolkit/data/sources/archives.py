"""Reads files out of wheels, npm tarballs, Debian packages and source tarballs."""

from __future__ import annotations

import io
import posixpath
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from toolkit.errors import BadRequest

AR_MAGIC = b"!<arch>\n"
AR_HEADER = 60


def read_archive(path: Path, wanted: Callable[[str], bool]) -> dict[str, bytes]:
    """The files of an archive whose names are wanted, by name, without a leading ``./``.

    Raises:
        BadRequest: the file is no zip, tarball or Debian package.
    """
    return dict(stream_archive(path, wanted))


def stream_archive(path: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """Names and contents as ``read_archive``, one after the other in the archive's order.

    Raises:
        BadRequest: the file is no zip, tarball or Debian package.
    """
    with path.open("rb") as file:
        start = file.read(len(AR_MAGIC))
    if start == AR_MAGIC:
        yield from _tar_files(io.BytesIO(debian_data(path.read_bytes())), wanted)
    elif zipfile.is_zipfile(path):
        yield from _zip_files(path, wanted)
    elif tarfile.is_tarfile(path):
        with path.open("rb") as file:
            yield from _tar_files(file, wanted)
    else:
        raise BadRequest(
            f"{path.name} starts with {start!r}; it must be a zip, a tarball or a Debian "
            "package: delete it and fetch it again."
        )


def debian_data(package: bytes) -> bytes:
    """The data tarball inside a ``.deb``, still compressed.

    The container is the ``ar`` format: a 60-byte header before each member, which gives its
    name in bytes 0 to 15 and its length in bytes 48 to 57; members start at even offsets.

    Raises:
        BadRequest: there is no data tarball inside.
    """
    offset = len(AR_MAGIC)
    while offset + AR_HEADER <= len(package):
        header = package[offset : offset + AR_HEADER]
        size = int(header[48:58])
        offset += AR_HEADER
        if header[:16].startswith(b"data.tar"):
            return package[offset : offset + size]
        offset += size + size % 2
    raise BadRequest(
        "the Debian package holds no data.tar; it must hold one: delete it and fetch it again."
    )


def _zip_files(path: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if not entry.is_dir() and wanted(entry.filename):
                yield entry.filename, archive.read(entry)


def _tar_files(
    stream: io.BufferedIOBase, wanted: Callable[[str], bool]
) -> Iterator[tuple[str, bytes]]:
    """Wanted files, and wanted links under their own names with what they point at.

    Two passes: a compressed tarball cannot jump from a link back to its target.
    """
    with tarfile.open(fileobj=stream) as archive:
        links = _links(archive, wanted)
    stream.seek(0)
    with tarfile.open(fileobj=stream) as archive:
        for member in archive:
            name = posixpath.normpath(member.name)
            names = [*([name] if wanted(name) else []), *links.get(name, [])]
            if member.isfile() and names:
                opened = archive.extractfile(member)
                assert opened is not None, "a regular file has content"
                content = opened.read()
                yield from ((each, content) for each in names)


def _links(archive: tarfile.TarFile, wanted: Callable[[str], bool]) -> dict[str, list[str]]:
    """The wanted links by the file at their end; a link may point at another link."""
    targets: dict[str, str] = {}
    for member in archive:
        if member.issym() or member.islnk():
            name = posixpath.normpath(member.name)
            folder = posixpath.dirname(name) if member.issym() else ""
            targets[name] = posixpath.normpath(posixpath.join(folder, member.linkname))
    links: dict[str, list[str]] = {}
    for link in filter(wanted, targets):
        end, seen = link, {link}
        while end in targets and targets[end] not in seen:
            end = targets[end]
            seen.add(end)
        links.setdefault(end, []).append(link)
    return links
