import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.components.kernels import Kind, gemm, stream
from app.engine.groups import Group
from app.engine.roofline import arithmetic_intensity

SIDES = st.integers(1, 2**16)


def product(rows, inner, columns, widths=(2, 2)):
    return gemm("mlp_up", Group.MLP, rows=rows, inner=inner, columns=columns, widths=widths)


def intensity(kernel):
    return arithmetic_intensity(flops=kernel.flops, bytes_moved=kernel.bytes_moved)


@given(rows=SIDES, inner=SIDES, columns=SIDES)
def test_a_gemm_multiplies_and_adds_for_every_cell(rows, inner, columns):
    assert product(rows, inner, columns).flops == 2 * rows * inner * columns


def test_a_gemm_reads_its_weights_once_and_moves_both_activations():
    assert product(3, 5, 7, widths=(0.5, 2)).bytes_moved == 5 * 7 * 0.5 + (3 * 5 + 3 * 7) * 2


def test_intensity_grows_with_the_rows_and_is_not_capped():
    intensities = [intensity(product(rows, 8192, 28_672)) for rows in (1, 8, 64, 512, 4096, 32_768)]
    assert intensities == sorted(intensities)
    assert intensities[0] == pytest.approx(1, rel=0.01)
    assert intensities[-1] > 5000


def test_a_stream_moves_bytes_and_does_no_arithmetic():
    kernel = stream("norms", Group.NORMS, bytes_moved=64)
    assert (kernel.kind, kernel.flops, kernel.bytes_moved) == (Kind.STREAM, 0, 64)
