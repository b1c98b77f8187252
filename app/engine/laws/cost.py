"""What a token costs: dollars and joules, given prices, power and a rate. Prices and power are arguments, never facts.

A price is per device and hour and a cost per million tokens since both are quoted so; the rest is in base units.
"""

from app.engine.arguments import refuse_below_one, refuse_negative, refuse_unless_positive

_SECONDS_PER_HOUR = 3600
_JOULES_PER_KILOWATT_HOUR = 3.6e6


def cost_per_token(*, price_per_device_hour: float, n_devices: float, tokens_per_s: float) -> float:
    """Dollars for one token: price * devices / tokens per hour [$/token]; `tokens_per_s` of all devices together."""
    refuse_negative(price_per_device_hour=price_per_device_hour)
    refuse_unless_positive(n_devices=n_devices, tokens_per_s=tokens_per_s)
    return price_per_device_hour * n_devices / (tokens_per_s * _SECONDS_PER_HOUR)


def cost_per_million_tokens(*, price_per_device_hour: float, n_devices: float, tokens_per_s: float) -> float:
    """The same for a million tokens, the unit of price lists [$]."""
    return 1e6 * cost_per_token(
        price_per_device_hour=price_per_device_hour, n_devices=n_devices, tokens_per_s=tokens_per_s
    )


def energy_per_token(*, power: float, n_devices: float, tokens_per_s: float, pue: float = 1) -> float:
    """Energy for one token: power * devices * PUE / rate [J/token]; power of one device in [W].

    PUE (power usage effectiveness) is the power of the building over that of its computers, one or more.
    """
    refuse_unless_positive(power=power, n_devices=n_devices, tokens_per_s=tokens_per_s)
    refuse_below_one(pue=pue)
    return power * n_devices * pue / tokens_per_s


def energy_cost_per_token(*, energy_per_token: float, price_per_kilowatt_hour: float) -> float:
    """Dollars of electricity for one token: joules / 3.6e6 * price [$/token]."""
    refuse_negative(energy_per_token=energy_per_token, price_per_kilowatt_hour=price_per_kilowatt_hour)
    return energy_per_token / _JOULES_PER_KILOWATT_HOUR * price_per_kilowatt_hour
