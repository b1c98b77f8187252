"""How long and how large a training run is: 6ND, compute-optimal tokens, critical batch, served against trained.

N is the number of parameters that multiply, active ones for a mixture of experts; the attention core is not in 6ND.
"""

from app.engine.arguments import refuse_unless_positive, refuse_unless_share


def compute_optimal_tokens(n_parameters: float, *, tokens_per_parameter: float = 20) -> float:
    """Training tokens at which a compute budget ends in the lowest loss: about 20 N [token].

    Source: Hoffmann et al. 2022, "Training Compute-Optimal Large Language Models" (Chinchilla: 70B on 1.4T).
    """
    refuse_unless_positive(n_parameters=n_parameters, tokens_per_parameter=tokens_per_parameter)
    return tokens_per_parameter * n_parameters


def training_flops(*, n_parameters: float, tokens: float) -> float:
    """Model FLOPs of a training run: 6ND, two forward and four backward [FLOP] (Kaplan et al. 2020, section 2.1)."""
    refuse_unless_positive(n_parameters=n_parameters, tokens=tokens)
    return 6 * n_parameters * tokens


def inference_flops(*, n_parameters: float, tokens: float) -> float:
    """FLOPs of the forward passes over served tokens: 2NT [FLOP] (Kaplan et al. 2020, section 2.1)."""
    refuse_unless_positive(n_parameters=n_parameters, tokens=tokens)
    return 2 * n_parameters * tokens


def training_s(*, n_parameters: float, tokens: float, n_devices: float, peak_flops: float, mfu: float) -> float:
    """Time of a training run: 6ND over what the devices reach, n * peak * MFU [s]; peak dense, in [FLOP/s]."""
    refuse_unless_positive(n_devices=n_devices, peak_flops=peak_flops, mfu=mfu)
    refuse_unless_share(mfu=mfu)
    return training_flops(n_parameters=n_parameters, tokens=tokens) / (n_devices * peak_flops * mfu)


def served_tokens_that_equal_training(training_tokens: float) -> float:
    """Served tokens at which inference has cost as many FLOPs as training: 2NT = 6ND, so T = 3D [token]."""
    refuse_unless_positive(training_tokens=training_tokens)
    return 3 * training_tokens


def steps_multiple(*, batch: float, critical_batch: float) -> float:
    """Steps to a given loss over the fewest possible: 1 + Bcrit/B [x].

    Source: McCandlish et al. 2018, "An Empirical Model of Large-Batch Training".
    """
    refuse_unless_positive(batch=batch, critical_batch=critical_batch)
    return 1 + critical_batch / batch


def data_multiple(*, batch: float, critical_batch: float) -> float:
    """Tokens to a given loss over the fewest possible: 1 + B/Bcrit [x] (source as above)."""
    refuse_unless_positive(batch=batch, critical_batch=critical_batch)
    return 1 + batch / critical_batch


def fewer_steps(*, batch: float, critical_batch: float, growth: float = 2) -> float:
    """How many times fewer steps a batch `growth` times larger needs [x]: growth if B << Bcrit, 1 if B >> Bcrit."""
    refuse_unless_positive(growth=growth)
    before = steps_multiple(batch=batch, critical_batch=critical_batch)
    return before / steps_multiple(batch=batch * growth, critical_batch=critical_batch)


def compute_optimal_parameters(*, flops: float, tokens_per_parameter: float = 20) -> float:
    """Parameters that a budget trains to the lowest loss: 6*N*20N = C, N = sqrt(C/120) [1] (Hoffmann et al. 2022)."""
    refuse_unless_positive(flops=flops, tokens_per_parameter=tokens_per_parameter)
    parameters: float = (flops / (6 * tokens_per_parameter)) ** 0.5
    return parameters
