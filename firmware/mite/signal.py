"""TensorFlow Lite Micro's signal ops, for models that begin with sound: mite.signal.register(), then mite.Model as ever.

Integers only, and the same bytes as TensorFlow Lite Micro's. mite.audio is many times as fast where a model leaves the features to its program.
"""

import struct

from .model import ModelError, register as _register

_BITS = 48  # of the fraction, where tables are made
_PI = 884279719003555  # with as many
_U32 = 0xFFFFFFFF
_U64 = 0xFFFFFFFFFFFFFFFF
_INT16 = 7  # TensorFlow Lite's number of the type

_sines = {}  # length of a transform -> its circle
_log2 = []


def register():
    """Register all ops of OPS, as mite.register() does."""
    for name, (function, inputs, outputs, state) in OPS.items():
        _register(name, _checked(name, function, inputs.split(), outputs.split()), tensors=True, state=state)


def _checked(name, function, input_types, output_types):
    """The function, called only with the types that it knows."""

    def call(inputs, outputs, *rest):
        for what, tensors, types in (("inputs", inputs, input_types), ("outputs", outputs, output_types)):
            found = ["nothing" if t is None else t.dtype for t in tensors]
            if found != types:
                raise ModelError("%s has %s of %s, mite.signal knows it for %s" % (name, what, ", ".join(found) or "nothing", ", ".join(types)))
        try:
            function(inputs, outputs, *rest)
        except _Refused as error:
            raise ModelError("%s: %s" % (name, error))

    return call


class _Refused(Exception):
    pass


def _need(truth, text):
    if not truth:
        raise _Refused(text)


def _option(options, key, most=_U32):
    """A whole number from 0 to most."""
    value = options.get(key) if isinstance(options, dict) else None
    _need(value is not None, "it has no option %s" % key)
    _need(0 <= value <= most, "option %s is %d, it may be 0 to %d" % (key, value, most))
    return value


def _store(tensor, values):
    _need(len(values) == len(tensor), "it makes %d numbers, its output has %d" % (len(values), len(tensor)))
    struct.pack_into("<%d%s" % (len(values), tensor._code[1]), tensor.data, 0, *values)


def _wrap(x):
    """The lower 16 bits, with their sign."""
    return ((x + 32768) & 65535) - 32768


def _length(x):
    """Bits from the highest set one down."""
    n = 0
    while x:
        x >>= 1
        n += 1
    return n


def window(inputs, outputs, options):
    """Each number times its weight >> shift, saturated; the weights serve for as many rows as there are."""
    weights, shift = inputs[1][:], _option(options, "shift", 31)
    _need(weights and len(inputs[0]) % len(weights) == 0, "%d numbers are not rows of %d" % (len(inputs[0]), len(weights)))
    count = len(weights)
    _store(outputs[0], [min(max(x * weights[i % count] >> shift, -32768), 32767) for i, x in enumerate(inputs[0][:])])


def fft_auto_scale(inputs, outputs, options):
    """Shifts the numbers up by as many bits as the largest one leaves free, and says how many; 0 where all are 0."""
    values, most = inputs[0][:], 0
    for x in values:
        if x > most:
            most = x
        elif -x > most:
            most = _wrap(-x)  # -32768 stays negative, and what comes after it counts from there, as in the original
    bits = max(15 - _length(most), 0) if most > 0 else 0
    _store(outputs[0], [_wrap(x << bits) for x in values])
    _store(outputs[1], [bits])


