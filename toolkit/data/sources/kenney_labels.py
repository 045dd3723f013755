"""What Kenney's enemies in the ``procgen`` wheel are and do."""

ENEMIES = {
    "bee": ("bee", "flying"),
    "fishGreen": ("green fish", "swimming"),
    "fishPink": ("pink fish", "swimming"),
    "fly": ("fly", "flying"),
    "frog": ("green frog", "hopping"),
    "mouse": ("mouse", "running"),
    "saw": ("saw blade", "spinning"),
    "slimeBlue": ("blue slime", "moving"),
    "slimeGreen": ("green slime", "moving"),
    "slimePurple": ("purple slime", "moving"),
    "snail": ("snail", "crawling"),
    "wormGreen": ("green worm", "crawling"),
    "wormPink": ("pink worm", "crawling"),
    "slimeBlock": ("block slime", "moving"),
    "ladybug": ("ladybug", "walking"),
}
"""File name: subject and what its second frame makes of it."""

ABSTRACT_ENEMIES = {
    "Floating": ("floating round robot", "floating"),
    "FlyingAlt": ("winged robot drone", "flying"),
    "Flying": ("flying robot bug", "flying"),
    "Spikey": ("spiky robot", "moving"),
    "Swimming": ("swimming robot fish", "swimming"),
    "Walking": ("walking robot bug", "walking"),
}
"""File name: subject and action of four frames."""

STILL_FOLDERS = (
    "kenney/Enemies",
    "kenney/Items",
    "kenney/Tiles",
    "kenney-abstract/Items",
    "kenney-abstract/Other",
    "misc_assets",
    "platformer",
    "kenney/Particles",
)
"""Where single pictures are; of two with one name the first counts."""
