"""Words for slot values: those training captions use, and those kept for evaluation."""

from __future__ import annotations

SYNONYMS: dict[str, tuple[str, ...]] = {
    "knight": ("knight", "armored knight", "paladin"),
    "wizard": ("wizard", "mage", "sorcerer"),
    "archer": ("archer", "ranger", "bowman"),
    "thief": ("thief", "rogue", "hooded thief"),
    "peasant": ("peasant", "farmer", "villager"),
    "king": ("king", "crowned king", "monarch"),
    "priest": ("priest", "cleric", "bishop"),
    "barbarian": ("barbarian", "viking", "horned barbarian"),
    "goblin": ("goblin",), "lizardfolk": ("lizardfolk", "lizard"), "zombie": ("zombie", "undead"),
    "small": ("small", "short", "little"), "tall": ("tall",), "stocky": ("stocky", "broad"),
    "slim": ("slim", "thin"), "big": ("big", "large", "huge"), "tiny": ("tiny", "very small"),
    "gray": ("gray", "grey"), "blond": ("blond", "blonde"),
    "idle": ("standing idle", "idle", "standing still", "standing"),
    "walk": ("walking", "walking", "taking a walk"),
    "run": ("running", "running", "sprinting"),
    "jump": ("jumping", "jumping", "leaping"),
    "attack": ("attacking", "attacking", "striking"),
    "cast": ("casting a spell", "casting magic", "casting a spell"),
    "hurt": ("getting hurt", "getting hit", "hurt"),
    "die": ("dying", "falling over dead", "dying"),
    "attacking": ("attacking", "attacking", "striking"),
    "dying": ("dying", "dying", "falling dead"),
    "walking": ("walking", "moving"), "hopping": ("hopping", "bouncing"),
    "flying": ("flying", "flying", "hovering"),
    "down": ("facing the viewer", "front view", "facing down", "seen from the front"),
    "up": ("facing away", "back view", "facing up", "seen from behind"),
    "right": ("facing right", "facing right", "side view facing right"),
    "left": ("facing left", "facing left", "side view facing left"),
    "slime": ("slime", "slime", "blob"), "wolf": ("wolf", "wolf"), "snake": ("snake", "serpent"),
    "mushroom monster": ("mushroom monster", "mushroom creature", "mushroom"),
    "eyeball monster": ("eyeball monster", "floating eye", "eye monster"),
    "golem": ("golem", "stone golem"), "ghost": ("ghost", "spirit"), "bat": ("bat",),
    "gem": ("gem", "crystal gem", "jewel"), "potion": ("potion", "potion bottle"),
    "chest": ("chest", "treasure chest"), "crystal ball": ("crystal ball", "magic orb"),
    "spinning": ("spinning", "rotating", "turning"),
    "bobbing": ("bobbing", "floating up and down"), "glowing": ("glowing", "shining"),
    "blinking": ("blinking", "flashing"), "waving": ("waving", "waving in the wind"),
    "flame": ("flame", "fire"), "smoke puff": ("smoke puff", "puff of smoke", "smoke cloud"),
    "lightning bolt": ("lightning bolt", "lightning", "bolt of lightning"),
    "magic circle": ("magic circle", "summoning circle"), "sparkle": ("sparkle", "sparkles"),
    "shockwave": ("shockwave", "shock wave"), "swirling": ("swirling", "spinning"),
    "expanding": ("expanding", "growing"), "fading": ("fading", "fading away"),
}  # fmt: skip


HELD_OUT_SYNONYMS: dict[str, tuple[str, ...]] = {
    "knight": ("cavalier",), "wizard": ("warlock",), "thief": ("bandit",), "peasant": ("farmhand",),
    "king": ("emperor",), "priest": ("pope",), "barbarian": ("berserker",), "archer": ("bowwoman",),
    "small": ("petite",), "big": ("giant",), "tiny": ("minuscule",),
    "red": ("crimson",), "green": ("emerald",), "blue": ("azure",), "purple": ("violet",),
    "walk": ("strolling",), "run": ("dashing",), "jump": ("hopping up",), "attack": ("fighting",),
    "hurt": ("taking damage",), "die": ("collapsing",), "idle": ("waiting",),
    "slime": ("jelly",), "chest": ("coffer",), "spinning": ("revolving",), "glowing": ("radiant",),
    "explosion": ("blast",), "flame": ("blaze",),
}  # fmt: skip
"""Words that only evaluation uses, to see whether the text encoder carries meaning over."""


STYLES = ("pixel art", "a pixel art sprite of", "game sprite of", "16-bit sprite of", "sprite:")
GARMENTS = {
    "knight": "armor", "wizard": "robe", "archer": "tunic", "thief": "cloak", "peasant": "shirt",
    "king": "robe", "priest": "robe", "barbarian": "kilt",
}  # fmt: skip
COVERED_LEGS = frozenset({"wizard", "king", "priest", "barbarian"})
"""Classes whose clothes hide the legs' colour."""
HELMETED = frozenset({"knight", "thief"})
"""Classes whose head gear hides the hair, unless it is long or a ponytail."""
