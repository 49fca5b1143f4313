// How ggml's quantised weights are spread out: a row in each lane, a byte for each weight.
//
// Every format becomes the same thing, pieces of 32 weights. A weight is scale*byte + base; what
// ggml subtracts from a number is part of the base. The formats are those of ggml-common.h,
// whose names are kept.
#pragma once

#include "lanes.h"

#ifdef INGLENOOK_LANES

#define GGML_COMMON_IMPL_CPP
#define GGML_COMMON_DECL_CPP
#include "ggml-common.h"

namespace weights {

// Code for another processor in the same process has tables of the same names.
namespace {

using namespace lanes;

static constexpr int PIECE = 32;  // weights of a row in a piece

// In each lane a row; PARTS parts of the piece have a scale and a base of their own.
template <int PARTS> struct piece {
    ints   q[PIECE/4];
    floats scale[PARTS];
    floats base[PARTS];
};

static inline floats negative(floats a) { return times(a, each(-1.0f)); }

// Shifted to the right by BITS, or to the left where they are negative.
template <int BITS> static inline ints moved(ints a) {
    if constexpr (BITS < 0) {
        return left<-BITS>(a);
    } else {
        return right<BITS>(a);
    }
}

// Sixteen bytes of each row are 32 weights of four bits: first the lower ones, then the upper.
static inline void nibbles(const char * p, size_t stride, ints * q) {
    words(p, stride, q);
    for (int i = 0; i < 4; ++i) {
        q[i + 4] = both(right<4>(q[i]), bytes(15));
        q[i]     = both(q[i], bytes(15));
    }
}

// Bit i of each row's word becomes the fifth bit of weight i.
static inline void fifth_bits(ints bits, ints * q) {
    unrolled<8>([&](auto i) INLINED {
        const ints four   = both(right<4*i>(bits), each(15));
        const ints spread = both(times(four, each(0x00204081)), bytes(1));  // bit n to byte n
        q[i] = either(q[i], left<4>(spread));
    });
}

template <int I> static inline ints byte_of(const ints * words) { return both(right<I%4*8>(words[I/4]), each(255)); }
template <int I> static inline ints signed_byte_of(const ints * words) { return signed_right<24>(left<24 - I%4*8>(words[I/4])); }

struct q4_0 {
    using block = block_q4_0;
    static constexpr int  PARTS     = 1;
    static constexpr bool IS_SIGNED = false;

    static void unpack(const char * p, size_t stride, piece<1> * to) {
        nibbles(p + offsetof(block, qs), stride, to->q);
        to->scale[0] = low_half(word(p, stride));
        to->base[0]  = times(to->scale[0], each(-8.0f));
    }
};

struct q4_1 {
    using block = block_q4_1;
    static constexpr int  PARTS     = 1;
    static constexpr bool IS_SIGNED = false;

    static void unpack(const char * p, size_t stride, piece<1> * to) {
        nibbles(p + offsetof(block, qs), stride, to->q);
        const ints dm = word(p, stride);
        to->scale[0] = low_half(dm);
        to->base[0]  = high_half(dm);
    }
};

struct q5_0 {
    using block = block_q5_0;
    static constexpr int  PARTS     = 1;
    static constexpr bool IS_SIGNED = false;

    static void unpack(const char * p, size_t stride, piece<1> * to) {
        nibbles(p + offsetof(block, qs), stride, to->q);
        fifth_bits(word(p + offsetof(block, qh), stride), to->q);
        to->scale[0] = low_half(word(p, stride));
        to->base[0]  = times(to->scale[0], each(-16.0f));
    }
};

struct q5_1 {
    using block = block_q5_1;
    static constexpr int  PARTS     = 1;
    static constexpr bool IS_SIGNED = false;

    static void unpack(const char * p, size_t stride, piece<1> * to) {
        nibbles(p + offsetof(block, qs), stride, to->q);
        fifth_bits(word(p + offsetof(block, qh), stride), to->q);
        const ints dm = word(p, stride);
        to->scale[0] = low_half(dm);
        to->base[0]  = high_half(dm);
    }
};

struct q8_0 {
    using block = block_q8_0;
    static constexpr int  PARTS     = 1;
    static constexpr bool IS_SIGNED = !ANY_BYTE;

