// Attention of a few rows over a cache that many conversations share.
//
// Made part of ggml-cpu by kernels.cmake; docs/decisions/0038 says why and what it brings. In one cache
// for all conversations, a row sees few of the cells in use: those of its own conversation, which
// lie scattered among the others'. So the cells that it sees are gathered into small dense tiles,
// each once for all heads that share it, and everything after that is dense arithmetic in 32
// bits. It computes what
// ggml_compute_forward_flash_attn_ext_f16_one_chunk computes, whose names it keeps; that one
// adds in 16 bits, so that this is nearer to the exact result.
//
// The softmax goes along tile by tile with a running maximum and sum (Rabe and Staats 2021,
// arXiv:2112.05682). A piece of work is one row, one head of the cache with up to GROUP heads
// that share it, and one part of the cells that the row sees. Where there are several parts,
// their results are joined at the end.

#include "common.h"
#include "ggml-cpu-impl.h"
#include "ggml-cpu.h"
#include "ggml-impl.h"
#include "ops.h"
#include "simd-mappings.h"
#include "vec.h"

#include "simd-gemm.h"  // last: it uses what the others define

#include <algorithm>
#include <cmath>
#include <cstring>

namespace {

static constexpr int     TILE     = 32;  // cells gathered at once: K and V of 64 numbers fill 16 KiB
static constexpr int64_t GROUP    = 16;  // heads that share a tile
static constexpr int64_t FEW      = 3;   // below so many heads a dot product for each is quicker
static constexpr int64_t SPARE    = 2;   // pieces for each thread, so that a slow one delays nobody
static constexpr int64_t FULL     = 64;  // least cells of a part
static constexpr int64_t LANES    = 16;  // a row of scores is padded to so many heads

// The first cell from ic on that the row sees, or end. The mask of a hidden cell is -infinity.
static inline int64_t next_seen(const ggml_fp16_t * mask, int64_t ic, int64_t end) {
    static constexpr uint64_t HIDDEN = 0xFC00FC00FC00FC00;  // four of them
    if (!mask) {
        return ic;
    }
    for (uint64_t four; ic + 4 <= end; ic += 4) {
        memcpy(&four, mask + ic, sizeof(four));
        if (four != HIDDEN) {
            break;
        }
    }
    while (ic < end && mask[ic] == 0xFC00) {
        ++ic;
    }
    return ic;
}

static inline int64_t count_seen(const ggml_fp16_t * mask, int64_t end) {
    int64_t count = mask ? 0 : end;
    for (int64_t ic = 0; mask && ic < end; ++ic) {
        count += mask[ic] != 0xFC00;
    }
    return count;
}

struct attention {
    const ggml_tensor * q, * k, * v, * mask, * sinks;
    ggml_tensor *       dst;

    int64_t DK, DV, n_rows, n_cells, n_groups, n_parts, n_pieces, heads_per_kv, heads_per_group;
    float   scale, max_bias, softcap;

    float * scratch;   // of all threads, then the parts
    int64_t own;       // floats of a thread
    float * parts;

