"""What a prompt's own words say about motion and view, where the request leaves that open."""

from __future__ import annotations

import re

CLOSES = (
    r"idle|standing|waiting|walk(?:s|ing)?|stroll(?:s|ing)|run(?:s|ning)?|sprint(?:s|ing)|"
    r"dash(?:es|ing)|fly|flies|flying|hover(?:s|ing)|float(?:s|ing)|swim(?:s|ming)|"
    r"hop(?:s|ping)(?! up)|bounc(?:es|ing)|fish\b.*? leap(?:s|ing)"
)
ENDS = (
    r"attack(?:s|ing)?|strik(?:es|ing)|fight(?:s|ing)|hit(?:s|ting)|slash(?:es|ing)|"
    r"swing(?:s|ing) (?:an?|the|his|her|its|their)|cast(?:s|ing)?|jump(?:s|ing)?|leap(?:s|ing)?|"
    r"hopping up|hurt|(?:getting|gets) hit|taking damage|die|dies|dying|death animation|"
    r"collaps(?:es|ing)|fall(?:s|ing) (?:over|down|dead)|open(?:s|ing)|expand(?:s|ing)|growing|"
    r"fad(?:es|ing)|explod(?:es|ing)|explosion|blast|splash|shock ?wave|smoke puff|puff of smoke"
)
"""Motions that end elsewhere than they began, among them all that training's clips play once."""
MOTION = re.compile(rf"\b(?:(?P<closes>{CLOSES})|(?P<ends>{ENDS}))\b")
VIEW = re.compile(
    r"\bfacing\b|\b(?:front|back|rear|side) view\b|\bseen from\b|\b(?:left|right)(?:wards?)?\b|"
    r"\b(?:walking|running|moving|flying|going) (?:up|down)(?:wards?)?\b"
)


def closes(prompt: str) -> bool:
    """Whether the motion leads back to its start; the last motion word decides.

    A prompt without one closes: most things that only stand in a game idle or glow for ever.
    """
    said = list(MOTION.finditer(prompt.lower()))
    return not said or said[-1]["closes"] is not None


def names_view(prompt: str) -> bool:
    """Whether the prompt says which way its subject faces or moves."""
    return VIEW.search(prompt.lower()) is not None
