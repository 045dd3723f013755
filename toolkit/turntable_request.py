"""TurntableRequest: a mesh or a sentence to be seen from all around; standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, cast

from toolkit.errors import BadRequest
from toolkit.field_checks import (
    check_color,
    check_image,
    check_kinds,
    check_text,
    in_range,
    one_of,
)

CameraName = Literal["orthographic", "perspective", "isometric"]
LightingName = Literal["camera", "subject", "none"]
BackendName = Literal["playreel", "bpy"]
PASSES = ("rgba", "normal", "world_normal", "depth", "object")
CAMERAS: tuple[CameraName, ...] = ("orthographic", "perspective", "isometric")
LIGHTINGS: tuple[LightingName, ...] = ("camera", "subject", "none")
BACKENDS: tuple[BackendName, ...] = ("playreel", "bpy")
DIRECTION_COUNTS = (0, 1, 2, 4, 8, 16, 32)
MAX_VIEWS, MAX_DRAWN_VIEWS = 256, 64
"""Of a mesh, and of a prompt."""
MAX_SIDE, MAX_DRAWN_SIDE = 1024, 256
MESH_SIDE, DRAWN_SIDE = 256, 64
"""Pixels a side where the request leaves them open."""
MAX_PIXELS = 2**26
"""Of all views together; a saved clip holds no more."""
MAX_STOPS = 64
MESH_FORMATS = (".glb", ".gltf", ".obj", ".ply", ".stl", ".off", ".3mf")
"""Endings of mesh files."""
BPY_FORMATS = (".glb", ".gltf", ".fbx", ".blend")
"""Endings of what the backend ``bpy`` draws."""
MAX_POSES, MAX_ACTIONS = 64, 16
"""Of an animated file, a view and in all."""
FIELDS = {
    "integers": (
        "views", "directions", "num_frames", "width", "height", "samples", "toon_bands", "outline",
        "seed", "num_inference_steps",
    ),
    "numbers": (
        "azimuth", "elevation", "field_of_view", "pixels_per_unit", "fps", "guidance_scale",
    ),
    "texts": (
        "mesh", "prompt", "negative_prompt", "camera", "lighting", "outline_color", "up",
        "pivot", "sampler", "backend",
    ),
    "flags": ("clockwise", "rest_pose"),
    "name_lists": ("passes", "actions"),
    "images": ("image", "mesh_bytes"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TurntableRequest:
    """A mesh file or a prompt to become an orbit clip; checks itself on construction."""

    mesh: str = ""
    """Path on the machine that draws; this or ``prompt``. JSON keeps its file name only."""
    mesh_bytes: bytes = b""
    """What that file holds, where the machine that draws does not have it; JSON leaves it out."""
    prompt: str = ""
    negative_prompt: str = ""
    views: int = 16
    """Frames of the turn: 1 to 256 of a mesh, 1 to 64 of a prompt."""
    directions: int = 0
    """0 turns; else 1, 2, 4, 8, 16 or 32 views, each a tag named for where the subject looks."""
    clockwise: bool = True
    """How the subject turns, seen from above."""
    azimuth: float = 0.0
    """Degrees, -360 to 360, of the first view; 0 is the front, 90 shows it facing left."""
    elevation: float = 20.0
    """Degrees above the horizon, -90 to 90."""
    path: tuple[tuple[float, float], ...] = ()
    """Stops of azimuth and elevation that the views pass on straight lines, instead of a turn."""
    camera: CameraName = "orthographic"
    """``isometric`` is orthographic, 30 degrees up and turned by 45: tiles are 2 wide to 1 high."""
    field_of_view: float = 35.0
    """Degrees, 5 to 100, of the perspective camera."""
    width: int = 0
    """Pixels, 16 to 1024; 0 is 256 of a mesh and 64 of a prompt, which takes multiples of 16."""
    height: int = 0
    samples: int = 2
    """Samples a side of a pixel, 1 to 4, that are averaged."""
    passes: tuple[str, ...] = ("rgba",)
    """Of ``PASSES``; each becomes a clip of its own."""
    lighting: LightingName = "camera"
    """Who holds the lights: the camera, or the subject; ``none`` shows plain colours."""
    toon_bands: int = 0
    """0 shades smoothly; else 2 to 16 flat tones."""
    outline: int = 0
    """Pixels, 0 to 4, of the line around the subject."""
    outline_color: str = "000000"
    up: Literal["auto", "y", "z"] = "auto"
    """Axis that points up in the file; ``auto`` takes z for STL, PLY, OFF and 3MF."""
    pivot: Literal["center", "origin"] = "center"
    """What it turns about: the middle of its footprint, or the file's origin."""
    pixels_per_unit: float = 0.0
    """0 makes the subject as large as fits; else its scale, so that several meshes share one."""
    rest_pose: bool = False
    """Draw an animated file in its rest pose instead of refusing it."""
    backend: BackendName = "playreel"
    """Who draws a mesh; ``bpy`` is Blender, which draws animated files too."""
    num_frames: int = 1
    """Frames of an animated file in each view, 1 to 64, spread evenly over its action."""
    actions: tuple[str, ...] = ()
    """Names of its actions, one after the other; empty takes the first."""
    image: bytes = b""
    """PNG of the first view of a prompt, or empty."""
    fps: float = 12.0
    seed: int = 0
    num_inference_steps: int = 20
    guidance_scale: float = 2.5
    sampler: str = "euler"

    def __post_init__(self) -> None:
        check_kinds(self, FIELDS)
        if bool(self.mesh.strip()) == bool(self.prompt.strip()):
            raise BadRequest(
                f"mesh is {self.mesh!r} and prompt {self.prompt!r:.60}; "
                'give one of them, as in model.glb or "a wooden chair".'
            )
        for name in ("mesh", "prompt", "negative_prompt"):
            check_text(name, getattr(self, name))
        if self.mesh_bytes and not self.mesh.lower().endswith(MESH_FORMATS):
            raise BadRequest(f"mesh is {self.mesh!r}; its name ends in {', '.join(MESH_FORMATS)}.")
        _check_views(self)
        _check_backend(self)
        _check_picture(self)
        _check_drawing(self)

    @property
    def num_turn_views(self) -> int:
        """From how many sides it is seen."""
        return self.directions or self.views

    @property
    def num_views(self) -> int:
        """How many frames the clip has."""
        return self.num_turn_views * self.num_frames * max(1, len(self.actions))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, the open ones filled in."""
        side = MESH_SIDE if self.mesh else DRAWN_SIDE
        return self.width or side, self.height or side


def _check_views(request: TurntableRequest) -> None:
    in_range("views", request.views, 1, MAX_VIEWS if request.mesh else MAX_DRAWN_VIEWS)
    one_of("directions", request.directions, DIRECTION_COUNTS)
    in_range("azimuth", request.azimuth, -360, 360)
    in_range("elevation", request.elevation, -90, 90)
    one_of("camera", request.camera, CAMERAS)
    in_range("field_of_view", request.field_of_view, 5, 100)
    stops: Any = request.path
    if not isinstance(stops, tuple) or not all(_is_stop(stop) for stop in cast(Any, stops)):
        raise BadRequest(
            f"path is {stops!r:.60}; write stops of azimuth and elevation, as in 0:20,180:45."
        )
    if len(request.path) == 1 or len(request.path) > MAX_STOPS:
        raise BadRequest(f"path has {len(request.path)} stops; give 2 to {MAX_STOPS}.")
    for azimuth, elevation in request.path:
        in_range("azimuth of a stop", azimuth, -3600, 3600)
        in_range("elevation of a stop", elevation, -90, 90)
    if request.path and request.directions:
        raise BadRequest("path and directions are both given; leave one of them out.")


def _is_stop(stop: Any) -> bool:
    return (
        isinstance(stop, tuple)
        and len(cast(Any, stop)) == 2
        and all(isinstance(part, int | float) for part in cast(Any, stop))
        and not any(isinstance(part, bool) for part in cast(Any, stop))
    )


def _check_picture(request: TurntableRequest) -> None:
    for name in ("width", "height"):
        side = getattr(request, name)
        if side and request.mesh:
            in_range(name, side, 16, MAX_SIDE)
        elif side and (side % 16 or not 16 <= side <= MAX_DRAWN_SIDE):
            raise BadRequest(
                f"{name} is {side}; of a prompt it must be a multiple of 16 "
                f"from 16 to {MAX_DRAWN_SIDE}."
            )
    width, height = request.size
    if request.num_views * width * height > MAX_PIXELS:
        raise BadRequest(
            f"{request.num_views} views of {width}x{height} are too much; "
            f"at most {MAX_PIXELS} pixels in all: take fewer or smaller views."
        )
    if not request.passes:
        raise BadRequest(f"passes is empty; choose from {', '.join(PASSES)}.")
    for name in request.passes:
        one_of("pass", name, PASSES if request.mesh else PASSES[:1])
    if len(set(request.passes)) < len(request.passes):
        raise BadRequest(f"passes is {','.join(request.passes)}; name each pass once.")
    in_range("fps", request.fps, 1, 60)


def _check_drawing(request: TurntableRequest) -> None:
    in_range("samples", request.samples, 1, 4)
    one_of("lighting", request.lighting, LIGHTINGS)
    if request.toon_bands:
        in_range("toon_bands", request.toon_bands, 2, 16)
    in_range("outline", request.outline, 0, 4)
    check_color("outline_color", request.outline_color)
    one_of("up", request.up, ("auto", "y", "z"))
    one_of("pivot", request.pivot, ("center", "origin"))
    if request.pixels_per_unit:
        in_range("pixels_per_unit", request.pixels_per_unit, 1e-6, 1e6)
    if request.image and request.mesh:
        raise BadRequest("image is given with a mesh; it is the first view of a prompt only.")
    if request.path and request.prompt:
        raise BadRequest("path is given with a prompt, which can only turn; leave it out.")
    check_image(request.image)
    in_range("seed", request.seed, 0, 2**63 - 1)
    in_range("num_inference_steps", request.num_inference_steps, 1, 100)
    in_range("guidance_scale", request.guidance_scale, 1, 20)
    one_of("sampler", request.sampler, ("euler", "unipc", "lcm"))


def _check_backend(request: TurntableRequest) -> None:
    one_of("backend", request.backend, BACKENDS)
    in_range("num_frames", request.num_frames, 1, MAX_POSES)
    if len(request.actions) > MAX_ACTIONS:
        raise BadRequest(f"actions names {len(request.actions)}; at most {MAX_ACTIONS}.")
    for name in request.actions:
        check_text("actions", name)
        if not name or request.actions.count(name) > 1:
            raise BadRequest(f"actions has {name!r} twice or empty; name each action once.")
    if request.backend == "playreel":
        for name, given in (("num_frames", request.num_frames > 1), ("actions", request.actions)):
            if given:
                raise BadRequest(
                    f"{name} is given, and Playreel's own renderer draws no animation; "
                    "add --backend bpy."
                )
        return
    for name, given in (
        ("prompt", request.prompt), ("rest_pose", request.rest_pose),
        ("toon_bands", request.toon_bands), ("up", request.up != "auto"),
    ):  # fmt: skip
        if given:
            raise BadRequest(f"{name} is given with backend bpy, which has no use for it; "
                             "leave one of them out.")  # fmt: skip