    // False if it is not for this kind of tensors; then nothing was done.
    bool init(const ggml_compute_params * params, ggml_tensor * out) {
        dst = out;
        q = out->src[0]; k = out->src[1]; v = out->src[2]; mask = out->src[3]; sinks = out->src[4];
        if (params->use_ref || q->type != GGML_TYPE_F32 || k->type != GGML_TYPE_F16 || v->type != GGML_TYPE_F16) {
            return false;
        }
        if (q->nb[0] != sizeof(float) || k->nb[0] != sizeof(ggml_fp16_t) || v->nb[0] != sizeof(ggml_fp16_t)) {
            return false;
        }
        // Many rows of a prompt are quicker tile by tile of rows; there, little is hidden.
        if (q->ne[1] >= (int64_t) ggml_fa_tile_config::Q || k->ne[2] != v->ne[2] || k->ne[3] != v->ne[3]) {
            return false;
        }
        DK = k->ne[0]; DV = v->ne[0]; n_cells = k->ne[1];
        n_rows       = q->ne[1]*q->ne[3];
        heads_per_kv = q->ne[2]/k->ne[2];
        n_groups     = (heads_per_kv + GROUP - 1)/GROUP;
        heads_per_group = (heads_per_kv + n_groups - 1)/n_groups;

        memcpy(&scale,    (float *) dst->op_params + 0, sizeof(float));
        memcpy(&max_bias, (float *) dst->op_params + 1, sizeof(float));
        memcpy(&softcap,  (float *) dst->op_params + 2, sizeof(float));
        if (softcap != 0.0f) {
            scale /= softcap;
        }

        const int64_t whole = n_rows*k->ne[2]*n_groups;
        const int64_t most  = std::max<int64_t>(1, n_cells/FULL);
        n_parts  = std::min(most, (SPARE*params->nth + whole - 1)/whole);
        if (params->nth == 1 || whole >= SPARE*params->nth) {
            n_parts = 1;
        }
        own      = TILE*(DK + DV + LANES) + GROUP*(DV + TILE) + LANES*DK + CACHE_LINE_SIZE_F32;
        scratch  = (float *) params->wdata;
        parts    = scratch + own*params->nth;
        const int64_t needed = own*params->nth + (n_parts > 1 ? n_rows*q->ne[2]*n_parts*(DV + 2) : 0);
        n_pieces = whole*n_parts;
        return needed*sizeof(float) <= params->wsize;
    }