    static void unpack(const char * p, size_t stride, piece<1> * to) {
        words(p + offsetof(block, qs),      stride, to->q);
        words(p + offsetof(block, qs) + 16, stride, to->q + 4);
        to->scale[0] = low_half(word(p, stride));
        to->base[0]  = times(to->scale[0], each(IS_SIGNED ? 0.0f : -128.0f));
        for (int i = 0; i < 8 && !IS_SIGNED; ++i) {
            to->q[i] = flip(to->q[i], bytes(128));
        }
    }
};

// Four bits that stand for sixteen numbers. Bytes are as much more as the lowest is below zero,
// or signed where dot4 would not take that.
template <typename NUMBERS> struct tabled {
    static constexpr bool IS_SIGNED = !ANY_BYTE && NUMBERS::MOST_BELOW > 64;
    static constexpr int  ADDED     = IS_SIGNED ? 0 : NUMBERS::MOST_BELOW;

    int8_t at[16];

    tabled() {
        for (int i = 0; i < 16; ++i) {
            at[i] = (int8_t) (NUMBERS::at(i) + ADDED);
        }
    }

    static void unpack(const char * p, size_t stride, floats scale, piece<1> * to) {
        static const tabled table;
        nibbles(p, stride, to->q);
        for (int i = 0; i < 8; ++i) {
            to->q[i] = look_up(table.at, to->q[i]);
        }
        to->scale[0] = scale;
        to->base[0]  = times(scale, each((float) -ADDED));
    }
};

struct iq4_numbers {
    static constexpr int MOST_BELOW = 127;
    static int8_t at(int i) { return kvalues_iq4nl[i]; }
};

struct fp4_numbers {
    static constexpr int MOST_BELOW = 12;
    static int8_t at(int i) { return kvalues_mxfp4[i]; }
};

struct iq4_nl {
    using block  = block_iq4_nl;
    using values = tabled<iq4_numbers>;
    static constexpr int  PARTS     = 1;
    static constexpr bool IS_SIGNED = values::IS_SIGNED;

    static void unpack(const char * p, size_t stride, piece<1> * to) {
        values::unpack(p + offsetof(block, qs), stride, low_half(word(p, stride)), to);
    }
};

// A block has one exponent, and the table is twice the numbers.
struct mxfp4 {
    using block  = block_mxfp4;
    using values = tabled<fp4_numbers>;
    static constexpr int  PARTS     = 1;
    static constexpr bool IS_SIGNED = values::IS_SIGNED;

    static void unpack(const char * p, size_t stride, piece<1> * to) {
        const floats power = as_floats(left<23>(both(word(p, stride), each(255))));
        values::unpack(p + offsetof(block, qs), stride, times(power, each(0.5f)), to);
    }
};

struct iq4_xs {
    using block  = block_iq4_xs;
    using values = tabled<iq4_numbers>;
    static constexpr int  PARTS     = 1;
    static constexpr bool IS_SIGNED = values::IS_SIGNED;

    static void unpack(const char * p, size_t stride, piece<1> * to) {
        const ints   head = word(p, stride);  // d and scales_h
        const ints   low  = word(p + offsetof(block, scales_l), stride);
        const floats d    = low_half(head);
        unrolled<QK_K/PIECE>([&](auto i) INLINED {
            const ints scale = either(both(right<4*i>(low), each(15)), left<4>(both(right<16 + 2*i>(head), each(3))));
            const floats d_i = times(d, to_floats(minus(scale, each(32))));
            values::unpack(p + offsetof(block, qs) + 16*i, stride, d_i, to + i);
        });
    }
};

// Eight scales and eight mins of six bits in twelve bytes, as four words of four bytes.
struct scales_of_6_bits {
    ints scale[2], min[2];

    explicit scales_of_6_bits(const ints * packed) {
        const ints a = packed[0], b = packed[1], c = packed[2];
        scale[0] = both(a, bytes(63));
        min[0]   = both(b, bytes(63));
        scale[1] = either(both(c, bytes(15)),           both(right<2>(a), bytes(48)));
        min[1]   = either(both(right<4>(c), bytes(15)), both(right<2>(b), bytes(48)));
    }
};

// 4 bits, and a fifth one of another place.
template <typename BLOCK, bool HAS_FIFTH> struct q45_K {
    using block = BLOCK;
    static constexpr int  PARTS     = 1;
    static constexpr bool IS_SIGNED = false;

    static void unpack(const char * p, size_t stride, piece<1> * to) {
        ints head[4];  // d and dmin, then the scales
        words(p, stride, head);
        const floats d = low_half(head[0]), dmin = negative(high_half(head[0]));
        const scales_of_6_bits scales(head + 1);
        ints fifth[8];
        if (HAS_FIFTH) {
            words(p + 16,      stride, fifth);  // qh follows the scales
            words(p + 16 + 16, stride, fifth + 4);
        }
        unrolled<QK_K/PIECE/2>([&](auto pair) INLINED {
            static constexpr int FIRST = 2*pair;
            ints q[8];
            words(p + offsetof(block, qs) + 16*FIRST,      stride, q);
            words(p + offsetof(block, qs) + 16*FIRST + 16, stride, q + 4);
            for (int j = 0; j < 8; ++j) {
                to[FIRST].q[j]     = both(q[j], bytes(15));
                to[FIRST + 1].q[j] = both(right<4>(q[j]), bytes(15));
                if (HAS_FIFTH) {
                    to[FIRST].q[j]     = either(to[FIRST].q[j],     both(moved<FIRST - 4>(fifth[j]),     bytes(16)));
                    to[FIRST + 1].q[j] = either(to[FIRST + 1].q[j], both(moved<FIRST + 1 - 4>(fifth[j]), bytes(16)));
                }
            }
        });
        unrolled<QK_K/PIECE>([&](auto i) INLINED {
            to[i].scale[0] = times(d,    to_floats(byte_of<i>(scales.scale)));
            to[i].base[0]  = times(dmin, to_floats(byte_of<i>(scales.min)));
        });
    }
};

using q4_K = q45_K<block_q4_K, false>;
using q5_K = q45_K<block_q5_K, true>;

struct q6_K {
    using block = block_q6_K;
    static constexpr int  PARTS     = 2;
    static constexpr bool IS_SIGNED = false;

