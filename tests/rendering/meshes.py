"""Small meshes whose pictures are known."""

import numpy as np
import trimesh
from numpy.typing import NDArray

from toolkit.rendering.camera import Framing, Orthographic, Projection, frame_subject
from toolkit.rendering.frame import Frame, Renderer
from toolkit.rendering.lights import UNLIT, Lighting
from toolkit.rendering.mesh import Material, Mesh
from toolkit.rendering.normals import creased_normals
from toolkit.rendering.view import View

CENTER = np.zeros(3)


def as_mesh(shape: trimesh.Trimesh, *, material: Material | None = None) -> Mesh:
    """The mesh with normals of our own and one material."""
    positions = np.asarray(shape.vertices, np.float64)
    return from_arrays(positions, np.asarray(shape.faces, np.int32), material=material)


def from_arrays(
    positions: NDArray[np.float64],
    faces: NDArray[np.int32],
    *,
    material: Material | None = None,
    materials: tuple[Material, ...] = (),
    face_materials: NDArray[np.int32] | None = None,
    uvs: NDArray[np.float32] | None = None,
    colors: NDArray[np.float32] | None = None,
) -> Mesh:
    normals, normal_faces = creased_normals(positions, faces)
    chosen = np.zeros(len(faces), np.int32) if face_materials is None else face_materials
    return Mesh(
        positions=positions,
        faces=faces,
        normals=normals,
        normal_faces=normal_faces,
        uvs=np.zeros((len(positions), 2), np.float32) if uvs is None else uvs,
        colors=np.ones((1, 4), np.float32) if colors is None else colors,
        face_materials=chosen,
        face_objects=chosen,
        materials=materials or (material or Material(),),
        objects=tuple(f"object {number}" for number in range(int(chosen.max()) + 1)),
    )


def sphere(subdivisions: int = 5) -> Mesh:
    return as_mesh(trimesh.creation.icosphere(subdivisions=subdivisions))


def cube(material: Material | None = None) -> Mesh:
    return as_mesh(trimesh.creation.box((1, 1, 1)), material=material)


def quads(*corners: tuple[float, float, float, float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Rectangles that face the viewer: left, bottom, right, top, z each."""
    positions, faces = [], []
    for left, bottom, right, top, z in corners:
        start = len(positions)
        positions += [(left, bottom, z), (right, bottom, z), (right, top, z), (left, top, z)]
        faces += [(start, start + 1, start + 2), (start, start + 2, start + 3)]
    return np.array(positions, np.float64), np.array(faces, np.int32)


def square_frame(
    mesh: Mesh, side: int, *, projection: Projection | None = None, border: float = 0.0
) -> Framing:
    """A framing about the origin that holds the mesh at elevation 0."""
    return frame_subject(
        mesh.positions, anchor=CENTER, elevations=(0.0,), projection=projection or Orthographic(),
        width=side, height=side, border=border,
    )  # fmt: skip


def unit_frame(side: int) -> Framing:
    """Parallel rays; the square from -1 to 1 fills the picture."""
    return Framing(
        width=side, height=side, scale=side / 2, center=(0.0, 0.0, 0.0), anchor=(0.0, 0.0, 0.0),
        anchor_pixel=(side / 2, side / 2), radius=2.0, distance=0.0,
    )  # fmt: skip


def draw(
    mesh: Mesh,
    framing: Framing,
    *,
    azimuth: float = 0.0,
    elevation: float = 0.0,
    samples: int = 1,
    lighting: Lighting = UNLIT,
) -> Frame:
    renderer = Renderer(mesh, framing, lighting, samples=samples)
    return renderer.draw(View(azimuth=azimuth, elevation=elevation))
