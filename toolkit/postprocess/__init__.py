"""Pure ``Clip -> Clip`` steps between the network and the exporters; ``finish`` is the recipe."""
