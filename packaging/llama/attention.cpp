// Attention over a cache of 16-bit numbers that many conversations share.
//
// Made part of ggml-cpu by kernels.cmake; docs/decisions/0038 and 0040 say why and what it brings.
// In one cache for all conversations, a row sees few of the cells in use: those of its own
// conversation, which lie scattered among the others'. So only the cells that it sees are read.
// There are two ways, which give the same numbers, bit for bit. Where each row sees cells of its
// own, as when many answers are written, a lane of a vector is a cell (`row_way`). Where many rows
// see the same cells, as when a prompt is read, a lane is a row (`tile_way`).
//
// They are the same because each number is summed in the same order in both: a score along the
// key, a result along the cells that the row sees, in parts of PART of them, which are then added
// one to the other. The softmax goes along with a running maximum (Rabe and Staats 2021,
// arXiv:2112.05682), but in powers of two with whole maxima: moving to another maximum is exact,
// so that it does not matter when it is done.

#include "common.h"
#include "ggml-cpu-impl.h"
#include "ggml-cpu.h"
#include "ggml-impl.h"

#include "lanes.h"

#include <algorithm>
#include <cmath>
#include <cstring>

bool inglenook_attention(const ggml_compute_params * params, ggml_tensor * dst);  // of ops.cpp, which is C++
extern "C" size_t inglenook_attention_work(const ggml_tensor * dst, int n_threads);

#ifdef INGLENOOK_LANES

namespace {

using namespace lanes;

static constexpr int64_t PART  = 256;      // cells that a row sees whose results are summed together
static constexpr int     CELLS = 2*WIDTH;  // of which scores are computed at once
static constexpr int64_t GROUP = 4;        // heads that share a piece of work
static constexpr int     BLOCK = WIDTH/4;  // vectors of a value that are summed at once
static constexpr int64_t MANY  = 2*WIDTH;  // rows from which on tiles are tried
static constexpr int64_t ITEMS = 4;        // pieces of work for each thread, so that a slow one delays nobody
static constexpr float   LOG2E = 1.44269504f;
static constexpr float   LEAST = -1073741824.0f;  // below all maxima: nothing is seen yet

// The sums of a head of a row, relative to 2^most.
struct sums {
    float most;
    float total;  // of the shares
};

// A power of two, as power_of_two has it.
static inline float two_to(float whole) { return whole < -125.0f ? 0.0f : ldexpf(1.0f, (int) whole); }

struct attention {
    const ggml_tensor * q, * k, * v, * mask, * sinks;
    ggml_tensor *       dst;

    int64_t DK, DV, n_rows, n_cells, n_groups, heads_per_kv, heads_per_group;
    float   scale, max_bias, softcap;

    explicit attention(ggml_tensor * out) : dst(out) {
        q = out->src[0]; k = out->src[1]; v = out->src[2]; mask = out->src[3]; sinks = out->src[4];
        DK = k->ne[0]; DV = v->ne[0]; n_cells = k->ne[1];
        n_rows       = q->ne[1];
        heads_per_kv = q->ne[2]/k->ne[2];
        n_groups     = (heads_per_kv + GROUP - 1)/GROUP;
        heads_per_group = (heads_per_kv + n_groups - 1)/n_groups;
        memcpy(&scale,    (float *) dst->op_params + 0, sizeof(float));
        memcpy(&max_bias, (float *) dst->op_params + 1, sizeof(float));
        memcpy(&softcap,  (float *) dst->op_params + 2, sizeof(float));
        if (softcap != 0.0f) {
            scale /= softcap;
        }
    }

    // Numbers of 16 bits in whole vectors; keys in sixteen bytes.
    bool is_for_us() const {
        return q->type == GGML_TYPE_F32 && k->type == GGML_TYPE_F16 && v->type == GGML_TYPE_F16
            && q->nb[0] == sizeof(float) && k->nb[0] == sizeof(ggml_fp16_t) && v->nb[0] == sizeof(ggml_fp16_t)
            && (!mask || mask->type == GGML_TYPE_F16) && DK % 8 == 0 && DV % WIDTH == 0
            && k->ne[2] == v->ne[2] && k->ne[3] == v->ne[3];
    }

