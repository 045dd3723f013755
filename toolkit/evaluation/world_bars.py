"""The bars that a world of Crafter is held to."""

from toolkit.evaluation.bars import Bar

WORLD_BARS = (
    Bar(name="PSNR after 1 step, dB", path="play.model.psnr_1", bar=33, moonshot=36),
    Bar(name="PSNR after 16 steps, dB", path="play.model.psnr_16", bar=20, moonshot=23),
    Bar(name="cells seen before, after 1 step", path="play.model.tiles_1", bar=0.97, moonshot=0.99),
    Bar(name="cells seen before, after 16", path="play.model.tiles_16", bar=0.85, moonshot=0.95),
    Bar(name="cells seen before, after 64", path="play.model.tiles_64", bar=0.7, moonshot=0.9),
    Bar(name="actions followed", path="play.model.following", bar=0.9, moonshot=0.95),
    Bar(name="lag of actions, frames", path="play.model.lag_off", bar=0, moonshot=0,
        better="lower"),
    Bar(name="change watched for 8 frames", path="watched.model.8", bar=0.95, moonshot=0.99),
    Bar(name="change watched for 32 frames", path="watched.model.32", bar=0.9, moonshot=0.98),
    Bar(name="change watched for 128 frames", path="watched.model.128", bar=0.8, moonshot=0.95),
    Bar(name="change left for 2 to 8 frames", path="left.2_8.normalised", bar=0.5, moonshot=0.9),
    Bar(name="change left for 9 to 24", path="left.9_24.normalised", bar=0.3, moonshot=0.75),
    Bar(name="change left for 25 to 64", path="left.25_64.normalised", bar=0.2, moonshot=0.5),
    Bar(name="cells valid after long play", path="drift.all.valid", bar=0.9, moonshot=0.97),
    Bar(name="frames a second on one core", path="speed.loopback.frames_a_second",
        bar=25, moonshot=38),
    Bar(name="95 % of frames within, ms", path="speed.loopback.p95_ms", bar=60, moonshot=40,
        better="lower"),
    Bar(name="replay bit for bit", path="identical.replay", bar=1, moonshot=1),
    Bar(name="saved and loaded bit for bit", path="identical.save_and_load", bar=1, moonshot=1),
)  # fmt: skip
"""What the shipped world shall reach."""
