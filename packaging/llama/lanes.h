// The few vector operations that matmul.cpp and attention.cpp are made of.
//
// The same names with 512 bits and 256 bits, chosen by what the compiler may use. INGLENOOK_LANES
// is defined where there is either; ARM and old x86 keep ggml's own kernels.
#pragma once

#if defined(__AVX2__) && defined(__FMA__) && defined(__F16C__)

#include <immintrin.h>

#include <cfloat>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <utility>

#define INGLENOOK_LANES

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // GCC 12 warns of its own headers (bug 105593)
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif

#if defined(__GNUC__) || defined(__clang__)
#define INLINED __attribute__((always_inline))
#else
#define INLINED
#endif

namespace lanes {

// What numbers are multiplied with to become bytes; too small ones become 0.
static inline float inverse_of(float scale) { return scale >= FLT_MIN && scale <= FLT_MAX ? 1.0f/scale : 0.0f; }

#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__AVX512VNNI__)

using ints   = __m512i;
using floats = __m512;

static constexpr int  WIDTH      = 16;    // rows
static constexpr int  COLUMNS    = 8;     // of activations that are worked on at once
static constexpr bool ANY_BYTE   = true;  // dot4 takes all of 0..255

static inline ints   each(int32_t x)                { return _mm512_set1_epi32(x); }
static inline floats each(float x)                  { return _mm512_set1_ps(x); }
static inline floats to_floats(ints a)              { return _mm512_cvtepi32_ps(a); }
static inline floats as_floats(ints a)              { return _mm512_castsi512_ps(a); }
static inline ints   as_ints(floats a)              { return _mm512_castps_si512(a); }
static inline ints   to_ints(floats a)              { return _mm512_cvtps_epi32(a); }
static inline floats nearest(floats a)              { return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
static inline floats next_whole(floats a)           { return _mm512_roundscale_ps(a, _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC); }
static inline floats highest(floats a, floats b)    { return _mm512_max_ps(a, b); }
static inline float  highest_of(floats a)           { return _mm512_reduce_max_ps(a); }
static inline bool   are_equal(floats a, floats b)  { return _mm512_cmp_ps_mask(a, b, _CMP_NEQ_UQ) == 0; }
static inline floats zero_where_below(floats a, floats x, floats limit) { return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(x, limit, _CMP_NLT_UQ), a); }
static inline floats minus(floats a, floats b)      { return _mm512_sub_ps(a, b); }

// a in the lanes of which that are not 0, b in the others.
static inline floats where(floats which, floats a, floats b) { return _mm512_mask_mov_ps(b, _mm512_cmp_ps_mask(which, _mm512_setzero_ps(), _CMP_NEQ_UQ), a); }
static inline floats plus(floats a, floats b)       { return _mm512_add_ps(a, b); }
static inline ints   plus(ints a, ints b)           { return _mm512_add_epi32(a, b); }
static inline floats load_halves(const void * p)    { return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *) p)); }

// Which of 32 numbers of 16 bits are others than x, lowest bit first.
static inline uint32_t others(const void * p, uint16_t x) {
    return _mm512_cmpneq_epi16_mask(_mm512_loadu_si512(p), _mm512_set1_epi16((int16_t) x));
}
static inline floats load(const float * x)          { return _mm512_loadu_ps(x); }
static inline void   store(float * to, floats x)    { _mm512_storeu_ps(to, x); }
static inline ints   either(ints a, ints b)         { return _mm512_or_si512(a, b); }
static inline ints   both(ints a, ints b)           { return _mm512_and_si512(a, b); }
static inline ints   flip(ints a, ints b)           { return _mm512_xor_si512(a, b); }
static inline floats times(floats a, floats b)      { return _mm512_mul_ps(a, b); }
static inline floats times_plus(floats a, floats b, floats c) { return _mm512_fmadd_ps(a, b, c); }
static inline ints   minus(ints a, ints b)          { return _mm512_sub_epi32(a, b); }
static inline ints   times(ints a, ints b)          { return _mm512_mullo_epi32(a, b); }
template <int N> static inline ints right(ints a)   { return _mm512_srli_epi32(a, N); }
template <int N> static inline ints left(ints a)    { return _mm512_slli_epi32(a, N); }
template <int N> static inline ints signed_right(ints a) { return _mm512_srai_epi32(a, N); }

// The numbers of 16 bits in the lower halves.
static inline floats halves(ints a)                 { return _mm512_cvtph_ps(_mm512_cvtepi32_epi16(a)); }

// Each byte of a, all below 16, as table has it.
static inline ints look_up(const int8_t * table, ints a) {
    return _mm512_shuffle_epi8(_mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *) table)), a);
}