    // Numbers that a thread keeps for itself, and those of the parts, which all share.
    int64_t own() const {
        const int64_t of_rows  = GROUP*PART + DK*CELLS + GROUP*(DK + DV) + PART;
        const int64_t of_tiles = GROUP*WIDTH*(DK + 2*DV + 4) + CELLS*(DK + DV + 2*WIDTH);
        return GGML_PAD(std::max(of_rows, of_tiles) + n_cells + 64, 64);
    }
    bool    is_many() const { return n_rows >= MANY; }
    int64_t n_parts() const { return (n_cells + PART - 1)/PART; }

    // By how many pieces of work the parts of a row are shared, so that each thread has some.
    int64_t splits(int n_threads) const {
        const int64_t pieces = n_rows*q->ne[3]*k->ne[2]*n_groups;
        if (is_many() || n_threads == 1) {
            return 1;
        }
        return std::max<int64_t>(1, std::min((ITEMS*n_threads + pieces - 1)/pieces, n_parts()));
    }
    size_t work(int n_threads) const {
        const int64_t shared = splits(n_threads) > 1 ? q->ne[3]*n_rows*q->ne[2]*n_parts()*(DV + 2) : 0;
        return sizeof(float)*(own()*n_threads + shared) + 64;
    }

    const ggml_fp16_t * mask_of(int64_t row, int64_t head, int64_t iq3) const {
        return mask ? (const ggml_fp16_t *) ((const char *) mask->data + row*mask->nb[1] + (head%mask->ne[2])*mask->nb[2] + (iq3%mask->ne[3])*mask->nb[3]) : nullptr;
    }
    const float * query(int64_t row, int64_t head, int64_t iq3) const {
        return (const float *) ((const char *) q->data + row*q->nb[1] + head*q->nb[2] + iq3*q->nb[3]);
    }
    float * result(int64_t row, int64_t head, int64_t iq3) const {
        return (float *) ((char *) dst->data + (iq3*dst->ne[2]*dst->ne[1] + head + row*dst->ne[1])*dst->nb[1]);
    }
    float slope_of(int64_t head) const {
        if (max_bias <= 0.0f) {
            return 1.0f;
        }
        const uint32_t n_log2 = 1u << (uint32_t) floor(log2((double) q->ne[2]));
        const float m0 = powf(2.0f, -(max_bias       )/n_log2);
        const float m1 = powf(2.0f, -(max_bias / 2.0f)/n_log2);
        return head < n_log2 ? powf(m0, head + 1) : powf(m1, 2*(head - n_log2) + 1);
    }

    // The exponent of a score's share: in powers of two, biased.
    floats exponent(floats score, floats bias, float slope) const {
        if (softcap != 0.0f) {
            alignas(64) float s[WIDTH];
            store(s, score);
            for (float & each : s) {
                each = softcap*tanhf(each);
            }
            score = load(s);
        }
        return times_plus(bias, each(slope*LOG2E), times(score, each(LOG2E)));
    }

    // Divides by the sum of the shares, to which the sink of the head belongs.
    void finish(float * values, sums s, int64_t head) const {
        float factor = 1.0f;
        if (sinks) {
            const float sink = ((const float *) sinks->data)[head]*LOG2E;
            const float most = std::max(s.most, sink);
            factor  = exp2f(s.most - most);
            s.total = s.total*factor + exp2f(sink - most);
        }
        factor = s.total == 0.0f ? 0.0f : factor/s.total;
        for (int64_t d = 0; d < DV; d += WIDTH) {
            store(values + d, times(load(values + d), each(factor)));
        }
    }

