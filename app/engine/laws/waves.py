"""Wave quantisation: a matrix is computed in whole tiles, and the tiles in whole waves over the SMs.

Source: NVIDIA, "Matrix Multiplication Background User's Guide", sections on tile and wave quantization.
"""

from app.engine.arguments import refuse_unless_positive


def n_tiles(*, m: float, n: float, tile_m: float, tile_n: float) -> float:
    """Tiles that cover an m x n output: ceil(m/tile_m) * ceil(n/tile_n) [1]."""
    refuse_unless_positive(m=m, n=n, tile_m=tile_m, tile_n=tile_n)
    return _ceil(m, tile_m) * _ceil(n, tile_n)


def n_waves(*, tiles: float, n_sms: float) -> float:
    """Rounds that the SMs need, one tile each a round: ceil(tiles/SMs) [1]. The time of a GEMM goes with it.

    Where an SM holds several tiles at once, pass that many times the SMs.
    """
    refuse_unless_positive(tiles=tiles, n_sms=n_sms)
    return _ceil(tiles, n_sms)


def tile_efficiency(*, m: float, n: float, tile_m: float, tile_n: float) -> float:
    """Share of the tiles' area that the output fills: m*n/(tiles * tile_m*tile_n) [0..1]."""
    return m * n / (n_tiles(m=m, n=n, tile_m=tile_m, tile_n=tile_n) * tile_m * tile_n)


def wave_efficiency(*, tiles: float, n_sms: float) -> float:
    """Share of the SMs that have a tile, averaged over the waves: tiles/(waves * SMs) [0..1]."""
    return tiles / (n_waves(tiles=tiles, n_sms=n_sms) * n_sms)


def quantisation_efficiency(*, m: float, n: float, tile_m: float, tile_n: float, n_sms: float) -> float:
    """Share of the launched work that is useful: tile efficiency times wave efficiency [0..1]."""
    tiles = n_tiles(m=m, n=n, tile_m=tile_m, tile_n=tile_n)
    return tile_efficiency(m=m, n=n, tile_m=tile_m, tile_n=tile_n) * wave_efficiency(tiles=tiles, n_sms=n_sms)


def _ceil(whole: float, part: float) -> float:
    return -(-whole // part)