// c + the dot product of the four bytes of each lane of w and the four at x.
template <bool IS_SIGNED> static inline ints dot4(ints c, ints w, const int8_t * x) {
    static_assert(!IS_SIGNED, "all bytes are taken as they are");
    int32_t four;
    memcpy(&four, x, sizeof(four));
    return _mm512_dpbusd_epi32(c, w, _mm512_set1_epi32(four));
}

static inline ints joined(__m128i a, __m128i b, __m128i c, __m128i d) {
    return _mm512_inserti32x4(_mm512_inserti32x4(_mm512_inserti32x4(_mm512_castsi128_si512(a), b, 1), c, 2), d, 3);
}
// Sixteen bytes of every fourth row, from row i on; at(i) is where they are.
template <typename AT> INLINED static inline ints every_fourth(AT && at, int i) {
    const auto row = [&](int j) { return _mm_loadu_si128((const __m128i *) at(i + j)); };
    return joined(row(0), row(4), row(8), row(12));
}
static inline ints mixed_low(ints a, ints b)        { return _mm512_unpacklo_epi32(a, b); }
static inline ints mixed_high(ints a, ints b)       { return _mm512_unpackhi_epi32(a, b); }
static inline ints pairs_low(ints a, ints b)        { return _mm512_unpacklo_epi64(a, b); }
static inline ints pairs_high(ints a, ints b)       { return _mm512_unpackhi_epi64(a, b); }

// The first four bytes of each row.
static inline ints word(const char * p, size_t stride) {
    const auto four = [&](int i) {
        const auto one = [&](int j) { int32_t x; memcpy(&x, p + (i + j)*stride, sizeof(x)); return _mm_cvtsi32_si128(x); };
        return _mm_unpacklo_epi64(_mm_unpacklo_epi32(one(0), one(1)), _mm_unpacklo_epi32(one(2), one(3)));
    };
    return joined(four(0), four(4), four(8), four(12));
}

// Rounds 32 numbers to bytes, nearest even; returns what a byte is worth, and the sum of the
// bytes of each half. That is nothing where one of them is no number, so that nothing comes of it
// that looks like one.
static inline float round_to_bytes(const float * from, int8_t * to, int32_t sums[2]) {
    const floats a = load(from), b = load(from + 16);
    const float  most    = highest_of(highest(_mm512_abs_ps(a), _mm512_abs_ps(b)));
    const bool   are_numbers = _mm512_cmp_ps_mask(a, b, _CMP_UNORD_Q) == 0;
    const float  scale   = are_numbers ? most/127.0f : NAN;
    const floats inverse = each(inverse_of(scale));
    const auto half = [&](floats x, int i) {
        const ints whole = _mm512_cvtps_epi32(times(x, inverse));
        _mm_storeu_si128((__m128i *) (to + 16*i), _mm512_cvtepi32_epi8(whole));
        sums[i] = _mm512_reduce_add_epi32(whole);
    };
    half(a, 0);
    half(b, 1);
    return scale;
}

#else

using ints   = __m256i;
using floats = __m256;

static constexpr int  WIDTH      = 8;
static constexpr int  COLUMNS    = 4;
#if defined(__AVXVNNI__) || (defined(__AVX512VNNI__) && defined(__AVX512VL__))
static constexpr bool ANY_BYTE   = true;
#else
static constexpr bool ANY_BYTE   = false;  // pairs of products are kept in 16 bits
#endif

