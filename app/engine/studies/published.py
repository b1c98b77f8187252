"""The table of OPT FLOP shares posted in 2022: as printed, the accounting that reproduces it, and the right one.

The table is the source of "the MLP is 80 % at 175B". No text states how it was counted. **The accounting here was
inferred by fitting**: it gives all 40 printed cells to the printed digit, with a projection term (2d^2 + 8sd) that
does not follow from the architecture, whose four projections cost 8d^2.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.engine.conventions import CountedAttention
from app.engine.groups import Group

SOURCE = (
    "Stephen Roller, post of 2022-10-11 (x.com/stephenroller/status/1579993017234382849), shown in Stanford CS336,"
    " spring 2025, lecture 1 (images/roller-flops.png)"
)
SEQ_LEN = 2048
VOCAB_SIZE = 51_200  # fitted: the models have 50,272
HEAD_PASSES = 3  # forward and twice backward
RECOMPUTED_LAYER_PASSES = 4  # the same and one forward again


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedRow:
    """One model of the table: its shape, and the five printed cells.

    `flops_per_update` is printed to two digits [FLOP], `mha` and `ffn` to a whole percent, `attn` and `logit` to a
    tenth of one [0..1]. `batch_tokens` is not in the table but fitted as well: of 0.5M, 1M, 2M and 4M, between
    which the batches of the OPT paper lie (Zhang et al. 2022), the one that the printed FLOPs need [token].
    """

    name: str
    n_layers: int
    d_model: int
    batch_tokens: int
    flops_per_update: float
    mha: float
    ffn: float
    attn: float
    logit: float

    @property
    def shares(self) -> dict[Group, float]:
        """The printed shares under the engine's names; MHA there means the projections [0..1]."""
        return {
            Group.PROJECTIONS: self.mha,
            Group.MLP: self.ffn,
            Group.ATTENTION_CORE: self.attn,
            Group.HEAD: self.logit,
        }


def fitted_flops(row: PublishedRow) -> dict[Group, float]:
    """FLOPs of one update by component as the table counts, inferred by fitting [FLOP].

    Per token and layer: MHA 2d^2 + 8sd, FFN 16d^2, attn 4sd, four times (recomputed); logit 2dV three times.
    """
    d = row.d_model
    return _update(row, projections=2 * d * d + 8 * SEQ_LEN * d, core=4 * SEQ_LEN * d)


def architecture_flops(
    row: PublishedRow,
    *,
    attention: CountedAttention = CountedAttention.FULL,
    layer_passes: int = RECOMPUTED_LAYER_PASSES,
) -> dict[Group, float]:
    """FLOPs of one update by component as the architecture has them: Q, K, V, O are 8d^2 per token and layer [FLOP].

    The rest as in the table: FFN 16d^2, core 4sd (half when causal), head 2dV; `layer_passes` is 3 without recomputing.
    """
    d = row.d_model
    core = (2 if attention is CountedAttention.CAUSAL else 4) * SEQ_LEN * d
    return _update(row, projections=8 * d * d, core=core, layer_passes=layer_passes)


def shares(flops: Mapping[Group, float]) -> dict[Group, float]:
    """Shares of the sum by component [0..1]."""
    total = sum(flops.values())
    return {group: part / total for group, part in flops.items()}


def _update(
    row: PublishedRow, *, projections: int, core: int, layer_passes: int = RECOMPUTED_LAYER_PASSES
) -> dict[Group, float]:
    d, layers = row.d_model, row.batch_tokens * row.n_layers * layer_passes
    return {
        Group.PROJECTIONS: layers * projections,
        Group.MLP: layers * 16 * d * d,
        Group.ATTENTION_CORE: layers * core,
        Group.HEAD: row.batch_tokens * HEAD_PASSES * 2 * d * VOCAB_SIZE,
    }


def _row(shape: tuple[str, int, int, int], flops: float, percent: tuple[float, float, float, float]) -> PublishedRow:
    name, n_layers, d_model, batch_tokens = shape
    mha, ffn, attn, logit = (cell / 100 for cell in percent)
    return PublishedRow(
        name=name,
        n_layers=n_layers,
        d_model=d_model,
        batch_tokens=batch_tokens,
        flops_per_update=flops,
        mha=mha,
        ffn=ffn,
        attn=attn,
        logit=logit,
    )


_M = 2**20

OPT_2022: tuple[PublishedRow, ...] = (
    _row(("OPT 760M", 24, 1536, _M // 2), 4.3e15, (35, 44, 14.8, 5.8)),
    _row(("OPT 1.3B", 24, 2048, _M), 1.3e16, (32, 51, 12.7, 5.0)),
    _row(("OPT 2.7B", 32, 2560, _M), 2.5e16, (29, 56, 11.2, 3.3)),
    _row(("OPT 6.7B", 32, 4096, 2 * _M), 1.1e17, (24, 65, 8.1, 2.4)),
    _row(("OPT 13B", 40, 5120, 4 * _M), 4.1e17, (22, 69, 6.9, 1.6)),
    _row(("OPT 30B", 48, 7168, 4 * _M), 9.0e17, (20, 74, 5.3, 1.0)),
    _row(("OPT 66B", 64, 9216, 2 * _M), 9.5e17, (18, 77, 4.3, 0.6)),
    _row(("OPT 175B", 96, 12_288, 2 * _M), 2.4e18, (17, 80, 3.3, 0.3)),
)
