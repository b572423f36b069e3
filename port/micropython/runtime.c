// What the compiler calls for what the processor cannot do, where there is no library that a native module could take it from: Xtensa. Single
// precision as IEEE 754 asks (rounded to nearest, ties to even), products of 64 bits, and division for the ESP8266. divide.c divides floats.

#include <stdint.h>

#if defined(MITE_RUNTIME)

// The bits of a float, which is passed as if it were that integer. Of the type float, the compiler would see through what is done here
// and call these very functions for it.
typedef uint32_t single_t;

#define SIGN (1u << 31)
#define INFINITE (0xffu << 23)
#define QUIET_NAN (INFINITE | 1u << 22)

enum { MANTISSA = 23, BIAS = 127, MOST = 255, SPARE = 7 };

single_t __addsf3(single_t a, single_t b);
single_t __subsf3(single_t a, single_t b);
single_t __mulsf3(single_t a, single_t b);
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
int64_t __muldi3(int64_t a, int64_t b);

static uint32_t size_of(single_t a) {
    return a & ~SIGN;
}

static int is_nan(single_t a) {
    return size_of(a) > INFINITE;
}

// Of finite numbers. Subnormal ones have the least exponent and no leading bit.
static int32_t exponent_of(single_t a) {
    int32_t exponent = (int32_t)(a >> MANTISSA & MOST);
    return exponent ? exponent : 1;
}

static uint32_t mantissa_of(single_t a) {
    uint32_t bits = a & ((1u << MANTISSA) - 1);
    return a & INFINITE ? bits | 1u << MANTISSA : bits;
}

// mantissa * 2^(exponent - BIAS - 23 - SPARE), rounded. The lowest bit may stand for all below it.
static single_t rounded(uint32_t sign, int32_t exponent, uint32_t mantissa) {
    if (!mantissa) {
        return sign;
    }
    if (mantissa >> 31) {
        mantissa = mantissa >> 1 | (mantissa & 1);
        exponent++;
    }
    while (!(mantissa >> (MANTISSA + SPARE))) {
        mantissa <<= 1;
        exponent--;
    }
    if (exponent >= MOST) {
        return sign | INFINITE;
    }
    if (exponent < 1) {
        // A subnormal result has fewer bits.
        int32_t shift = 1 - exponent;
        mantissa = shift > 30 ? 1 : mantissa >> shift | ((mantissa & ((1u << shift) - 1)) != 0);
        exponent = 0;
    } else {
        exponent -= 1; // the leading bit adds it again
    }
    uint32_t rest = mantissa & ((1u << SPARE) - 1), whole = mantissa >> SPARE;
    // Rounding up carries into the exponent as it should, up to infinity.
    return sign | (((uint32_t)exponent << MANTISSA) + whole + (rest > 64 || (rest == 64 && (whole & 1))));
}

single_t __addsf3(single_t a, single_t b) {
    if (is_nan(a) || is_nan(b)) {
        return QUIET_NAN;
    }
    if (size_of(a) < size_of(b)) {
        single_t c = a;
        a = b;
        b = c;
    }
    uint32_t sign = a & SIGN;
    if (size_of(a) == INFINITE) {
        return size_of(b) == INFINITE && a != b ? QUIET_NAN : a;
    }
    int32_t apart = exponent_of(a) - exponent_of(b);
    uint32_t x = mantissa_of(a) << SPARE, y = mantissa_of(b) << SPARE;
    y = apart > 30 ? y != 0 : y >> apart | ((y & ((1u << apart) - 1)) != 0);
    if (sign == (b & SIGN)) {
        return rounded(sign, exponent_of(a), x + y);
    }
    return rounded(x == y ? 0 : sign, exponent_of(a), x - y);
}

single_t __subsf3(single_t a, single_t b) {
    return __addsf3(a, b ^ SIGN);
}

single_t __mulsf3(single_t a, single_t b) {
    uint32_t sign = (a ^ b) & SIGN, x = size_of(a), y = size_of(b);
    if (x > INFINITE || y > INFINITE || (x == INFINITE && !y) || (y == INFINITE && !x)) {
        return QUIET_NAN;
    }
    if (x == INFINITE || y == INFINITE) {
        return sign | INFINITE;
    }
    uint64_t product = (uint64_t)mantissa_of(a) * mantissa_of(b);
    int32_t exponent = exponent_of(a) + exponent_of(b) - BIAS;
    if (!product) {
        return sign;
    }
    // 23 + 23 bits behind the point become 23 + SPARE; a subnormal factor's go up first.
    while (!(product >> (2 * MANTISSA))) {
        product <<= 1;
        exponent--;
    }
    return rounded(sign, exponent, (uint32_t)(product >> (MANTISSA - SPARE)) | ((product & 0xffff) != 0));
}

single_t __floatunsisf(uint32_t a) {
    return rounded(0, BIAS + MANTISSA + SPARE, a);
}

single_t __floatsisf(int32_t a) {
    return rounded(a < 0 ? SIGN : 0, BIAS + MANTISSA + SPARE, a < 0 ? -(uint32_t)a : (uint32_t)a);
}

