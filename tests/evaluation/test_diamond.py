import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from toolkit.evaluation.diamond import DiamondDenoiser, DiamondFrames


def test_it_has_the_parameters_and_the_work_of_the_published_network():
    network = DiamondDenoiser()
    with FlopCounterMode(display=False) as counter:
        network(torch.zeros(1, 15, 64, 64), torch.zeros(1), torch.zeros(1, 4, dtype=torch.int64))
    assert sum(parameter.numel() for parameter in network.parameters()) == 4_406_851
    assert round(counter.get_total_flops() / 1e9, 2) == 6.09


def test_a_frame_depends_on_the_action():
    diamond = DiamondFrames()
    still, moved = diamond.step(0), diamond.step(1)
    assert still.shape == (1, 3, 64, 64)
    assert np.isfinite(still).all()
    assert np.abs(still - moved).max() > 0
    assert np.array_equal(diamond.step(0), still)