    static void unpack(const char * p, size_t stride, piece<2> * to) {
        ints scales[4];
        words(p + offsetof(block, scales), stride, scales);
        const floats d = high_half(word(p + offsetof(block, d) - 2, stride));  // it ends the block
        for (int half = 0; half < 2; ++half, to += 4) {
            ints low[16], high[8];
            for (int i = 0; i < 4; ++i) {
                words(p + offsetof(block, ql) + 64*half + 16*i, stride, low + 4*i);
            }
            for (int i = 0; i < 2; ++i) {
                words(p + offsetof(block, qh) + 32*half + 16*i, stride, high + 4*i);
            }
            unrolled<4>([&](auto i) INLINED {
                for (int j = 0; j < 8; ++j) {
                    const ints four = both(right<i/2*4>(low[j + i%2*8]), bytes(15));
                    to[i].q[j] = either(four, both(moved<2*i - 4>(high[j]), bytes(48)));
                }
                unrolled<2>([&](auto part) INLINED {
                    to[i].scale[part] = times(d, to_floats(signed_byte_of<2*i + part>(scales + 2*half)));
                    to[i].base[part]  = times(to[i].scale[part], each(-32.0f));
                });
            });
        }
    }
};

// Word j of piece I of two bits each.
template <int I> static inline ints two_bits(const ints * qs, int j) {
    return both(right<I%4*2>(qs[j + I/4*8]), bytes(3));
}

struct q2_K {
    using block = block_q2_K;
    static constexpr int  PARTS     = 2;
    static constexpr bool IS_SIGNED = false;

    static void unpack(const char * p, size_t stride, piece<2> * to) {
        ints scales[4], qs[16];
        words(p + offsetof(block, scales), stride, scales);
        const ints   dm = word(p + sizeof(block) - 4, stride);  // it ends the block
        const floats d  = low_half(dm), dmin = negative(high_half(dm));
        for (int i = 0; i < 4; ++i) {
            words(p + offsetof(block, qs) + 16*i, stride, qs + 4*i);
        }
        unrolled<QK_K/PIECE>([&](auto i) INLINED {
            for (int j = 0; j < 8; ++j) {
                to[i].q[j] = two_bits<i>(qs, j);
            }
            unrolled<2>([&](auto part) INLINED {
                const ints pair = byte_of<2*i + part>(scales);  // scale and min
                to[i].scale[part] = times(d,    to_floats(both(pair, each(15))));
                to[i].base[part]  = times(dmin, to_floats(right<4>(pair)));
            });
        });
    }
};

struct q3_K {
    using block = block_q3_K;
    static constexpr int  PARTS     = 2;
    static constexpr bool IS_SIGNED = false;

    static void unpack(const char * p, size_t stride, piece<2> * to) {
        ints tail[4], qs[16], third[8], scales[4];
        words(p + sizeof(block) - 16, stride, tail);  // two bytes of qs, the scales, d
        const floats d = high_half(tail[3]);
        ints packed[3];
        for (int i = 0; i < 3; ++i) {
            packed[i] = either(right<16>(tail[i]), left<16>(tail[i + 1]));
        }
        unrolled<2>([&](auto i) INLINED {
            const ints upper = right<2*i>(packed[2]);
            scales[i]     = either(both(packed[i], bytes(15)),           left<4>(both(upper, bytes(3))));
            scales[i + 2] = either(both(right<4>(packed[i]), bytes(15)), left<4>(both(right<4>(upper), bytes(3))));
        });
        for (int i = 0; i < 2; ++i) {
            words(p + offsetof(block, hmask) + 16*i, stride, third + 4*i);
        }
        for (int i = 0; i < 4; ++i) {
            words(p + offsetof(block, qs) + 16*i, stride, qs + 4*i);
        }
        unrolled<QK_K/PIECE>([&](auto i) INLINED {
            for (int j = 0; j < 8; ++j) {
                to[i].q[j] = either(two_bits<i>(qs, j), both(moved<i - 2>(third[j]), bytes(4)));
            }
            unrolled<2>([&](auto part) INLINED {
                const ints scale = byte_of<2*i + part>(scales);
                to[i].scale[part] = times(d, to_floats(minus(scale, each(32))));
                to[i].base[part]  = times(to[i].scale[part], each(-4.0f));
            });
        });
    }
};

}  // namespace

}  // namespace weights

#endif
