// How: the argument is brought into a small interval, where a polynomial with the least largest error stands for the function.

#include "real.h"

enum { FRACTION = 23, BIAS = 127 };

// The logarithm of 2 in two parts, of which the first has 15 bits: its products with exponents are exact.
static const float LOG2_E = 1.44269502f, LN2 = 0.693147182f, LN2_HIGH = 0.693145752f, LN2_LOW = 1.42860677e-6f;

static int is_nan(float x) {
    return x != x;
}

static float with_sign_of(float x, uint32_t bits) {
    return mite_real_of_bits(mite_real_bits(x) | (bits & 0x80000000u));
}

// 2^exponent, -126 to 127
static float power_of_2(int32_t exponent) {
    return mite_real_of_bits((uint32_t)(exponent + BIAS) << FRACTION);
}

// value * 2^exponent in two steps, for what is too small or too large for one. |exponent| <= 252
static float scaled(float value, int32_t exponent) {
    return value * power_of_2(exponent >> 1) * power_of_2(exponent - (exponent >> 1));
}

static int32_t nearest(float x) {
    return (int32_t)(x + (x < 0 ? -0.5f : 0.5f));
}

// The 24 bits of a positive number, which is value * 2^exponent.
static uint32_t mantissa(float x, int32_t *exponent) {
    uint32_t bits = mite_real_bits(x), value = bits & ((1u << FRACTION) - 1);
    int32_t biased = (int32_t)(bits >> FRACTION);
    if (biased) {
        value |= 1u << FRACTION;
    } else {
        for (biased = 1; !(value >> FRACTION); biased--) {
            value <<= 1;
        }
    }
    *exponent = biased - BIAS - FRACTION;
    return value;
}

float mite_real_floor(float x) {
    if (!(mite_real_abs(x) < 8388608.0f)) {
        return x; // a whole number, or none at all
    }
    float whole = (float)(int32_t)x;
    return with_sign_of(whole > x ? whole - 1.0f : whole, mite_real_bits(x));
}

float mite_real_round(float x) {
    const float big = 8388608.0f;
    float size = mite_real_abs(x);
    return size < big ? with_sign_of(size + big - big, mite_real_bits(x)) : x;
}

// Bit by bit, 24 of them and one to round by. What is left does not matter: a square of 25 bits would not have fitted x.
float mite_real_sqrt(float x) {
    if (x == 0 || is_nan(x) || mite_real_bits(x) == MITE_REAL_INFINITY) {
        return x;
    }
    if (x < 0) {
        return mite_real_of_bits(MITE_REAL_NAN);
    }
    int32_t exponent;
    uint32_t value = mantissa(x, &exponent), rest = 0, root = 0;
    int32_t more = exponent & 1 ? 1 : 2; // to an even power of two, and to 26 bits
    value <<= more;
    for (int32_t i = 24; i >= -24; i -= 2) {
        rest = rest << 2 | (i >= 0 ? value >> i & 3 : 0);
        uint32_t trial = root << 2 | 1;
        root <<= 1;
        if (rest >= trial) {
            rest -= trial;
            root |= 1;
        }
    }
    uint32_t biased = (uint32_t)((exponent - more) / 2 - 11 + FRACTION + BIAS);
    return mite_real_of_bits(((biased - 1) << FRACTION) + (root >> 1) + (root & 1)); // the leading bit adds the 1
}

// exp(r) - 1 for |r| up to half of the logarithm of 2
static float exp_part(float r) {
    return r + r * r * (0.5f + r * (0.166665196f + r * (0.0416664034f + r * (0.00836882833f + r * 0.00139406265f))));
}

// x - k * log(2), k the nearest
static float reduced(float x, int32_t *k) {
    *k = nearest(x * LOG2_E);
    return (x - (float)*k * LN2_HIGH) - (float)*k * LN2_LOW;
}

float mite_real_exp(float x) {
    if (!(x > -104.0f)) {
        return is_nan(x) ? x : 0;
    }
    if (x > 89.0f) {
        return mite_real_of_bits(MITE_REAL_INFINITY);
    }
    int32_t k;
    float r = reduced(x, &k);
    return scaled(1.0f + exp_part(r), k);
}

float mite_real_exp_less_1(float x) {
    if (!(x > -18.0f)) {
        return is_nan(x) ? x : -1.0f;
    }
    int32_t k;
    float part = exp_part(reduced(x, &k)), power = power_of_2(k);
    return k ? power * part + (power - 1.0f) : part;
}

// x = (1 + f) * 2^k with 1 + f around 1, for a positive x
static int32_t split(float x, float *f) {
    int32_t exponent;
    uint32_t value = mantissa(x, &exponent);
    float m = mite_real_of_bits(value - (1u << FRACTION) + (BIAS << FRACTION));
    int32_t half = m > 1.41421354f;
    *f = (half ? 0.5f * m : m) - 1.0f;
    return exponent + FRACTION + half;
}