static inline ints   each(int32_t x)                { return _mm256_set1_epi32(x); }
static inline floats each(float x)                  { return _mm256_set1_ps(x); }
static inline floats to_floats(ints a)              { return _mm256_cvtepi32_ps(a); }
static inline floats as_floats(ints a)              { return _mm256_castsi256_ps(a); }
static inline ints   as_ints(floats a)              { return _mm256_castps_si256(a); }
static inline ints   to_ints(floats a)              { return _mm256_cvtps_epi32(a); }
static inline floats nearest(floats a)              { return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
static inline floats next_whole(floats a)           { return _mm256_round_ps(a, _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC); }
static inline floats highest(floats a, floats b)    { return _mm256_max_ps(a, b); }
static inline bool   are_equal(floats a, floats b)  { return _mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_NEQ_UQ)) == 0; }
static inline floats zero_where_below(floats a, floats x, floats limit) { return _mm256_and_ps(a, _mm256_cmp_ps(x, limit, _CMP_NLT_UQ)); }
static inline floats minus(floats a, floats b)      { return _mm256_sub_ps(a, b); }
static inline floats where(floats which, floats a, floats b) { return _mm256_blendv_ps(b, a, _mm256_cmp_ps(which, _mm256_setzero_ps(), _CMP_NEQ_UQ)); }
static inline floats plus(floats a, floats b)       { return _mm256_add_ps(a, b); }
static inline ints   plus(ints a, ints b)           { return _mm256_add_epi32(a, b); }
static inline floats load_halves(const void * p)    { return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *) p)); }
static inline uint32_t others(const void * p, uint16_t x) {
    const __m256i same = _mm256_set1_epi16((int16_t) x);
    const __m256i a = _mm256_cmpeq_epi16(_mm256_loadu_si256((const __m256i *) p), same);
    const __m256i b = _mm256_cmpeq_epi16(_mm256_loadu_si256((const __m256i *) p + 1), same);
    return ~(uint32_t) _mm256_movemask_epi8(_mm256_permute4x64_epi64(_mm256_packs_epi16(a, b), 0xD8));
}
static inline float  highest_of(floats a) {
    __m128 x = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    x = _mm_max_ps(x, _mm_movehl_ps(x, x));
    return _mm_cvtss_f32(_mm_max_ss(x, _mm_movehdup_ps(x)));
}
static inline floats load(const float * x)          { return _mm256_loadu_ps(x); }
static inline void   store(float * to, floats x)    { _mm256_storeu_ps(to, x); }
static inline ints   either(ints a, ints b)         { return _mm256_or_si256(a, b); }
static inline ints   both(ints a, ints b)           { return _mm256_and_si256(a, b); }
static inline ints   flip(ints a, ints b)           { return _mm256_xor_si256(a, b); }
static inline floats times(floats a, floats b)      { return _mm256_mul_ps(a, b); }
static inline floats times_plus(floats a, floats b, floats c) { return _mm256_fmadd_ps(a, b, c); }
static inline ints   minus(ints a, ints b)          { return _mm256_sub_epi32(a, b); }
static inline ints   times(ints a, ints b)          { return _mm256_mullo_epi32(a, b); }
template <int N> static inline ints right(ints a)   { return _mm256_srli_epi32(a, N); }
template <int N> static inline ints left(ints a)    { return _mm256_slli_epi32(a, N); }
template <int N> static inline ints signed_right(ints a) { return _mm256_srai_epi32(a, N); }

static inline floats halves(ints a) {
    const ints low = _mm256_and_si256(a, _mm256_set1_epi32(0xFFFF));
    const ints packed = _mm256_permute4x64_epi64(_mm256_packus_epi32(low, low), 0x08);
    return _mm256_cvtph_ps(_mm256_castsi256_si128(packed));
}

static inline ints look_up(const int8_t * table, ints a) {
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *) table)), a);
}

