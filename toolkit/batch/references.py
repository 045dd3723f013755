"""Assets in an order in which each one comes after the one it refers to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from toolkit.batch.assets import Asset
from toolkit.batch.nodes import problem
from toolkit.errors import ManifestError


def in_order(assets: Sequence[Asset]) -> tuple[Asset, ...]:
    """The assets, otherwise in the order of the manifest.

    Raises:
        ManifestError: a reference names no asset, or leads back to its own.
    """
    by_name = {asset.name: asset for asset in assets}
    placed: dict[str, Asset] = {}
    for asset in assets:
        for each in reversed(_chain(asset, by_name, placed).values()):
            placed[each.name] = each
    return tuple(placed.values())


def _chain(
    asset: Asset, by_name: Mapping[str, Asset], placed: Mapping[str, Asset]
) -> dict[str, Asset]:
    """The asset and those it needs that are not placed yet, the first needed one last."""
    chain: dict[str, Asset] = {}
    while asset.name not in placed:
        if asset.name in chain:
            raise _cycle([*chain.values(), asset])
        chain[asset.name] = asset
        if asset.reference is None:
            break
        if asset.reference.asset not in by_name:
            raise _unknown(asset, by_name)
        asset = by_name[asset.reference.asset]
    return chain


def _cycle(assets: Sequence[Asset]) -> ManifestError:
    names = " > ".join(asset.name for asset in assets)
    return problem(assets[0].place, f"references lead back to where they start ({names}).")


def _unknown(asset: Asset, by_name: Mapping[str, Asset]) -> ManifestError:
    wanted = asset.reference.asset if asset.reference else ""
    some = ", ".join(list(by_name)[:10])
    return problem(asset.place, f"{asset.name} refers to {wanted!r:.60}; assets are {some}.")
