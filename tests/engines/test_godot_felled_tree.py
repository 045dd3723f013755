"""A tree felled in the Godot node, in the shipped world, stays felled, to the pixel."""

import hashlib
import json
from pathlib import Path

import pytest

from tests.engines.godot_engine import Godot
from tests.engines.godot_project import PATIENCE
from tests.felled_tree import felled_tree
from tests.server.web.served import served
from tests.tiny_bundle import write_tiny_bundle
from toolkit.runtime.world_bundle import SHIPPED_WORLDS, load_world
from toolkit.server.worker import ENGINE

pytestmark = pytest.mark.engine
SCRIPT = Path(__file__).parent / "godot" / "walk_world.gd"


def test_a_felled_tree_is_still_gone_on_return(godot: Godot, project: Path, tmp_path: Path):
    walk, state = felled_tree(load_world()), tmp_path / "state"
    (project / SCRIPT.name).write_bytes(SCRIPT.read_bytes())
    bundle = write_tiny_bundle(tmp_path / "tiny")
    with served(state, bundle, engine=ENGINE, worlds=SHIPPED_WORLDS):
        given = {"state": str(state), "world": "crafter", "seed": walk.seed}
        (project / "given.json").write_text(json.dumps({**given, "actions": walk.actions}))
        ran = godot.run(project, "--headless", "--script", f"res://{SCRIPT.name}", seconds=PATIENCE)
    assert (ran.code, ran.complaints) == (0, []), ran.output[-3000:]
    seen = json.loads((project / "seen.json").read_text("utf-8"))
    assert seen["failed"] == ""
    assert seen["hashes"] == [hashlib.sha256(frame.tobytes()).hexdigest() for frame in walk.frames]