    // Adds a part to what came before it.
    void add(float * values, sums & s, const float * part, sums other) const {
        const float most = std::max(s.most, other.most);
        const float a = two_to(s.most - most), b = two_to(other.most - most);
        for (int64_t d = 0; d < DV; d += WIDTH) {
            store(values + d, times_plus(load(part + d), each(b), times(load(values + d), each(a))));
        }
        s = {most, s.total*a + other.total*b};
    }
};

// Which of the 32 cells from `first` on a row sees, lowest bit first. Hidden is -infinity.
static uint32_t seen_from(const ggml_fp16_t * mask, int64_t first, int64_t n_cells) {
    static constexpr uint16_t HIDDEN = 0xFC00;
    const int64_t count = std::min<int64_t>(32, n_cells - first);
    if (!mask) {
        return count == 32 ? ~0u : (1u << count) - 1;
    }
    if (count == 32) {
        return others(mask + first, HIDDEN);
    }
    uint32_t bits = 0;
    for (int64_t i = 0; i < count; ++i) {
        bits |= (uint32_t) (mask[first + i] != HIDDEN) << i;
    }
    return bits;
}

static inline int first_of(uint32_t bits) {
#if defined(__GNUC__)
    return __builtin_ctz(bits);
#else
    return (int) _tzcnt_u32(bits);
#endif
}

// The cells that any of the rows sees; adds to seen how many each of them does.
static int64_t find_cells(const ggml_fp16_t * const * masks, int n_rows, int64_t n_cells, int32_t * cells, int64_t * seen) {
    int64_t n = 0;
    for (int64_t first = 0; first < n_cells; first += 32) {
        uint32_t bits = 0;
        for (int row = 0; row < n_rows; ++row) {
            const uint32_t of_row = seen_from(masks[row], first, n_cells);
            *seen += _mm_popcnt_u32(of_row);
            bits |= of_row;
        }
        for (; bits; bits &= bits - 1) {
            cells[n++] = (int32_t) first + first_of(bits);
        }
    }
    return n;
}

static inline void fetch(const char * from, int64_t bytes) {
    for (int64_t at = 0; at < bytes; at += 64) {
        _mm_prefetch(from + at, _MM_HINT_T0);
    }
}

// One row and up to GROUP heads that share keys and values; a lane is a cell.
struct row_way {
    const attention & of;
    int64_t row, first, heads, iq3;
    const char * K, * V;
    const ggml_fp16_t * mask;
    float slope[GROUP];
    float * scores;  // heads x PART, then the shares
    float * keys;    // DK x CELLS
    float * query;   // heads x DK
    float * bias;    // PART
    float * values;  // heads x DV

    row_way(const attention & a, int64_t row, int64_t ik2, int64_t first, int64_t heads, int64_t iq3, float * scratch)
        : of(a), row(row), first(first), heads(heads), iq3(iq3) {
        const int64_t ik3 = iq3/(a.q->ne[3]/a.k->ne[3]);
        K = (const char *) a.k->data + ik2*a.k->nb[2] + ik3*a.k->nb[3];
        V = (const char *) a.v->data + ik2*a.v->nb[2] + ik3*a.v->nb[3];
        mask   = a.mask_of(row, first, iq3);  // heads of one group have one mask in all models
        scores = scratch;
        keys   = scores + GROUP*PART;
        query  = keys + a.DK*CELLS;
        bias   = query + GROUP*a.DK;
        values = bias + PART;
        for (int64_t h = 0; h < heads; ++h) {
            slope[h] = a.slope_of(first + h);
            const float * from = a.query(row, first + h, iq3);
            for (int64_t d = 0; d < a.DK; ++d) {
                query[h*a.DK + d] = from[d]*a.scale;
            }
        }
    }

    // The keys of up to CELLS cells, a cell in each lane; those beyond n are the last one again.
    void turn_keys(const int32_t * cells, int n) const {
        const char * at[CELLS];
        for (int i = 0; i < CELLS; ++i) {
            at[i] = K + cells[std::min(i, n - 1)]*of.k->nb[1];
        }
        for (int64_t d = 0; d < of.DK; d += 8) {
            unrolled<2>([&](auto half) INLINED {
                ints pairs[4];
                words_at([&](int i) INLINED { return at[half*WIDTH + i] + d*sizeof(ggml_fp16_t); }, pairs);
                for (int i = 0; i < 4; ++i) {
                    store(keys + (d + 2*i)*CELLS + half*WIDTH,     low_half(pairs[i]));
                    store(keys + (d + 2*i + 1)*CELLS + half*WIDTH, high_half(pairs[i]));
                }
            });
        }
    }