// log((1 + s) / (1 - s)) / s - 2, of s * s
static float log_part(float z) {
    return z * (0.666667759f + z * (0.399775535f + z * 0.298721224f));
}

float mite_real_log(float x) {
    if (!(x > 0) || mite_real_bits(x) == MITE_REAL_INFINITY) {
        return x == 0 ? -mite_real_of_bits(MITE_REAL_INFINITY) : x < 0 ? mite_real_of_bits(MITE_REAL_NAN) : x;
    }
    float f, k = (float)split(x, &f);
    // log(1 + f) = f - f * f / 2 + s * (f * f / 2 + part): the largest term is exact.
    float s = f / (2.0f + f), half = 0.5f * f * f;
    return k * LN2_HIGH - ((half - (s * (half + log_part(s * s)) + k * LN2_LOW)) - f);
}

// Angles: a quadrant, and what is left of it, in two parts.
typedef struct {
    uint32_t quadrant;
    float high, low;
} angle_t;

// x >= 0. The bits of 2 / pi that matter times those of x, without those that make whole circles: 62 bits of a quadrant are left.
static angle_t angle(float x) {
    static const uint32_t two_over_pi[8] = {
        0, 0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab,
    };
    if (x < 0.785398185f) {
        return (angle_t) {0, x, 0};
    }
    int32_t exponent;
    uint32_t m = mantissa(x, &exponent), word[3], at = (uint32_t)(exponent + 30) >> 5, shift = (uint32_t)(exponent + 30) & 31;
    for (uint32_t i = 0; i < 3; i++) {
        word[i] = two_over_pi[at + i] << shift | (shift ? two_over_pi[at + i + 1] >> (32 - shift) : 0);
    }
    uint64_t middle = (uint64_t)m * word[1] + ((uint64_t)m * word[2] >> 32);
    uint32_t high = m * word[0] + (uint32_t)(middle >> 32), low = (uint32_t)middle;
    angle_t a = {(high + (1u << 29)) >> 30, 0, 0};
    high -= a.quadrant << 30;
    float sign = 1.0f;
    if (high >> 31) {
        low = 0u - low;
        high = ~high + !low;
        sign = -1.0f;
    }
    int32_t power = -29;
    for (; !(high >> 31) && power > -93; power--) {
        high = high << 1 | low >> 31;
        low <<= 1;
    }
    uint32_t radians = (uint32_t)((uint64_t)high * 0xc90fdaa2u >> 32); // half of pi has 31 bits behind the point
    sign *= power_of_2(power);
    a.high = (float)(radians & ~0xffu) * sign;
    a.low = (float)(radians & 0xffu) * sign;
    return a;
}

static float sine(const angle_t *a) {
    float z = a->high * a->high;
    float part = z * (-0.166666552f + z * (0.00833219104f + z * -0.00019518609f));
    return a->high + (a->high * part + a->low * (1.0f - 0.5f * z));
}

static float cosine(const angle_t *a) {
    float z = a->high * a->high, half = 0.5f * z, near = 1.0f - half;
    float part = z * z * (0.0416666456f + z * (-0.00138873095f + z * 2.44323273e-5f));
    return near + (((1.0f - near) - half) + (part - a->high * a->low));
}

float mite_real_sin(float x) {
    float size = mite_real_abs(x);
    if (mite_real_bits(size) >= MITE_REAL_INFINITY || size < 1e-4f) {
        return size < 1e-4f ? x : x - x; // not a number, of infinity
    }
    angle_t a = angle(size);
    float y = a.quadrant & 1 ? cosine(&a) : sine(&a);
    return (a.quadrant >> 1 & 1) ^ (x < 0) ? -y : y;
}

float mite_real_cos(float x) {
    float size = mite_real_abs(x);
    if (mite_real_bits(size) >= MITE_REAL_INFINITY) {
        return x - x;
    }
    angle_t a = angle(size);
    float y = a.quadrant & 1 ? sine(&a) : cosine(&a);
    return (a.quadrant + 1) >> 1 & 1 ? -y : y;
}

float mite_real_tanh(float x) {
    float size = mite_real_abs(x);
    if (is_nan(x)) {
        return x;
    }
    float t;
    if (size < 0.75f) {
        t = mite_real_exp_less_1(-2.0f * size);
        t = -t / (2.0f + t);
    } else {
        t = mite_real_exp(-2.0f * size);
        t = 1.0f - 2.0f * t / (1.0f + t);
    }
    return with_sign_of(t, mite_real_bits(x));
}

float mite_real_logistic(float x) {
    // Where the reference stops.
    if (x > 16.6190472f) {
        return 1.0f;
    }
    return x < -9.0f ? mite_real_exp(x) : 1.0f / (1.0f + mite_real_exp(-x));
}