    const ggml_fp16_t * mask_of(int64_t iq1, int64_t iq2, int64_t iq3) const {
        return mask ? (const ggml_fp16_t *) ((const char *) mask->data + iq1*mask->nb[1] + (iq2%mask->ne[2])*mask->nb[2] + (iq3%mask->ne[3])*mask->nb[3]) : nullptr;
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

    // Where the result of a head is put.
    float * result(int64_t iq1, int64_t head, int64_t iq3) const {
        return (float *) ((char *) dst->data + (iq3*dst->ne[2]*dst->ne[1] + head + iq1*dst->ne[1])*dst->nb[1]);
    }

    float * part_of(int64_t row, int64_t head, int64_t part) const {
        return parts + ((row*q->ne[2] + head)*n_parts + part)*(DV + 2);
    }

    void compute(int64_t piece, int ith) const {
        // The heads of a row follow one another: what they read lies side by side.
        const int64_t group = piece % n_groups;
        const int64_t ik2   = piece/n_groups % k->ne[2];
        const int64_t part  = piece/n_groups/k->ne[2] % n_parts;
        const int64_t row   = piece/n_groups/k->ne[2]/n_parts;
        const int64_t iq1   = row % q->ne[1];
        const int64_t iq3   = row / q->ne[1];
        const int64_t first = ik2*heads_per_kv + group*heads_per_group;
        const int64_t heads = std::min(heads_per_group, (ik2 + 1)*heads_per_kv - first);
        const int64_t ik3   = iq3/(q->ne[3]/k->ne[3]);
        const bool    is_dot = heads < FEW;

        float * K32  = scratch + ith*own;   // TILE x DK
        float * V32  = K32 + TILE*DK;       // TILE x DV
        float * KQ   = V32 + TILE*DV;       // TILE x LANES
        float * P    = KQ + TILE*LANES;     // heads x TILE
        float * VKQ  = P + GROUP*TILE;      // heads x DV
        float * Q_t  = VKQ + GROUP*DV;      // DK x LANES, or heads x DK

        float M[GROUP], S[GROUP], slope[GROUP];
        memset(VKQ, 0, heads*DV*sizeof(float));
        if (!is_dot) {
            memset(Q_t, 0, LANES*DK*sizeof(float));
        }
        for (int64_t g = 0; g < heads; ++g) {
            M[g] = -INFINITY;
            S[g] = 0.0f;
            slope[g] = slope_of(first + g);
            const float * from = (const float *) ((const char *) q->data + iq1*q->nb[1] + (first + g)*q->nb[2] + iq3*q->nb[3]);
            for (int64_t d = 0; d < DK; ++d) {
                Q_t[is_dot ? g*DK + d : d*LANES + g] = from[d]*scale;
            }
        }

        // Heads of one group have one mask: it differs by head in no model, and ggml asks for
        // a multiple only.
        const ggml_fp16_t * mp = mask_of(iq1, first, iq3);
        int64_t seen = n_parts > 1 ? count_seen(mp, n_cells) : n_cells;
        int64_t skip = n_parts > 1 ? seen*part/n_parts : 0;
        int64_t left = n_parts > 1 ? seen*(part + 1)/n_parts - skip : n_cells;
        int64_t ic   = next_seen(mp, 0, n_cells);
        for (; skip > 0; --skip) {
            ic = next_seen(mp, ic + 1, n_cells);
        }

        const char * K = (const char *) k->data + ik2*k->nb[2] + ik3*k->nb[3];
        const char * V = (const char *) v->data + ik2*v->nb[2] + ik3*v->nb[3];
        int64_t cells[TILE], next[TILE];
        int     n_next = find(mp, K, V, ic, left, next);
        while (n_next > 0) {
            const int n = n_next;
            memcpy(cells, next, sizeof(cells));
            n_next = find(mp, K, V, ic, left, next);
            float bias[TILE];
            for (int i = 0; i < n; ++i) {
                ggml_cpu_fp16_to_fp32((const ggml_fp16_t *) (K + cells[i]*k->nb[1]), K32 + i*DK, DK);
                ggml_cpu_fp16_to_fp32((const ggml_fp16_t *) (V + cells[i]*v->nb[1]), V32 + i*DV, DV);
                bias[i] = mp ? GGML_CPU_FP16_TO_FP32(mp[cells[i]]) : 0.0f;
            }
            score(Q_t, K32, KQ, P, bias, slope, n, heads, is_dot);
            for (int64_t g = 0; g < heads; ++g) {
                float * p = P + g*TILE;
                float most;
                ggml_vec_max_f32(n, &most, p);
                if (most > M[g]) {
                    const float ms = expf(M[g] - most);
                    ggml_vec_scale_f32(DV, VKQ + g*DV, ms);
                    S[g] *= ms;
                    M[g] = most;
                }
                S[g] += (float) ggml_vec_soft_max_f32(n, p, p, M[g]);
                if (n < TILE) {
                    memset(p + n, 0, (TILE - n)*sizeof(float));
                }
            }
            if (n < TILE) {
                memset(V32 + n*DV, 0, (TILE - n)*DV*sizeof(float));
            }
            simd_gemm(VKQ, P, V32, heads, TILE, DV);
        }

        for (int64_t g = 0; g < heads; ++g) {
            if (n_parts > 1) {
                float * to = part_of(row, first + g, part);
                to[0] = M[g];
                to[1] = S[g];
                memcpy(to + 2, VKQ + g*DV, DV*sizeof(float));
            } else {
                finish(VKQ + g*DV, M[g], S[g], first + g);
                memcpy(result(iq1, first + g, iq3), VKQ + g*DV, DV*sizeof(float));
            }
        }
    }

    // The next cells that a row sees, at most TILE of those left; they are on their way then.
    int find(const ggml_fp16_t * mp, const char * K, const char * V, int64_t & ic, int64_t & left, int64_t * cells) const {
        int n = 0;
        for (; n < TILE && left > 0 && ic < n_cells; ++n, --left) {
            cells[n] = ic;
            fetch(K + ic*k->nb[1], DK);
            fetch(V + ic*v->nb[1], DV);
            ic = next_seen(mp, ic + 1, n_cells);
        }
        return n;
    }

    static void fetch(const char * from, int64_t count) {
#if defined(__GNUC__)
        for (int64_t at = 0; at < count*(int64_t) sizeof(ggml_fp16_t); at += 64) {
            __builtin_prefetch(from + at);
        }
#else
        GGML_UNUSED(from);
        GGML_UNUSED(count);
#endif
    }

    // P = scores of n cells for each head, biased; rows of TILE.
    void score(const float * Q_t, const float * K32, float * KQ, float * P, const float * bias,
               const float * slope, int n, int64_t heads, bool is_dot) const {
        if (is_dot) {
            for (int64_t g = 0; g < heads; ++g) {
                for (int i = 0; i < n; ++i) {
                    ggml_vec_dot_f32((int) DK, P + g*TILE + i, 0, K32 + i*DK, 0, Q_t + g*DK, 0, 1);
                }
            }
        } else {
            memset(KQ, 0, n*LANES*sizeof(float));
            simd_gemm(KQ, K32, Q_t, n, (int) DK, LANES);
            for (int64_t g = 0; g < heads; ++g) {
                for (int i = 0; i < n; ++i) {
                    P[g*TILE + i] = KQ[i*LANES + g];
                }
            }
        }
        for (int64_t g = 0; g < heads; ++g) {
            for (int i = 0; i < n; ++i) {
                float s = P[g*TILE + i];
                if (softcap != 0.0f) {
                    s = softcap*tanhf(s);
                }
                P[g*TILE + i] = s + slope[g]*bias[i];
            }
        }
    }

    void finish(float * VKQ, float M, float S, int64_t head) const {
        if (sinks) {
            const float s = ((const float *) sinks->data)[head];
            const float most = fmaxf(s, M);
            const float ms = M == -INFINITY ? 0.0f : expf(M - most);
            ggml_vec_scale_f32(DV, VKQ, ms);
            S = S*ms + expf(s - most);
        }
        ggml_vec_scale_f32(DV, VKQ, S == 0.0f ? 0.0f : 1.0f/S);
    }

    // Join the parts of one head of one row.
    void join(int64_t at) const {
        const int64_t head = at % q->ne[2];
        const int64_t row  = at / q->ne[2];
        float * VKQ = part_of(row, head, 0) + 2;
        float   M = VKQ[-2], S = VKQ[-1];
        for (int64_t i = 1; i < n_parts; ++i) {
            const float * other = part_of(row, head, i);
            if (other[1] == 0.0f) {
                continue;
            }
            const float most = fmaxf(M, other[0]);
            const float ms = M == -INFINITY ? 0.0f : expf(M - most);
            const float vs = expf(other[0] - most);
            for (int64_t d = 0; d < DV; ++d) {
                VKQ[d] = VKQ[d]*ms + other[2 + d]*vs;
            }
            S = S*ms + other[1]*vs;
            M = most;
        }
        finish(VKQ, M, S, head);
        memcpy(result(row % q->ne[1], head, row / q->ne[1]), VKQ, DV*sizeof(float));
    }
};

}  // namespace

// The attention of ggml's graph; false if it is not for these tensors, and nothing was done.
bool inglenook_flash_attn_few_rows(const ggml_compute_params * params, ggml_tensor * dst);

bool inglenook_flash_attn_few_rows(const ggml_compute_params * params, ggml_tensor * dst) {
    attention work;
    if (!work.init(params, dst)) {
        return false;
    }
    if (params->ith == 0) {
        ggml_threadpool_chunk_set(params->threadpool, params->nth);
    }
    ggml_barrier(params->threadpool);
    for (int64_t piece = params->ith; piece < work.n_pieces;) {
        work.compute(piece, params->ith);
        piece = ggml_threadpool_chunk_add(params->threadpool, 1);
    }
    if (work.n_parts > 1) {
        ggml_barrier(params->threadpool);
        for (int64_t at = params->ith; at < work.n_rows*dst->src[0]->ne[2]; at += params->nth) {
            work.join(at);
        }
    }
    return true;
}
