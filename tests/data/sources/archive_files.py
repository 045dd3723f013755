"""Writes tiny archives of the kinds that registries hold."""

import io
import tarfile
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image


def png(pixels) -> bytes:
    """A PNG of uint8 ``[H, W, 4]``."""
    data = io.BytesIO()
    Image.fromarray(np.asarray(pixels, np.uint8)).save(data, "PNG")
    return data.getvalue()


def solid(height, width, colour=(200, 100, 50, 255)):
    """One colour, uint8 ``[H, W, 4]``."""
    return np.tile(np.array(colour, np.uint8), (height, width, 1))


def tarball(files: dict[str, bytes], links: dict[str, str] | None = None, mode="w:gz") -> bytes:
    """A tarball; ``links`` are symbolic and come before the files."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=mode) as archive:
        for name, target in (links or {}).items():
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, target
            archive.addfile(link)
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return data.getvalue()


def write_npm(path: Path, files: dict[str, bytes]) -> Path:
    """What ``npm pack`` leaves."""
    path.write_bytes(tarball({f"package/{name}": data for name, data in files.items()}))
    return path


def write_wheel(path: Path, files: dict[str, bytes]) -> Path:
    """A wheel's zip."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def write_deb(path: Path, files: dict[str, bytes], links: dict[str, str] | None = None) -> Path:
    """A Debian package; its first member has an odd length, so padding matters."""
    dotted = {f"./{name}": data for name, data in files.items()}
    dotted_links = {f"./{name}": target for name, target in (links or {}).items()}
    members = {"debian-binary": b"2.0\n!", "data.tar.xz": tarball(dotted, dotted_links, "w:xz")}
    package = b"!<arch>\n"
    for name, data in members.items():
        header = f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n".encode()
        package += header + data + b"\n" * (len(data) % 2)
    path.write_bytes(package)
    return path