    template <int H> void score(int at) const {
        floats sum[H][2];
        unrolled<H>([&](auto h) INLINED { sum[h][0] = sum[h][1] = each(0.0f); });
        for (int64_t d = 0; d < of.DK; ++d) {
            const floats a = load(keys + d*CELLS), b = load(keys + d*CELLS + WIDTH);
            unrolled<H>([&](auto h) INLINED {
                const floats x = each(query[h*of.DK + d]);
                sum[h][0] = times_plus(x, a, sum[h][0]);
                sum[h][1] = times_plus(x, b, sum[h][1]);
            });
        }
        unrolled<H>([&](auto h) INLINED {
            unrolled<2>([&](auto half) INLINED {
                const int i = at + half*WIDTH;
                store(scores + h*PART + i, of.exponent(sum[h][half], load(bias + i), slope[h]));
            });
        });
    }

    // scores of n cells, then their shares; s are the sums of each head but for the total.
    void share(const int32_t * cells, int n, sums * s) const {
        for (int i = 0; i < PART; ++i) {
            bias[i] = i >= n ? -INFINITY : mask ? GGML_CPU_FP16_TO_FP32(mask[cells[i]]) : 0.0f;
        }
        for (int i = 0; i < n; i += CELLS) {
            for (int j = i; j < std::min(n, i + CELLS); ++j) {
                fetch(V + cells[j]*of.v->nb[1], of.DV*sizeof(ggml_fp16_t));
            }
            for (int j = i + CELLS; j < std::min(n, i + 2*CELLS); ++j) {
                fetch(K + cells[j]*of.k->nb[1], of.DK*sizeof(ggml_fp16_t));
            }
            turn_keys(cells + i, std::min(CELLS, n - i));
            with_constant<GROUP>(heads, [&](auto h) { score<h>(i); });
        }
        for (int64_t h = 0; h < heads; ++h) {
            float * here = scores + h*PART;
            floats most = each(LEAST);
            for (int i = 0; i < n; i += WIDTH) {
                most = highest(most, load(here + i));
            }
            s[h] = {std::ceil(highest_of(most)), 0.0f};
            for (int i = 0; i < n; i += WIDTH) {
                store(here + i, power_of_two(highest(each(2*LEAST), load(here + i)), each(s[h].most)));
            }
        }
    }

    template <int H, int B> void weigh(const int32_t * cells, int n, int64_t d, sums * s) const {
        floats sum[H][B];
        float  total[H];
        unrolled<H>([&](auto h) INLINED {
            total[h] = 0.0f;
            unrolled<B>([&](auto b) INLINED { sum[h][b] = each(0.0f); });
        });
        for (int i = 0; i < n; ++i) {
            const char * from = V + cells[i]*of.v->nb[1] + d*sizeof(ggml_fp16_t);
            floats value[B];
            unrolled<B>([&](auto b) INLINED { value[b] = load_halves(from + b*WIDTH*sizeof(ggml_fp16_t)); });
            unrolled<H>([&](auto h) INLINED {
                const float share = scores[h*PART + i];
                total[h] += share;
                unrolled<B>([&](auto b) INLINED { sum[h][b] = times_plus(each(share), value[b], sum[h][b]); });
            });
        }
        unrolled<H>([&](auto h) INLINED {
            s[h].total = total[h];
            unrolled<B>([&](auto b) INLINED { store(values + h*of.DV + d + b*WIDTH, sum[h][b]); });
        });
    }

    // One part: n of the cells that the row sees. The result is in values and s.
    void part(const int32_t * cells, int n, sums * s) const {
        share(cells, n, s);
        for (int64_t d = 0; d < of.DV; d += BLOCK*WIDTH) {
            with_constant<GROUP>(heads, [&](auto h) {
                with_constant<BLOCK>(std::min<int64_t>(BLOCK, (of.DV - d)/WIDTH), [&](auto b) {
                    weigh<h, b>(cells, n, d, s);
                });
            });
        }
    }