def _circle(length):
    """32767 times the sine of each of `length` angles once around, rounded to nearest."""
    try:
        return _sines[length]
    except KeyError:
        pass
    # The sine and cosine of the first angle by their series, the others by turning on. All in whole numbers: floats of 32 bits would round some of them wrongly.
    step = 2 * _PI // length
    term, k, series = 1 << _BITS, 0, [0, 0]
    while term:
        series[k & 1] += -term if k & 2 else term
        k += 1
        term = (term * step >> _BITS) // k
    cosine, sine = series
    c, s, quarter = 1 << _BITS, 0, []
    for _ in range(length // 4):
        quarter.append((s * 32767 + (1 << _BITS - 1)) >> _BITS)
        c, s = (c * cosine - s * sine) >> _BITS, (s * cosine + c * sine) >> _BITS
    half = quarter + [32767] + quarter[:0:-1]
    _sines[length] = half + [-x for x in half]
    return _sines[length]


def _order(n):
    """In which order the decimation in time takes n points: by fours first, by two last."""
    if n == 1:
        return [0]
    radix = 2 if n % 4 else 4
    inner = _order(n // radix)
    return [k + radix * j for k in range(radix) for j in inner]


def _transform(re, im, circle):
    """The complex transform of points in _order, in place. Models were trained on these very roundings: every stage scales its inputs, every product is rounded, sums wrap."""
    count = len(re)
    quarter = len(circle) // 4

    def scaled(i, factor):
        return (re[i] * factor + 16384) >> 15, (im[i] * factor + 16384) >> 15

    def turned(i, factor, step):
        x, y = scaled(i, factor)
        c, s = circle[step - 3 * quarter], circle[step]  # the first is the cosine: Python counts on from the end
        return (x * c + y * s + 16384) >> 15, (y * c - x * s + 16384) >> 15

    apart = 1
    while apart < count:
        radix = 2 if apart == 1 and _length(count) % 2 == 0 else 4
        turn = 2 * count // (radix * apart)
        for k in range(apart):
            for a in range(k, count, radix * apart):
                b = a + apart
                if radix == 2:
                    x, y = scaled(a, 16383)
                    p, q = turned(b, 16383, k * turn)
                    re[a], im[a], re[b], im[b] = _wrap(x + p), _wrap(y + q), _wrap(x - p), _wrap(y - q)
                    continue
                c, d = b + apart, b + 2 * apart
                x, y = scaled(a, 8191)
                p, q = turned(b, 8191, k * turn)
                r, s = turned(c, 8191, 2 * k * turn)
                t, u = turned(d, 8191, 3 * k * turn)
                even_x, even_y, odd_x, odd_y = x + r, y + s, x - r, y - s
                sum_x, sum_y, difference_x, difference_y = p + t, q + u, p - t, q - u
                re[a], im[a] = _wrap(even_x + sum_x), _wrap(even_y + sum_y)
                re[c], im[c] = _wrap(even_x - sum_x), _wrap(even_y - sum_y)
                re[b], im[b] = _wrap(odd_x + difference_y), _wrap(odd_y - difference_x)
                re[d], im[d] = _wrap(odd_x - difference_y), _wrap(odd_y + difference_x)
        apart *= radix


def _real_transform(samples, circle):
    """[re, im, re, im, ...] of bins 0 to half of the length, from a complex transform of the even samples + i the odd ones."""
    count, quarter = len(samples) // 2, len(circle) // 4
    order = _order(count)
    re, im = [samples[2 * i] for i in order], [samples[2 * i + 1] for i in order]
    _transform(re, im, circle)
    spectrum = [0] * (2 * count + 2)
    x, y = (re[0] * 16383 + 16384) >> 15, (im[0] * 16383 + 16384) >> 15
    spectrum[0], spectrum[2 * count] = _wrap(x + y), _wrap(x - y)
    for k in range(1, count // 2 + 1):
        other = count - k
        x, y = (re[k] * 16383 + 16384) >> 15, (im[k] * 16383 + 16384) >> 15
        p, q = (re[other] * 16383 + 16384) >> 15, (_wrap(-im[other]) * 16383 + 16384) >> 15
        even_x, even_y, odd_x, odd_y = _wrap(x + p), _wrap(y + q), _wrap(x - p), _wrap(y - q)
        c, s = -circle[k], -circle[k + quarter]
        x, y = (odd_x * c - odd_y * s + 16384) >> 15, (odd_x * s + odd_y * c + 16384) >> 15
        spectrum[2 * k], spectrum[2 * k + 1] = _wrap((even_x + x) >> 1), _wrap((even_y + y) >> 1)
        spectrum[2 * other], spectrum[2 * other + 1] = _wrap((even_x - x) >> 1), _wrap((y - even_y) >> 1)
    return spectrum


def rfft(inputs, outputs, options):
    """The spectrum of each row, which zeros fill up to fft_length; of int16, and of lengths that are powers of two from 4 on."""
    kind, length = _option(options, "T"), _option(options, "fft_length", 32768)
    _need(kind == _INT16, "mite.signal transforms int16 only")
    _need(length >= 4 and length & (length - 1) == 0, "option fft_length is %d, mite.signal knows powers of two from 4 on" % length)
    row = inputs[0].shape[-1] if inputs[0].shape else 1
    _need(0 < row <= length, "rows of %d numbers are longer than the transform, %d" % (row, length))
    samples, spectra, zeros = inputs[0][:], [], [0] * (length - row)
    for at in range(0, len(samples), row):
        spectra.extend(_real_transform(samples[at : at + row] + zeros, _circle(length)))
    _store(outputs[0], spectra)


def energy(inputs, outputs, options):
    """re^2 + im^2 of the bins from start_index to before end_index. The others are zero; the original leaves them as they are."""
    count = len(outputs[0])
    first, end = _option(options, "start_index", count), _option(options, "end_index", count)
    spectrum = inputs[0][:]
    _need(2 * end <= len(spectrum), "option end_index is %d, there are %d bins" % (end, len(spectrum) // 2))
    energies = [0] * count
    for k in range(first, end):
        energies[k] = spectrum[2 * k] * spectrum[2 * k] + spectrum[2 * k + 1] * spectrum[2 * k + 1]
    _store(outputs[0], energies)


def filter_bank(inputs, outputs, options):
    """Sums of energies under overlapping triangles: a band counts by its weights in one channel and by its unweights in the next."""
    channels = _option(options, "num_channels")
    energies, weights, unweights, bins, starts, widths = [t[:] for t in inputs]
    _need(min(len(bins), len(starts), len(widths)) > channels, "%d channels need the places and widths of %d bands" % (channels, channels + 1))
    sums, rest = [], 0
    for band in range(channels + 1):
        first, start, width = bins[band], starts[band], widths[band]
        inside = width <= 0 or (0 <= first <= len(energies) - width and 0 <= start <= min(len(weights), len(unweights)) - width)
        _need(inside, "band %d (%d bins from %d, weights from %d) leaves its tensors" % (band, width, first, start))
        total, following = rest, 0
        for i in range(width):
            e = energies[first + i]
            total += weights[start + i] * e
            following += unweights[start + i] * e
        sums.append(total & _U64)
        rest = following
    _store(outputs[0], sums[1:])


def _root(x):
    """The square root of a number of 64 bits, rounded to nearest; at most 65535 for one of 32 bits, as in the original."""
    highest = 0xFFFF if x <= _U32 else _U32
    bit, root = 1 << 62, 0
    while bit > x:
        bit >>= 2
    while bit:
        trial = root + bit
        root >>= 1
        if x >= trial:
            x -= trial
            root += bit
        bit >>= 2
    return root + 1 if x > root and root != highest else root


def square_root(inputs, outputs, options):
    """The root of each number, shifted down by the bits that the second input says."""
    bits = inputs[1][0]
    _need(0 <= bits <= 31, "it shifts by %d bits, that may be 0 to 31" % bits)
    _store(outputs[0], [_root(x) >> bits for x in inputs[0][:]])


def spectral_subtraction(inputs, outputs, options, state):
    """Takes a slow estimate of the noise, which the state keeps, from each channel, and gives it out, too."""
    levels, channels = inputs[0][:], _option(options, "num_channels")
    _need(channels == len(levels), "option num_channels is %d, there are %d" % (channels, len(levels)))
    bits, fine_bits = _option(options, "spectral_subtraction_bits", 63), _option(options, "smoothing_bits", 31)
    smoothing = _option(options, "smoothing"), _option(options, "alternate_smoothing")
    keeping = _option(options, "one_minus_smoothing"), _option(options, "alternate_one_minus_smoothing")
    least, clamping = _option(options, "min_signal_remaining"), _option(options, "clamping")
    noise, rest = state.setdefault("noise", [0] * channels), []
    for i, level in enumerate(levels):
        fine = level << fine_bits & _U32
        estimate = ((fine * smoothing[i & 1] + noise[i] * keeping[i & 1] & _U64) >> bits) & _U32
        taken = min(estimate, fine)
        noise[i] = taken if clamping else estimate
        rest.append(max((fine - taken) >> fine_bits, (level * least >> bits) & _U32))
    _store(outputs[0], rest)
    _store(outputs[1], noise)


def _gain(curves, x):
    """The gain at a noise estimate x: a value or, from 3 on, a curve for each number of bits."""
    if x <= 2:
        return curves[x]
    bits = _length(x)
    value, slope, curve = curves[4 * bits - 6 : 4 * bits - 3]
    within = (x << 11 - bits if bits < 11 else x >> bits - 11) & 0x3FF
    rise = (curve * within >> 5) + slope * 32
    return _wrap(value + ((rise * within + 16384) >> 15))


def pcan(inputs, outputs, options):
    """Gain by the noise estimate, then the range made smaller: x^2 / 4 below 2, x - 1 above (with 12 fractional bits, in the end 6)."""
    shift = _option(options, "snr_shift", 63)
    levels, noise, curves = [t[:] for t in inputs]
    _need(len(levels) == len(noise), "%d channels have %d noise estimates" % (len(levels), len(noise)))
    _need(len(curves) >= 125, "its curves have %d numbers of 125" % len(curves))
    smaller = []
    for level, estimate in zip(levels, noise):
        x = (level * (_gain(curves, estimate) & _U32) >> shift) & _U32
        smaller.append(x * x >> 20 if x < 8192 else (x >> 6) - 64)
    _store(outputs[0], smaller)


def _make_log2():
    """65536 (log2(1 + i / 128) - i / 128) for i to 128, rounded to nearest: bit by bit, a square that passes 2 gives a 1."""
    for i in range(128):
        x, log = (128 + i) << 23, 0
        for _ in range(24):
            x = x * x >> 30
            log <<= 1
            if x >> 31:
                x >>= 1
                log |= 1
        _log2.append(((log + 128) >> 8) - 512 * i)
    _log2.append(0)


def _logarithm(x, scale):
    """scale times the natural logarithm of x, which is not 0."""
    if not _log2:
        _make_log2()
    whole = _length(x) - 1
    rest = x - (1 << whole)
    rest = rest << 16 - whole if whole < 16 else rest >> whole - 16
    at = rest >> 9
    log2 = (whole << 16) + rest + _log2[at] + ((_log2[at + 1] - _log2[at]) * (rest & 511) >> 16)
    natural = (log2 * 45426 + 32768) >> 16  # 65536 ln 2
    return (scale * natural + 32768 & _U32) >> 16


def log(inputs, outputs, options):
    """output_scale times the logarithm of each number << input_correction_bits, 0 for 0 and 1."""
    bits, scale = _option(options, "input_correction_bits", 31), _option(options, "output_scale")
    logs = []
    for x in inputs[0][:]:
        x = x << bits & _U32
        logs.append(min(_logarithm(x, scale), 32767) if x > 1 else 0)
    _store(outputs[0], logs)


# name -> (function, types of its inputs, types of its outputs, whether it keeps something from one inference to the next)
OPS = {
    "SignalWindow": (window, "int16 int16", "int16", False),
    "SignalFftAutoScale": (fft_auto_scale, "int16", "int16 int32", False),
    "SignalRfft": (rfft, "int16", "int16", False),
    "SignalEnergy": (energy, "int16", "uint32", False),
    "SignalFilterBank": (filter_bank, "uint32 int16 int16 int16 int16 int16", "uint64", False),
    "SignalFilterBankSquareRoot": (square_root, "uint64 int32", "uint32", False),
    "SignalFilterBankSpectralSubtraction": (spectral_subtraction, "uint32", "uint32 uint32", True),
    "SignalPCAN": (pcan, "uint32 uint32 int16", "uint32", False),
    "SignalFilterBankLog": (log, "uint32", "int16", False),
}
