"""How good a bundle is: judges trained on real renders, metrics, baselines and the report."""