    // All parts, straight into the result.
    void whole(const int32_t * cells, int64_t n) const {
        sums all[GROUP], s[GROUP];
        for (int64_t h = 0; h < heads; ++h) {
            all[h] = {LEAST, 0.0f};
            memset(of.result(row, first + h, iq3), 0, of.DV*sizeof(float));
        }
        for (int64_t i = 0; i < n; i += PART) {
            part(cells + i, (int) std::min(PART, n - i), s);
            for (int64_t h = 0; h < heads; ++h) {
                of.add(of.result(row, first + h, iq3), all[h], values + h*of.DV, s[h]);
            }
        }
        for (int64_t h = 0; h < heads; ++h) {
            of.finish(of.result(row, first + h, iq3), all[h], first + h);
        }
    }
};

// Up to WIDTH rows and GROUP heads that share keys and values; a lane is a row.
struct tile_way {
    // The sums of a head for all rows, relative to 2^most.
    struct lane_sums {
        floats most, total;
    };

    const attention & of;
    int64_t row, n_rows, first, heads, iq3;
    const char * K, * V;
    const ggml_fp16_t * masks[WIDTH];
    int     left[WIDTH];  // cells until the part of a row is whole
    float * query;   // heads x DK x WIDTH
    float * part;    // heads x DV x WIDTH: the sums of the part
    float * all;     // the same of the parts before it
    float * keys;    // CELLS x DK
    float * values;  // CELLS x DV
    float * bias;    // CELLS x WIDTH
    float * shares;  // CELLS x WIDTH
    lane_sums of_part[GROUP], of_all[GROUP];

    tile_way(const attention & a, int64_t row, int64_t n_rows, int64_t ik2, int64_t first, int64_t heads, int64_t iq3, float * scratch)
        : of(a), row(row), n_rows(n_rows), first(first), heads(heads), iq3(iq3) {
        const int64_t ik3 = iq3/(a.q->ne[3]/a.k->ne[3]);
        K = (const char *) a.k->data + ik2*a.k->nb[2] + ik3*a.k->nb[3];
        V = (const char *) a.v->data + ik2*a.v->nb[2] + ik3*a.v->nb[3];
        query  = scratch;
        part   = query + GROUP*WIDTH*a.DK;
        all    = part + GROUP*WIDTH*a.DV;
        keys   = all + GROUP*WIDTH*a.DV;
        values = keys + CELLS*a.DK;
        bias   = values + CELLS*a.DV;
        shares = bias + CELLS*WIDTH;
        for (int i = 0; i < WIDTH; ++i) {
            masks[i] = a.mask_of(row_at(i), first, iq3);
            left[i]  = PART;
        }
    }

    // Lanes beyond the rows compute the last one again.
    int64_t row_at(int lane) const { return row + std::min<int64_t>(lane, n_rows - 1); }

    void begin() {
        for (int64_t h = 0; h < heads; ++h) {
            for (int i = 0; i < WIDTH; ++i) {
                const float * from = of.query(row_at(i), first + h, iq3);
                for (int64_t d = 0; d < of.DK; ++d) {
                    query[(h*of.DK + d)*WIDTH + i] = from[d]*of.scale;
                }
            }
            of_part[h] = of_all[h] = {each(LEAST), each(0.0f)};
        }
        memset(part, 0, heads*of.DV*WIDTH*sizeof(float));
        memset(all,  0, heads*of.DV*WIDTH*sizeof(float));
    }

