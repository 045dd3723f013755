"""Things of a game's world as meshes of a few solids, seen from all around."""