float mite_real_erfc(float x) {
    float size = mite_real_abs(x);
    if (size < 0.5f) {
        float z = x * x;
        return 1.0f - x * (1.12837911f + z * (-0.376118481f + z * (0.112675413f + z * (-0.0257762168f + z * 0.00275226962f))));
    }
    if (!(size < 10.1f)) {
        return is_nan(x) ? x : x < 0 ? 2.0f : 0;
    }
    // exp(-x * x) times a polynomial in 1 / (1 + x / 2). The square of the first 12 bits is exact.
    float t = 1.0f / (1.0f + 0.5f * size), most = mite_real_of_bits(mite_real_bits(size) & 0xfffff000u);
    float part = t * (0.193001747f + t * (0.0185920596f + t * (0.152084991f + t * (-0.271807194f + t * (0.062990658f + t * (0.0668181032f + t * -0.0303466171f))))));
    float y = t * (0.282086372f + t * (0.282321215f + t * (0.244230524f + part)));
    y *= mite_real_exp((most - size) * (most + size)) * mite_real_exp(-most * most);
    return x < 0 ? 2.0f - y : y;
}

// A number as the sum of two.
typedef struct {
    float high, low;
} pair_t;

// a * b, exactly: products of 12 bits by 12 fit.
static pair_t product(float a, float b) {
    float a1 = mite_real_of_bits(mite_real_bits(a) & 0xfffff000u), a2 = a - a1;
    float b1 = mite_real_of_bits(mite_real_bits(b) & 0xfffff000u), b2 = b - b1;
    pair_t p = {a * b, 0};
    p.low = ((a1 * b1 - p.high) + a1 * b2 + a2 * b1) + a2 * b2;
    return p;
}

// The logarithm to base 2 of a positive number.
static pair_t log2_pair(float x) {
    float f, k = (float)split(x, &f);
    // s = f / (2 + f) in two parts
    float below = 2.0f + f, lost = f - (below - 2.0f), s = f / below;
    pair_t p = product(s, below);
    float rest = ((f - p.high) - p.low - s * lost) / below;
    // (2 * s + tail) / log(2), the quotient in two parts as well
    float tail = 2.0f * rest + s * log_part(s * s);
    p = product(2.0f * s, LOG2_E);
    p.low += tail * LOG2_E + 2.0f * s * 1.92596303e-8f;
    // k is 0, or larger than all else.
    float sum = k + p.high, left = (k == 0 ? 0 : p.high - (sum - k)) + p.low;
    pair_t result = {sum + left, 0};
    result.low = left - (result.high - sum);
    return result;
}

float mite_real_pow(float x, float y) {
    float size = mite_real_abs(x);
    if (y == 0 || x == 1.0f) {
        return 1.0f;
    }
    if (is_nan(x) || is_nan(y)) {
        return x + y;
    }
    int whole = mite_real_floor(y) == y, odd = whole && mite_real_abs(y) < 16777216.0f && ((int32_t)y & 1);
    uint32_t sign = odd ? mite_real_bits(x) & 0x80000000u : 0;
    if (size == 0 || mite_real_bits(size) == MITE_REAL_INFINITY) {
        return mite_real_of_bits(sign | ((size == 0) == (y < 0) ? MITE_REAL_INFINITY : 0));
    }
    if (x < 0 && !whole) {
        return mite_real_of_bits(MITE_REAL_NAN);
    }
    if (size == 1.0f) {
        return with_sign_of(1.0f, sign);
    }
    y = mite_real_clamp(y, -1e12f, 1e12f); // larger ones make no difference
    pair_t base = log2_pair(size), power = product(y, base.high);
    power.low += y * base.low;
    if (power.high >= 129.0f || power.high <= -151.0f) {
        return mite_real_of_bits(sign | (power.high > 0 ? MITE_REAL_INFINITY : 0));
    }
    int32_t k = nearest(power.high);
    float r = (power.high - (float)k) + power.low;
    return with_sign_of(scaled(1.0f + exp_part(r * LN2), k), sign);
}

float mite_real_divide(float x, float y, uint32_t *quotient) {
    float size = mite_real_abs(x), by = mite_real_abs(y);
    *quotient = 0;
    if (mite_real_bits(size) >= MITE_REAL_INFINITY || !(by > 0)) {
        return mite_real_of_bits(MITE_REAL_NAN);
    }
    if (size < by) {
        return x;
    }
    int32_t steps, exponent;
    uint32_t rest = mantissa(size, &steps), divisor = mantissa(by, &exponent);
    for (steps -= exponent;; steps--) {
        uint32_t once = rest >= divisor;
        rest -= once ? divisor : 0;
        *quotient = *quotient << 1 | once;
        if (steps <= 0) {
            return with_sign_of(scaled((float)rest, exponent), mite_real_bits(x));
        }
        rest <<= 1;
    }
}
