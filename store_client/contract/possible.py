"""What no message can say though its form is right. Both sides refuse it: a number that is none ends up in a picture, in
an array of a million million readings, or in a moment that no calendar has."""

from store_client.contract.live import Message, Picked, PutBack, Weights

LATEST_US = 4_102_444_800_000_000
"""The year 2100: a stamp beyond it, or before 1970, is no time at all."""
MOST_SAMPLES = 600
MOST_PLATES = 16_384
"""Of one gondola."""
MOST_US = 600 * 1_000_000
"""Between a message of weights and its first sample."""
RATES_HZ = (0.1, 1_000.0)


def has_moments(message: Message) -> bool:
    """Whether it was measured and sent at moments that there are."""
    return 0 <= message.measured_at <= LATEST_US and 0 <= message.sent_at <= LATEST_US


def wrong_with(message: Message) -> str:
    """Why it cannot be, whatever its moments are; empty if it can."""
    if isinstance(message, Weights):
        return _wrong_weights(message)
    if isinstance(message, Picked | PutBack):
        chances = (message.probability, *(one.probability for one in message.alternatives))
        if not all(-0.01 <= chance <= 1.01 for chance in chances):
            return "a probability that is none"
    return ""


def _wrong_weights(message: Weights) -> str:
    samples, shelves, plates = message.shape
    if not 1 <= samples <= MOST_SAMPLES or shelves < 1 or plates < 1 or shelves * plates > MOST_PLATES:
        return f"a shape of {message.shape}"
    if len(message.grams) != 4 * samples * shelves * plates:
        return f"{len(message.grams)} bytes for a shape of {message.shape}"
    if not RATES_HZ[0] <= message.rate_hz <= RATES_HZ[1]:
        return f"a rate of {message.rate_hz} Hz"
    if abs(message.measured_at - message.first_at) > MOST_US:
        return "samples of another time than the message"
    return ""