    // Fills bias with the mask of up to n cells; fewer where the part of a row is whole before.
    int take(const int32_t * cells, int n) {
        for (int i = 0; i < WIDTH; ++i) {
            int seen = 0;
            for (int c = 0; c < n; ++c) {
                const ggml_fp16_t x = masks[i] ? masks[i][cells[c]] : 0;
                bias[c*WIDTH + i] = x == 0 ? 0.0f : GGML_CPU_FP16_TO_FP32(x);
                seen += x != 0xFC00;
                if (seen == left[i]) {
                    n = c + 1;
                }
            }
        }
        for (int c = 0; c < n; ++c) {
            ggml_cpu_fp16_to_fp32((const ggml_fp16_t *) (K + cells[c]*of.k->nb[1]), keys + c*of.DK, of.DK);
            ggml_cpu_fp16_to_fp32((const ggml_fp16_t *) (V + cells[c]*of.v->nb[1]), values + c*of.DV, of.DV);
        }
        return n;
    }

    // Puts the exponents of C cells into shares; returns the highest of each row.
    template <int C> floats score(int64_t h, int at) const {
        floats sum[C];
        unrolled<C>([&](auto c) INLINED { sum[c] = each(0.0f); });
        const float * from = query + h*of.DK*WIDTH;
        const float * key  = keys + at*of.DK;
        for (int64_t d = 0; d < of.DK; ++d) {
            const floats x = load(from + d*WIDTH);
            unrolled<C>([&](auto c) INLINED { sum[c] = times_plus(x, each(key[c*of.DK + d]), sum[c]); });
        }
        floats most = each(LEAST);
        const float slope = of.slope_of(first + h);
        unrolled<C>([&](auto c) INLINED {
            sum[c] = of.exponent(sum[c], load(bias + (at + c)*WIDTH), slope);
            most = highest(most, sum[c]);
            store(shares + (at + c)*WIDTH, sum[c]);
        });
        return most;
    }

    // Adds n cells to the part of a head.
    void add_cells(int64_t h, int n) {
        lane_sums & s = of_part[h];
        floats most = s.most;
        for (int c = 0; c < n; c += 8) {
            with_constant<8>(std::min(8, n - c), [&](auto count) { most = highest(most, score<count>(h, c)); });
        }
        most = next_whole(most);
        float * sum = part + h*of.DV*WIDTH;
        if (!are_equal(most, s.most)) {
            const floats factor = power_of_two(s.most, most);
            for (int64_t d = 0; d < of.DV; ++d) {
                store(sum + d*WIDTH, times(load(sum + d*WIDTH), factor));
            }
            s = {most, times(s.total, factor)};
        }
        for (int c = 0; c < n; ++c) {
            const floats share = power_of_two(highest(each(2*LEAST), load(shares + c*WIDTH)), most);
            s.total = plus(s.total, share);
            store(shares + c*WIDTH, share);
        }
        for (int64_t d = 0; d < of.DV; d += 8) {
            floats x[8];
            unrolled<8>([&](auto i) INLINED { x[i] = load(sum + (d + i)*WIDTH); });
            for (int c = 0; c < n; ++c) {
                const floats  share = load(shares + c*WIDTH);
                const float * value = values + c*of.DV + d;
                unrolled<8>([&](auto i) INLINED { x[i] = times_plus(share, each(value[i]), x[i]); });
            }
            unrolled<8>([&](auto i) INLINED { store(sum + (d + i)*WIDTH, x[i]); });
        }
    }

    // Adds to what came before it the parts of the rows whose lanes are not 0 in which.
    void end_parts(const float * which) {
        for (int64_t h = 0; h < heads; ++h) {
            lane_sums & s = of_part[h], & before = of_all[h];
            const floats ends  = load(which);
            const floats other = where(ends, s.most, each(LEAST));
            const floats most  = highest(before.most, other);
            const floats a     = power_of_two(before.most, most);
            const floats b     = where(ends, power_of_two(s.most, most), each(0.0f));
            for (int64_t d = h*of.DV; d < (h + 1)*of.DV; ++d) {
                const floats x = load(part + d*WIDTH);
                store(all + d*WIDTH, times_plus(x, b, times(load(all + d*WIDTH), a)));
                store(part + d*WIDTH, where(ends, each(0.0f), x));
            }
            before = {most, times_plus(s.total, b, times(before.total, a))};
            s = {where(ends, each(LEAST), s.most), where(ends, each(0.0f), s.total)};
        }
    }

