"""Results as things in the scene."""
