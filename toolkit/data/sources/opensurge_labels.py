"""What the sprites of Open Surge show: their names are those of scripts, some of them codes."""

from __future__ import annotations

import re

LOOKS = {
    "Surge": "orange rabbit hero with green shoes",
    "Neon": "brown squirrel hero in a blue cap",
    "Charge": "silver white wolf hero",
    "Tux": "black and white penguin",
    "Crococopter": "green crocodile helicopter",
    "Lady Bugsy": "red ladybug robot",
    "GreenMarmot": "green marmot",
    "Mosquito": "mosquito robot",
    "Wolfey": "gray wolf",
    "Skaterbug": "blue water strider bug",
    "Springfling": "green spring frog",
    "Fish": "red fish",
    "Jumping Fish": "blue jumping fish",
    "Play Classic Levels - Neon": "brown squirrel hero in a blue cap",
    "Play Classic Levels - Surge": "orange rabbit hero with green shoes",
    "null": "empty picture",
}
"""Drawings that a player would describe otherwise than by the script's name."""
CODES = {
    "ACIDSHIELD": "acid shield",
    "BIGRING": "big ring",
    "CREATIVECOMMONS": "creative commons badge",
    "CUTSCENEBOTTOMSTRIP": "cutscene bottom strip",
    "CUTSCENETOPSTRIP": "cutscene top strip",
    "DANGER": "spikes",
    "DNADOOR": "dna door",
    "ENDLEVEL": "goal capsule",
    "ENDSIGN": "goal sign",
    "FADEEFFECT": "fade effect",
    "FIREDANGER": "fire",
    "FIRESHIELD": "fire shield",
    "GUIARROW": "menu arrow",
    "HORIZONTALDNADOOR": "horizontal dna door",
    "HUDBACKGROUND": "score board background",
    "HUDBLACKSCREEN": "black screen",
    "HUDBOTTOMSTRIP": "score board bottom strip",
    "HUDHEAD": "score board portrait",
    "HUDLEFTSTRIP": "score board left strip",
    "HUDSUBTEXTHIDEOVERLAY": "score board text cover",
    "HUDTOPSTRIP": "score board top strip",
    "INVSTAR": "invincibility star",
    "ITEMBOX": "item box",
    "LEVELACT": "level act number",
    "LOOPGREEN": "green loop marker",
    "LOOPYELLOW": "yellow loop marker",
    "QUESTIONMARK": "question mark",
    "SUPERCOLLECTIBLE": "super collectible",
    "SURGEENTRANCE": "orange rabbit hero entrance",
    "THUNDERSHIELD": "thunder shield",
    "VERTICALFIREDANGER": "vertical fire",
    "WATERAIRBUBBLE": "air bubble in water",
    "WATERAIRSOURCE": "water bubbles",
    "WATERLEVEL": "water surface",
    "WATERSHIELD": "water shield",
    "WATERSPLASH": "water splash",
    "WINDSHIELD": "wind shield",
}
"""Words of the codes that are more than one word long; they begin with ``SD_``."""
SPRING = re.compile(r"SD_(TR|TL|BR|BL|R|L|B)??(YELLOW|RED|BLUE)SPRING")
POINTING = {
    "B": "down", "BL": "down and left", "BR": "down and right", "L": "left", "R": "right",
    "TL": "up and left", "TR": "up and right",
}  # fmt: skip
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
ASIDE = re.compile(r"\(.*?\)")
LANGUAGE = re.compile(r"^[a-z]{2}(_[A-Z]{2})?$")
NUMBERED = re.compile(r"^animal \d+:")
ARROWS = {"--->": "pointing right", "<---": "pointing left"}
UNSAID = ("default", "none")


def sprite_caption(name: str, label: str) -> str:
    """One sentence, in lower case, for an animation of that label of the sprite of that name."""
    return f"{look_of(name)} {action_of(label)}".strip()


def look_of(name: str) -> str:
    """The drawing in words; a code becomes the words it is made of."""
    if name in LOOKS:
        return LOOKS[name]
    spring = SPRING.fullmatch(name)
    if spring is not None:
        pointing = f" pointing {POINTING[spring[1]]}" if spring[1] else ""
        return f"{spring[2].lower()} spring{pointing}"
    code = name.removeprefix("SD_")
    words = CODES.get(code, CAMEL.sub(" ", code))
    return re.sub(r"[_.\s-]+", " ", words).strip().lower()


def action_of(label: str) -> str:
    """What the author's label says happens; nothing for remarks on the script itself."""
    if LANGUAGE.match(label):
        return ""
    words = ARROWS.get(label, NUMBERED.sub("", ASIDE.sub("", label)))
    words = re.sub(r"[^\w\s,:/&'-]", "", words.replace("//", "")).strip(" .").lower()
    return "" if words in UNSAID else re.sub(r"\s+", " ", words)