    void count(const int n) {
        alignas(64) float ends[WIDTH];
        bool any = false;
        for (int i = 0; i < WIDTH; ++i) {
            for (int c = 0; c < n; ++c) {
                left[i] -= bias[c*WIDTH + i] != -INFINITY;
            }
            ends[i] = left[i] == 0;
            any = any || left[i] == 0;
            left[i] = left[i] ? left[i] : (int) PART;
        }
        if (any) {
            end_parts(ends);
        }
    }

    void whole(const int32_t * cells, int64_t n) {
        begin();
        for (int64_t i = 0; i < n;) {
            const int here = take(cells + i, (int) std::min<int64_t>(CELLS, n - i));
            for (int64_t h = 0; h < heads; ++h) {
                add_cells(h, here);
            }
            count(here);
            i += here;
        }
        alignas(64) float last[WIDTH];
        for (int i = 0; i < WIDTH; ++i) {
            last[i] = left[i] != PART;
        }
        end_parts(last);
        for (int64_t h = 0; h < heads; ++h) {
            alignas(64) float most[WIDTH], total[WIDTH];
            store(most,  of_all[h].most);
            store(total, of_all[h].total);
            for (int i = 0; i < n_rows; ++i) {
                float * to = of.result(row + i, first + h, iq3);
                for (int64_t d = 0; d < of.DV; ++d) {
                    to[d] = all[(h*of.DV + d)*WIDTH + i];
                }
                of.finish(to, {most[i], total[i]}, first + h);
            }
        }
    }
};

// The rows and heads that are computed together, and by how many pieces of work.
struct pieces {
    const attention & of;
    int64_t rows, splits;  // rows of a piece; pieces that share the parts of a row

    pieces(const attention & a, int n_threads) : of(a), rows(a.is_many() ? WIDTH : 1), splits(a.splits(n_threads)) {}

    int64_t n_tiles() const { return (of.n_rows + rows - 1)/rows; }
    int64_t groups() const { return n_tiles()*of.q->ne[3]*of.k->ne[2]*of.n_groups; }
    int64_t count() const { return groups()*splits; }

    struct place {
        int64_t row, iq3, ik2, first, heads, split;
    };

    // Pieces that read the same keys follow one another.
    place at(int64_t i) const {
        const int64_t split = i % splits;
        const int64_t group = i/splits % of.n_groups;
        const int64_t ik2   = i/splits/of.n_groups % of.k->ne[2];
        const int64_t tile  = i/splits/of.n_groups/of.k->ne[2];
        const int64_t first = ik2*of.heads_per_kv + group*of.heads_per_group;
        const int64_t heads = std::min(of.heads_per_group, (ik2 + 1)*of.heads_per_kv - first);
        return {tile % n_tiles()*rows, tile/n_tiles(), ik2, first, heads, split};
    }
};

// The parts of the rows, where several pieces share them: their sums and values.
struct shared_parts {
    const attention & of;
    float * data;

    float * at(int64_t row, int64_t iq3, int64_t head, int64_t part) const {
        return data + (((iq3*of.n_rows + row)*of.q->ne[2] + head)*of.n_parts() + part)*(of.DV + 2);
    }

    void compute(const pieces::place & here, int64_t splits, const int32_t * cells, int64_t n, float * scratch) const {
        const row_way way(of, here.row, here.ik2, here.first, here.heads, here.iq3, scratch);
        const int64_t parts = (n + PART - 1)/PART;
        for (int64_t i = parts*here.split/splits; i < parts*(here.split + 1)/splits; ++i) {
            sums s[GROUP];
            way.part(cells + i*PART, (int) std::min(PART, n - i*PART), s);
            for (int64_t h = 0; h < here.heads; ++h) {
                float * to = at(here.row, here.iq3, here.first + h, i);
                memcpy(to, s + h, sizeof(sums));
                memcpy(to + 2, way.values + h*of.DV, of.DV*sizeof(float));
            }
        }
        // Those that the row does not have.
        for (int64_t i = parts + here.split; i < of.n_parts(); i += splits) {
            for (int64_t h = 0; h < here.heads; ++h) {
                const sums none = {LEAST, 0.0f};
                memcpy(at(here.row, here.iq3, here.first + h, i), &none, sizeof(sums));
            }
        }
    }

