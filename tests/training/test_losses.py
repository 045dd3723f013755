import torch

from toolkit.training.losses import CONTEXT_SIGMA, denoising_loss, sample_sigmas


def test_a_perfect_prediction_costs_nothing_and_an_error_is_weighted_by_sigma():
    clean = torch.zeros(1, 2, 4, 2, 2)
    sigma, counts = torch.tensor([[0.5, 0.01]]), torch.ones(1, 2, dtype=torch.bool)
    assert denoising_loss(clean, clean, sigma, counts) == 0
    off = clean + 1
    expected = (1 / 0.5**2 + 1 / 0.1**2) / 2
    torch.testing.assert_close(denoising_loss(off, clean, sigma, counts), torch.tensor(expected))


def test_given_frames_do_not_count():
    clean, counts = torch.zeros(1, 2, 4, 2, 2), torch.tensor([[False, True]])
    off = clean.clone()
    off[:, 0] = 5
    assert denoising_loss(off, clean, torch.ones(1, 2), counts) == 0


def test_every_clip_has_a_frame_to_learn_and_given_frames_are_nearly_clean():
    sigma, counts = sample_sigmas(512, 8, torch.Generator().manual_seed(0))
    assert counts.any(1).all()
    assert (sigma[~counts] <= CONTEXT_SIGMA).all()
    assert ((sigma >= 0) & (sigma < 1)).all()
    shared = (sigma == sigma[:, :1]).all(1) & counts.all(1)
    assert 0.35 < shared.float().mean() < 0.55


def test_one_frame_is_never_given():
    _, counts = sample_sigmas(64, 1, torch.Generator().manual_seed(0))
    assert counts.all()


def test_clips_can_be_noised_to_where_it_is_decided_what_they_show():
    def share(deciding_share: float, frames: int) -> float:
        generator = torch.Generator().manual_seed(0)
        sigma, counts = sample_sigmas(4096, frames, generator, deciding_share=deciding_share)
        one = counts.all(1) & (sigma == sigma[:, :1]).all(1)
        return float(((sigma[one, 0] > 0.85) & (sigma[one, 0] < 0.98)).float().mean())

    for frames in (1, 8):
        assert share(0.0, frames) < 0.15
        assert 0.35 < share(0.5, frames) < 0.45
        assert share(1.0, frames) > 0.6
