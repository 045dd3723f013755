"""The files beside a mesh that it refers to: materials, textures, buffers; nothing else is read."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from urllib.parse import unquote

from PIL import Image, UnidentifiedImageError

from toolkit.errors import BadRequest
from toolkit.rendering.textures import check_texture

MAX_BYTES = 2**30
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tga", ".tif", ".tiff", ".dds")


class Companions:
    """Files in the folder of a mesh, as trimesh asks for them; the first refusal is kept.

    trimesh goes on without a file that cannot be read and leaves the surface grey, so whoever
    loads calls ``raise_refusal`` afterwards.
    """

    def __init__(self, mesh_path: Path, *, alone: bool = False) -> None:
        self.file_name = mesh_path.name
        self.alone = alone
        """Whether the mesh came without its folder: then every further file is refused."""
        self.folder = mesh_path.parent
        self.refusal: BadRequest | None = None

    def get(self, name: str) -> bytes:
        """The content of a file named by the mesh.

        Raises:
            BadRequest: it lies outside the mesh's folder, is missing, or is no picture we open.
        """
        try:
            return self._content(name)
        except BadRequest as error:
            self.refusal = self.refusal or error
            raise

    __getitem__ = get

    def raise_refusal(self) -> None:
        """Raise what was refused while loading, if anything was."""
        if self.refusal is not None:
            raise self.refusal

    def _content(self, name: str) -> bytes:
        if self.alone:
            raise BadRequest(
                f"{self.file_name} refers to {name!r:.100}, and only one file was sent; "
                "export it as .glb, which holds everything, or draw it with --embedded."
            )
        path = self._path(unquote(name).replace("\\", "/"))
        try:
            if path.stat().st_size > MAX_BYTES:
                raise BadRequest(f"{path} is larger than 1 GiB; make it smaller first.")
            content = path.read_bytes()
        except OSError as error:
            raise BadRequest(
                f"{self.file_name} needs {name}, which cannot be read: "
                f"{error.strerror or error}; put it beside the mesh."
            ) from error
        if path.suffix.lower() in PICTURES:
            check_picture(content, str(path))
        return content

    def _path(self, name: str) -> Path:
        """The file below the mesh's folder, links followed."""
        parts = name.split("/")
        outside = ":" in name or "\0" in name or name.startswith("/") or ".." in parts
        path = self.folder / name
        if outside or not path.resolve().is_relative_to(self.folder.resolve()):
            raise BadRequest(
                f"{self.file_name} refers to {name!r}, outside its own folder; "
                "put the file beside the mesh and refer to it by its name."
            )
        return path


def check_picture(content: bytes, name: str) -> None:
    """Refuse a texture by its header alone.

    Raises:
        BadRequest: no picture, a format we do not open, or too many pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content)) as image:
                check_texture(image, name)
    except Image.DecompressionBombError as error:
        raise BadRequest(f"{name} is too large; scale the texture down to 8192 pixels.") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise BadRequest(f"{name} is no picture that can be read; save it as PNG.") from error