    void join(int64_t row, int64_t iq3, int64_t head) const {
        float * to = of.result(row, head, iq3);
        sums all = {LEAST, 0.0f};
        memset(to, 0, of.DV*sizeof(float));
        for (int64_t i = 0; i < of.n_parts(); ++i) {
            const float * part = at(row, iq3, head, i);
            sums s;
            memcpy(&s, part, sizeof(sums));
            if (s.most != LEAST) {
                of.add(to, all, part + 2, s);
            }
        }
        of.finish(to, all, head);
    }
};

static void compute(const attention & of, const pieces & work, const shared_parts & parts, int64_t i, float * scratch) {
    const pieces::place here = work.at(i);
    const int64_t n_rows = std::min(work.rows, of.n_rows - here.row);
    int32_t * cells = (int32_t *) scratch;
    scratch += GGML_PAD(of.n_cells, 16);
    const ggml_fp16_t * masks[WIDTH];
    for (int64_t r = 0; r < n_rows; ++r) {
        masks[r] = of.mask_of(here.row + r, here.first, here.iq3);
    }
    int64_t seen = 0;
    const int64_t n = find_cells(masks, (int) n_rows, of.n_cells, cells, &seen);
    if (work.splits > 1) {
        parts.compute(here, work.splits, cells, n, scratch);
    } else if (n_rows > 1 && 2*seen > n*WIDTH) {  // a tile costs as much as half of its rows
        tile_way(of, here.row, n_rows, here.ik2, here.first, here.heads, here.iq3, scratch).whole(cells, n);
    } else {
        for (int64_t r = 0; r < n_rows; ++r) {
            seen = 0;
            const int64_t of_row = n_rows == 1 ? n : find_cells(masks + r, 1, of.n_cells, cells, &seen);
            row_way(of, here.row + r, here.ik2, here.first, here.heads, here.iq3, scratch).whole(cells, of_row);
        }
    }
}

}  // namespace

bool inglenook_attention(const ggml_compute_params * params, ggml_tensor * dst) {
    const attention of(dst);
    if (params->use_ref || !of.is_for_us()) {
        return false;
    }
    GGML_ASSERT(params->wsize >= of.work(params->nth));
    float * scratch = (float *) GGML_PAD((uintptr_t) params->wdata, 64);
    const pieces work(of, params->nth);
    const shared_parts parts = {of, scratch + of.own()*params->nth};
    if (params->ith == 0) {
        ggml_threadpool_chunk_set(params->threadpool, params->nth);
    }
    ggml_barrier(params->threadpool);
    for (int64_t i = params->ith; i < work.count(); i = ggml_threadpool_chunk_add(params->threadpool, 1)) {
        compute(of, work, parts, i, scratch + of.own()*params->ith);
    }
    if (work.splits > 1) {
        ggml_barrier(params->threadpool);
        const int64_t n = of.n_rows*of.q->ne[3]*of.q->ne[2];
        for (int64_t i = params->ith; i < n; i += params->nth) {
            const int64_t head = i % of.q->ne[2], row = i/of.q->ne[2] % of.n_rows;
            parts.join(row, i/of.q->ne[2]/of.n_rows, head);
        }
    }
    return true;
}

size_t inglenook_attention_work(const ggml_tensor * dst, int n_threads) {
    if (dst->op != GGML_OP_FLASH_ATTN_EXT) {
        return 0;
    }
    const attention of(const_cast<ggml_tensor *>(dst));
    return of.is_for_us() ? of.work(n_threads) : 0;
}

#else

bool inglenook_attention(const ggml_compute_params *, ggml_tensor *) { return false; }

size_t inglenook_attention_work(const ggml_tensor *, int) { return 0; }

#endif
