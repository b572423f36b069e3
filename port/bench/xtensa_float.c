// Single precision in software, by the names that the compiler calls it: dc233c has no unit for it, and there is no library for
// windowed code. Rounds to nearest, ties to even; numbers too small for a normal one are zero, those too large infinite.

#include "bench.h"

// The bits of a float, which is passed as if it were that integer. Of the type float, the compiler would see through what is done here
// and call these very functions for it.
typedef uint32_t single_t;

enum { MANTISSA = 23, BIAS = 127, MOST = 255 };

static uint32_t sign_of(single_t a) {
    return a & 0x80000000u;
}

static int32_t exponent_of(single_t a) {
    return (int32_t)(a >> MANTISSA & MOST);
}

static uint32_t mantissa_of(single_t a) {
    uint32_t bits = a & ((1u << MANTISSA) - 1);
    return exponent_of(a) ? bits | 1u << MANTISSA : 0;
}

static int is_nan(single_t a) {
    return exponent_of(a) == MOST && (mantissa_of(a) & ((1u << MANTISSA) - 1));
}

static single_t join(uint32_t sign, int32_t exponent, uint32_t mantissa) {
    return sign | (uint32_t)exponent << MANTISSA | (mantissa & ((1u << MANTISSA) - 1));
}

// mantissa * 2^(exponent - BIAS - 23 - 7): seven bits more than there is room for. The lowest may stand for all below it.
static single_t round_up(uint32_t sign, int32_t exponent, uint32_t mantissa) {
    if (!mantissa) {
        return join(sign, 0, 0);
    }
    while (mantissa >> (MANTISSA + 8)) {
        mantissa = mantissa >> 1 | (mantissa & 1);
        exponent++;
    }
    while (!(mantissa >> (MANTISSA + 7))) {
        mantissa <<= 1;
        exponent--;
    }
    uint32_t rest = mantissa & 127, whole = mantissa >> 7;
    whole += rest > 64 || (rest == 64 && (whole & 1));
    if (whole >> (MANTISSA + 1)) {
        whole >>= 1;
        exponent++;
    }
    return exponent <= 0 ? join(sign, 0, 0) : exponent >= MOST ? join(sign, MOST, 0) : join(sign, exponent, whole);
}

single_t __addsf3(single_t a, single_t b);
single_t __subsf3(single_t a, single_t b);
single_t __mulsf3(single_t a, single_t b);
single_t __divsf3(single_t a, single_t b);
single_t __floatsisf(int32_t a);
single_t __floatunsisf(uint32_t a);
int32_t __fixsfsi(single_t a);
uint32_t __fixunssfsi(single_t a);
int __gesf2(single_t a, single_t b);
int __gtsf2(single_t a, single_t b);
int __lesf2(single_t a, single_t b);
int __ltsf2(single_t a, single_t b);
int __eqsf2(single_t a, single_t b);
int __nesf2(single_t a, single_t b);
int __unordsf2(single_t a, single_t b);

single_t __addsf3(single_t a, single_t b) {
    if (exponent_of(a) < exponent_of(b)) {
        single_t c = a;
        a = b;
        b = c;
    }
    if (exponent_of(a) == MOST) {
        return a;
    }
    int32_t apart = exponent_of(a) - exponent_of(b);
    uint32_t x = mantissa_of(a) << 7, y = mantissa_of(b) << 7, sign = sign_of(a);
    y = apart > 31 ? y != 0 : y >> apart | ((y & ((1u << apart) - 1)) != 0);
    if (sign == sign_of(b)) {
        x += y;
    } else if (x >= y) {
        x -= y;
    } else {
        x = y - x;
        sign = sign_of(b);
    }
    return round_up(x ? sign : 0, exponent_of(a), x);
}

single_t __subsf3(single_t a, single_t b) {
    return __addsf3(a, b ^ 0x80000000u);
}

single_t __mulsf3(single_t a, single_t b) {
    uint32_t sign = sign_of(a) ^ sign_of(b);
    if (exponent_of(a) == MOST || exponent_of(b) == MOST) {
        return join(sign, MOST, 0);
    }
    uint64_t product = (uint64_t)mantissa_of(a) * mantissa_of(b);
    // 23 + 23 bits behind the point become 23 + 7.
    uint32_t mantissa = (uint32_t)(product >> 16) | ((product & 0xffff) != 0);
    return round_up(sign, exponent_of(a) + exponent_of(b) - BIAS, mantissa);
}

single_t __divsf3(single_t a, single_t b) {
    uint32_t sign = sign_of(a) ^ sign_of(b), rest = mantissa_of(a), by = mantissa_of(b), quotient = 0;
    if (exponent_of(a) == MOST || !by) {
        return join(sign, MOST, 0);
    }
    if (exponent_of(b) == MOST) {
        return join(sign, 0, 0);
    }
    // One bit before the point, 30 behind it.
    for (int bit = 0; bit < 31; bit++, rest <<= 1) {
        quotient <<= 1;
        if (rest >= by) {
            rest -= by;
            quotient |= 1;
        }
    }
    return round_up(sign, exponent_of(a) - exponent_of(b) + BIAS, quotient | (rest != 0));
}

single_t __floatunsisf(uint32_t a) {
    return a >> 31 ? round_up(0, BIAS + MANTISSA + 8, a >> 1 | (a & 1)) : round_up(0, BIAS + MANTISSA + 7, a);
}

single_t __floatsisf(int32_t a) {
    single_t size = __floatunsisf(a < 0 ? -(uint32_t)a : (uint32_t)a);
    return a < 0 ? size | 0x80000000u : size;
}

int32_t __fixsfsi(single_t a) {
    int32_t up = exponent_of(a) - BIAS - MANTISSA;
    uint32_t size = mantissa_of(a);
    size = up < -31 ? 0 : up < 0 ? size >> -up : up < 8 ? size << up : 0x7fffffffu;
    return sign_of(a) ? -(int32_t)size : (int32_t)size;
}

// What is negative has no place here.
uint32_t __fixunssfsi(single_t a) {
    int32_t up = exponent_of(a) - BIAS - MANTISSA;
    uint32_t size = mantissa_of(a);
    size = up < -31 ? 0 : up < 0 ? size >> -up : up < 9 ? size << up : 0xffffffffu;
    return sign_of(a) ? 0 : size;
}

// -1, 0 or 1; `unordered` if there is no order between them.
static int compare(single_t a, single_t b, int unordered) {
    if (is_nan(a) || is_nan(b)) {
        return unordered;
    }
    int32_t x = (int32_t)(a & 0x7fffffffu), y = (int32_t)(b & 0x7fffffffu);
    x = sign_of(a) ? -x : x;
    y = sign_of(b) ? -y : y;
    return (x > y) - (x < y);
}

int __gesf2(single_t a, single_t b) {
    return compare(a, b, -1);
}

int __gtsf2(single_t a, single_t b) {
    return compare(a, b, -1);
}

int __lesf2(single_t a, single_t b) {
    return compare(a, b, 1);
}

int __ltsf2(single_t a, single_t b) {
    return compare(a, b, 1);
}

int __eqsf2(single_t a, single_t b) {
    return compare(a, b, 1);
}

int __nesf2(single_t a, single_t b) {
    return compare(a, b, 1);
}

int __unordsf2(single_t a, single_t b) {
    return is_nan(a) || is_nan(b);
}
