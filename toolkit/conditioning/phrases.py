"""The words that name an action and a direction in a caption, shared by training and prompting."""

ACTION_PHRASES = {
    "idle": "standing idle",
    "walk": "walking",
    "run": "running",
    "jump": "jumping",
    "attack": "attacking",
    "cast": "casting a spell",
    "hurt": "getting hurt",
    "die": "dying",
}
"""Action name to the phrase that training captions use most."""

DIRECTION_PHRASES = {
    "down": "facing the viewer",
    "down_right": "facing front-right",
    "right": "facing right",
    "up_right": "facing back-right",
    "up": "facing away",
    "up_left": "facing back-left",
    "left": "facing left",
    "down_left": "facing front-left",
}
"""Direction name (as engines say it) to the caption phrase; ``down`` looks at the viewer."""

LOOPING_ACTIONS = frozenset({"idle", "walk", "run"})
"""Actions whose last frame leads back to the first; the others play once."""


def with_action(prompt: str, *, action: str = "", direction: str = "") -> str:
    """The prompt with its action and direction appended in training's words."""
    phrase = f"{prompt} {ACTION_PHRASES[action]}" if action else prompt
    return f"{phrase}, {DIRECTION_PHRASES[direction]}" if direction else phrase