int32_t __fixsfsi(single_t a) {
    int32_t up = exponent_of(a) - BIAS - MANTISSA;
    uint32_t size = mantissa_of(a);
    size = up < -31 ? 0 : up < 0 ? size >> -up : up < 8 ? size << up : 0x7fffffffu;
    return a & SIGN ? -(int32_t)size : (int32_t)size;
}

// What is negative has no place here.
uint32_t __fixunssfsi(single_t a) {
    int32_t up = exponent_of(a) - BIAS - MANTISSA;
    uint32_t size = mantissa_of(a);
    size = up < -31 ? 0 : up < 0 ? size >> -up : up < 9 ? size << up : 0xffffffffu;
    return a & SIGN ? 0 : size;
}

// -1, 0 or 1; `unordered` if there is no order between them.
static int compare(single_t a, single_t b, int unordered) {
    if (is_nan(a) || is_nan(b)) {
        return unordered;
    }
    int32_t x = a & SIGN ? -(int32_t)size_of(a) : (int32_t)a, y = b & SIGN ? -(int32_t)size_of(b) : (int32_t)b;
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

// The product's low 64 bits from 16-bit halves.
int64_t __muldi3(int64_t a, int64_t b) {
    uint32_t a_low = (uint32_t)a, b_low = (uint32_t)b;
    uint32_t high = (uint32_t)(a >> 32) * b_low + a_low * (uint32_t)(b >> 32);
    uint32_t low = (a_low & 0xffff) * (b_low & 0xffff);
    uint32_t middle = (a_low >> 16) * (b_low & 0xffff) + (low >> 16); // at most (2^16 - 1) * 2^16: no carry is lost
    uint32_t other = (a_low & 0xffff) * (b_low >> 16) + (middle & 0xffff);
    high += (a_low >> 16) * (b_low >> 16) + (middle >> 16) + (other >> 16);
    return (int64_t)((uint64_t)high << 32 | other << 16 | (low & 0xffff));
}

static int64_t join(uint32_t high, uint32_t low) {
    return (int64_t)((uint64_t)high << 32 | low);
}

// Shifts of 64 bits by 0 to 63, in words.
int64_t __ashldi3(int64_t a, int32_t by);
int64_t __ashrdi3(int64_t a, int32_t by);
int64_t __lshrdi3(int64_t a, int32_t by);

int64_t __ashldi3(int64_t a, int32_t by) {
    uint32_t high = (uint32_t)((uint64_t)a >> 32), low = (uint32_t)a;
    if (by >= 32) {
        return join(low << (by - 32), 0);
    }
    return by ? join(high << by | low >> (32 - by), low << by) : a;
}

int64_t __ashrdi3(int64_t a, int32_t by) {
    int32_t high = (int32_t)((uint64_t)a >> 32);
    uint32_t low = (uint32_t)a;
    if (by >= 32) {
        return join((uint32_t)(high >> 31), (uint32_t)(high >> (by - 32)));
    }
    return by ? join((uint32_t)(high >> by), low >> by | (uint32_t)high << (32 - by)) : a;
}

int64_t __lshrdi3(int64_t a, int32_t by) {
    uint32_t high = (uint32_t)((uint64_t)a >> 32), low = (uint32_t)a;
    if (by >= 32) {
        return join(0, high >> (by - 32));
    }
    return by ? join(high >> by, low >> by | high << (32 - by)) : a;
}

#if defined(__XTENSA_CALL0_ABI__) || defined(MITE_RUNTIME_TEST) // the ESP8266 does not divide

uint32_t __udivsi3(uint32_t a, uint32_t b);
uint32_t __umodsi3(uint32_t a, uint32_t b);
int32_t __divsi3(int32_t a, int32_t b);
int32_t __modsi3(int32_t a, int32_t b);

// The quotient; the rest goes to *rest.
static uint32_t divide_whole(uint32_t a, uint32_t b, uint32_t *rest) {
    uint32_t quotient = 0, left = 0;
    for (int bit = 31; bit >= 0; bit--) {
        uint32_t carry = left >> 31;
        left = left << 1 | (a >> bit & 1);
        if (carry || left >= b) {
            left -= b;
            quotient |= 1u << bit;
        }
    }
    *rest = left;
    return quotient;
}

uint32_t __udivsi3(uint32_t a, uint32_t b) {
    uint32_t rest;
    return divide_whole(a, b, &rest);
}

uint32_t __umodsi3(uint32_t a, uint32_t b) {
    uint32_t rest;
    divide_whole(a, b, &rest);
    return rest;
}

int32_t __divsi3(int32_t a, int32_t b) {
    uint32_t size = __udivsi3(a < 0 ? -(uint32_t)a : (uint32_t)a, b < 0 ? -(uint32_t)b : (uint32_t)b);
    return (int32_t)((a < 0) != (b < 0) ? -size : size);
}

int32_t __modsi3(int32_t a, int32_t b) {
    uint32_t size = __umodsi3(a < 0 ? -(uint32_t)a : (uint32_t)a, b < 0 ? -(uint32_t)b : (uint32_t)b);
    return (int32_t)(a < 0 ? -size : size);
}

#endif
#endif