template <bool IS_SIGNED> static inline ints dot4(ints c, ints w, const int8_t * x) {
    int32_t four;
    memcpy(&four, x, sizeof(four));
    const ints a = _mm256_set1_epi32(four);
#if defined(__AVXVNNI__)
    static_assert(!IS_SIGNED, "all bytes are taken as they are");
    return _mm256_dpbusd_avx_epi32(c, w, a);
#elif defined(__AVX512VNNI__) && defined(__AVX512VL__)
    static_assert(!IS_SIGNED, "all bytes are taken as they are");
    return _mm256_dpbusd_epi32(c, w, a);
#else
    const ints pairs = IS_SIGNED
        ? _mm256_maddubs_epi16(_mm256_abs_epi8(w), _mm256_sign_epi8(a, w))
        : _mm256_maddubs_epi16(w, a);
    return _mm256_add_epi32(c, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
#endif
}

static inline ints joined(__m128i a, __m128i b)     { return _mm256_inserti128_si256(_mm256_castsi128_si256(a), b, 1); }
template <typename AT> INLINED static inline ints every_fourth(AT && at, int i) {
    const auto row = [&](int j) { return _mm_loadu_si128((const __m128i *) at(i + j)); };
    return joined(row(0), row(4));
}
static inline ints mixed_low(ints a, ints b)        { return _mm256_unpacklo_epi32(a, b); }
static inline ints mixed_high(ints a, ints b)       { return _mm256_unpackhi_epi32(a, b); }
static inline ints pairs_low(ints a, ints b)        { return _mm256_unpacklo_epi64(a, b); }
static inline ints pairs_high(ints a, ints b)       { return _mm256_unpackhi_epi64(a, b); }

static inline ints word(const char * p, size_t stride) {
    const auto four = [&](int i) {
        const auto one = [&](int j) { int32_t x; memcpy(&x, p + (i + j)*stride, sizeof(x)); return _mm_cvtsi32_si128(x); };
        return _mm_unpacklo_epi64(_mm_unpacklo_epi32(one(0), one(1)), _mm_unpacklo_epi32(one(2), one(3)));
    };
    return joined(four(0), four(4));
}

static inline int32_t sum_of(__m256i a) {
    __m128i x = _mm_add_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
    x = _mm_add_epi32(x, _mm_shuffle_epi32(x, 0x4E));
    return _mm_cvtsi128_si32(_mm_add_epi32(x, _mm_shuffle_epi32(x, 0xB1)));
}

static inline float round_to_bytes(const float * from, int8_t * to, int32_t sums[2]) {
    const floats sign = _mm256_set1_ps(-0.0f);
    floats most8 = _mm256_andnot_ps(sign, load(from));
    for (int i = 8; i < 32; i += 8) {
        most8 = _mm256_max_ps(most8, _mm256_andnot_ps(sign, load(from + i)));
    }
    const ints  unordered = as_ints(_mm256_or_ps(_mm256_cmp_ps(load(from), load(from + 8), _CMP_UNORD_Q), _mm256_cmp_ps(load(from + 16), load(from + 24), _CMP_UNORD_Q)));
    const float  scale   = _mm256_testz_si256(unordered, unordered) ? highest_of(most8)/127.0f : NAN;
    const floats inverse = each(inverse_of(scale));
    for (int i = 0; i < 2; ++i) {
        const ints a = _mm256_cvtps_epi32(times(load(from + 16*i), inverse));
        const ints b = _mm256_cvtps_epi32(times(load(from + 16*i + 8), inverse));
        const ints words = _mm256_permute4x64_epi64(_mm256_packs_epi32(a, b), 0xD8);
        const __m128i packed = _mm_packs_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
        _mm_storeu_si128((__m128i *) (to + 16*i), packed);
        sums[i] = sum_of(_mm256_add_epi32(a, b));
    }
    return scale;
}

#endif

// Sixteen bytes of each row, as four words: word i of every row in to[i]. Row i's are at at(i).
template <typename AT> INLINED static inline void words_at(AT && at, ints * to) {
    const ints a = every_fourth(at, 0), b = every_fourth(at, 1), c = every_fourth(at, 2), d = every_fourth(at, 3);
    const ints ab = mixed_low(a, b), cd = mixed_low(c, d), AB = mixed_high(a, b), CD = mixed_high(c, d);
    to[0] = pairs_low(ab, cd);
    to[1] = pairs_high(ab, cd);
    to[2] = pairs_low(AB, CD);
    to[3] = pairs_high(AB, CD);
}
static inline void words(const char * p, size_t stride, ints * to) {
    words_at([&](int i) INLINED { return p + i*stride; }, to);
}

static inline floats low_half(ints a)  { return halves(a); }
static inline floats high_half(ints a) { return halves(right<16>(a)); }

// f(0), f(1), ... f(N - 1), each with a constant, so that arrays stay in registers.
template <typename F, int... I> INLINED static inline void unrolled(F && f, std::integer_sequence<int, I...>) {
    (f(std::integral_constant<int, I>()), ...);
}
template <int N, typename F> INLINED static inline void unrolled(F && f) {
    unrolled(f, std::make_integer_sequence<int, N>());
}

// Calls f with the constant that n is, from 1 to MOST.
template <int MOST, typename F> static inline void with_constant(int64_t n, F && f) {
    if constexpr (MOST > 0) {
        if (n == MOST) {
            f(std::integral_constant<int, MOST>());
        } else {
            with_constant<MOST - 1>(n, f);
        }
    }
}

// 2 to the power of x - most, 0 below 2^-125; most is whole and not below x. Where it is another
// whole number, the result is another by that power of two exactly. Of 2^f, |f| <= 1/2, this is
// the Taylor series up to the seventh power: the next term is below 2^-24 of it.
static inline floats power_of_two(floats x, floats most) {
    const floats whole = nearest(x);
    const floats f     = minus(x, whole);
    const floats power = minus(whole, most);
    floats sum = each(1.5252734e-5f);
    for (const float term : {1.5403530e-4f, 1.3333558e-3f, 9.6181291e-3f, 5.5504109e-2f, 2.4022651e-1f, 6.9314718e-1f, 1.0f}) {
        sum = times_plus(sum, f, each(term));
    }
    const ints moved = left<23>(to_ints(highest(each(-126.0f), power)));
    return zero_where_below(as_floats(plus(as_ints(sum), moved)), power, each(-125.0f));
}

static inline ints bytes(int x) { return each((int32_t) (0x01010101u*(uint32_t) x)); }

}  // namespace lanes

#endif
