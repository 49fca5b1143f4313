// Products of quantised weights with a few or many columns of activations.
//
// Made part of ggml-cpu by kernels.cmake; docs/decisions/0039 says why and what it brings. ggml
// computes one dot product after another and reads the weights, packed as they are, for each
// column anew. Here a lane of a vector is a row of weights: the weights of WIDTH rows are unpacked
// once for up to BAND columns, no sum across lanes is ever needed, and a product of four pairs of
// bytes is one instruction where the processor has it (VNNI).
//
// Activations are rounded to 8 bits in blocks of 32 with a scale each (Q8_1 of ggml, with scales
// and sums in 32 bits). Each column of the result is summed in the same order, however many are
// computed at once and by however many threads: an answer does not depend on its company.

#include "ggml-backend-impl.h"
#include "ggml-cpu-impl.h"
#include "ggml-cpu.h"
#include "ggml-impl.h"

#include "weights.h"

#include <algorithm>
#include <cstring>
#include <utility>

extern "C" bool   inglenook_mul_mat(const ggml_compute_params * params, ggml_tensor * dst);
extern "C" size_t inglenook_mul_mat_work(const ggml_tensor * dst);

#ifdef INGLENOOK_LANES

namespace {

using namespace lanes;
using weights::PIECE;
using weights::piece;

static constexpr int64_t FEW    = 2;   // columns for which weights are best used as soon as they are unpacked
static constexpr int64_t BAND   = 64;  // columns for which weights are unpacked once
static constexpr int     PIECES = 32;  // unpacked at once: at most 24 KiB of the innermost cache
static constexpr size_t  AHEAD  = 16*1024;  // bytes that are fetched at once
static constexpr int64_t ITEMS  = 8;   // of work for each thread, so that a slow one delays nobody

// A piece of a column of activations in 8 bits.
template <int PARTS> struct rounded {
    int8_t q[PIECE];
    float  scale;
    float  sum[PARTS];  // of the bytes of each part, times the scale
};

// All columns, as they are read: COLUMNS of them side by side, piece after piece.
template <int PARTS> struct columns {
    rounded<PARTS> * data;
    int64_t          n_columns;
    int64_t          n_pieces;

    int64_t width_at(int64_t column) const { return std::min<int64_t>(COLUMNS, n_columns - column/COLUMNS*COLUMNS); }

    rounded<PARTS> * at(int64_t column, int64_t piece) const {
        return data + column/COLUMNS*COLUMNS*n_pieces + piece*width_at(column) + column%COLUMNS;
    }
};

template <int PARTS> static void round_piece(const float * from, rounded<PARTS> * to) {
    int32_t sums[2];
    to->scale = round_to_bytes(from, to->q, sums);
    if (PARTS == 1) {
        to->sum[0] = to->scale*((float) sums[0] + (float) sums[1]);
    } else {
        to->sum[0]         = to->scale*sums[0];
        to->sum[PARTS - 1] = to->scale*sums[1];
    }
}

// The sums of WIDTH rows and C columns that lie side by side.
template <typename T, int C> struct tile {
    floats total[C];

    INLINED void begin() { unrolled<C>([&](auto c) INLINED { total[c] = each(0.0f); }); }
    INLINED void load_from(const float * sum) { unrolled<C>([&](auto c) INLINED { total[c] = load(sum + c*WIDTH); }); }
    INLINED void store_to(float * sum) const { unrolled<C>([&](auto c) INLINED { store(sum + c*WIDTH, total[c]); }); }

    // Adds the products of a piece of the rows with that of the columns, which is at x.
    INLINED void add(const piece<T::PARTS> & w, const rounded<T::PARTS> * x) {
        unrolled<C>([&](auto c) INLINED {
            unrolled<T::PARTS>([&](auto part) INLINED {
                static constexpr int WORDS = PIECE/4/T::PARTS;  // MSVC takes no captured constant for one
                ints dot = each(0);
                unrolled<WORDS>([&](auto i) INLINED {
                    static constexpr int WORD = decltype(part)::value*WORDS + decltype(i)::value;
                    dot = dot4<T::IS_SIGNED>(dot, w.q[WORD], x[c].q + 4*WORD);
                });
                total[c] = times_plus(to_floats(dot), times(w.scale[part], each(x[c].scale)), total[c]);
                total[c] = times_plus(w.base[part], each(x[c].sum[part]), total[c]);
            });
        });
    }
};

// Brings memory near before it is used.
static inline void fetch(const char * p, size_t size) {
    for (size_t line = 0; line < size; line += 64) {
        _mm_prefetch(p + line, _MM_HINT_T1);
    }
}

template <typename T>
struct product {
    using block = typename T::block;
    static constexpr int N = sizeof(block) > sizeof(block_q8_0) ? QK_K/PIECE : 1;  // pieces of a block
    static constexpr int FETCHED = WIDTH*sizeof(block);

    const char * weights;  // the first row
    size_t       stride;   // bytes of a row
    int64_t      n_rows;
    columns<T::PARTS> x;

    const char * at(int64_t row) const { return weights + std::min(row, n_rows - WIDTH)*stride; }

    // Unpacks block i of the WIDTH rows at p. Meanwhile those at next are fetched, as one piece of
    // memory, at the same pace.
    static void unpack(const char * p, const char * next, int64_t i, size_t stride, piece<T::PARTS> * to) {
        fetch(next + i*FETCHED, FETCHED);
        T::unpack(p + i*sizeof(block), stride, to);
    }

    // A few columns: each block is used as soon as it is unpacked.
    template <int C> void few(const char * p, const char * next, int64_t column, float * sum) const {
        piece<T::PARTS> w[N];
        tile<T, C>      here;
        here.begin();
        const rounded<T::PARTS> * from = x.at(column, 0);
        for (int64_t i = 0; i < x.n_pieces/N; ++i) {
            unpack(p, next, i, stride, w);
            for (int k = 0; k < N; ++k, from += C) {
                here.add(w[k], from);
            }
        }
        here.store_to(sum);
    }

    // More columns: many blocks are unpacked, then used for all.
    void many(const char * p, const char * next, int64_t column, int64_t n_columns, float * sum) const {
        alignas(64) piece<T::PARTS> w[PIECES];
        memset(sum, 0, n_columns*WIDTH*sizeof(float));
        for (int64_t first = 0; first < x.n_pieces; first += PIECES) {
            const int n = std::min<int64_t>(PIECES, x.n_pieces - first);
            for (int i = 0; i < n; i += N) {
                unpack(p, next, (first + i)/N, stride, w + i);
            }
            for (int64_t c = 0; c < n_columns; c += COLUMNS) {
                with_constant<COLUMNS>(std::min<int64_t>(COLUMNS, n_columns - c), [&](auto width) {
                    const rounded<T::PARTS> * from = x.at(column + c, first);
                    tile<T, width> here;
                    here.load_from(sum + c*WIDTH);
                    for (int i = 0; i < n; ++i, from += width) {
                        here.add(w[i], from);
                    }
                    here.store_to(sum + c*WIDTH);
                });
            }
        }
    }

    // The rows from `first` on for the columns from `column` on; to[i] is the result of the i-th.
    // Those from `next` on come after them.
    void rows(int64_t first, int64_t next, int64_t column, int64_t n_columns, float * const * to) const {
        alignas(64) float sum[BAND*WIDTH];
        const int64_t shift = std::max<int64_t>(0, first + WIDTH - n_rows);  // the last rows again, not beyond
        const char *  p = at(first), * then = at(next);
        if (n_columns <= FEW) {
            with_constant<FEW>(n_columns, [&](auto width) { few<width>(p, then, column, sum); });
        } else {
            many(p, then, column, n_columns, sum);
        }
        for (int64_t c = 0; c < n_columns; ++c) {
            memcpy(to[c] + first, sum + c*WIDTH + shift, (WIDTH - shift)*sizeof(float));
        }
    }
};

// The columns that one matrix is multiplied with; the places of all matrices follow one another.
struct share {
    int64_t first;
    int64_t count;
};

// A product as ggml asks for it: of one matrix with all columns, or, in a mixture of experts, of
// each column with the matrix that is named for it.
struct task {
    const ggml_tensor * w, * x, * ids;
    ggml_tensor *       dst;

    explicit task(ggml_tensor * result) : w(result->src[0]), x(result->src[1]), ids(result->src[2]), dst(result) {}

    int64_t n_columns() const { return ggml_nrows(dst); }
    int64_t n_pieces() const { return w->ne[0]/PIECE; }
    int64_t n_matrices() const { return ids ? w->ne[2] : 1; }

    // The order of the columns, then the first place of each matrix, behind the activations.
    size_t order_at(size_t size) const { return GGML_PAD(n_columns()*n_pieces()*size, sizeof(int32_t)); }
    size_t work() const {
        return order_at(sizeof(rounded<2>)) + (ids ? (n_columns() + n_matrices() + 1)*sizeof(int32_t) : 0);
    }

    const float * activations(int64_t column) const {
        const int64_t i1 = column % dst->ne[1] % x->ne[1];  // experts of a token may share its column
        const int64_t i2 = column / dst->ne[1] % dst->ne[2];
        const int64_t i3 = column / dst->ne[1] / dst->ne[2];
        return (const float *) ((const char *) x->data + i1*x->nb[1] + i2*x->nb[2] + i3*x->nb[3]);
    }
    float * result(int64_t column) const { return (float *) dst->data + column*dst->ne[0]; }
    int32_t matrix_of(int64_t column) const {
        const int64_t i = column % ids->ne[0], token = column / ids->ne[0];
        return *(const int32_t *) ((const char *) ids->data + i*ids->nb[0] + token*ids->nb[1]);
    }

    // Sorts the columns by their matrices.
    void sort(int32_t * order, int32_t * starts) const {
        std::fill(starts, starts + n_matrices() + 1, 0);
        for (int64_t i = 0; i < n_columns(); ++i) {
            GGML_ASSERT(matrix_of(i) >= 0 && matrix_of(i) < n_matrices());
            starts[matrix_of(i) + 1]++;
        }
        for (int64_t m = 0; m < n_matrices(); ++m) {
            starts[m + 1] += starts[m];
        }
        for (int64_t i = n_columns() - 1; i >= 0; --i) {
            order[--starts[matrix_of(i) + 1]] = i;
        }
        // Counted back, each is now where the matrix before it begins.
        for (int64_t m = 0; m < n_matrices(); ++m) {
            starts[m] = starts[m + 1];
        }
        starts[n_matrices()] = n_columns();
    }
};

template <typename T> static void compute(const ggml_compute_params * params, const task & of) {
    using number = rounded<T::PARTS>;
    number *  data  = (number *) params->wdata;
    int32_t * order = of.ids ? (int32_t *) ((char *) params->wdata + of.order_at(sizeof(number))) : nullptr;
    int32_t * starts = order ? order + of.n_columns() : nullptr;
    GGML_ASSERT(params->wsize >= of.work());
    if (order) {
        if (params->ith == 0) {
            of.sort(order, starts);
        }
        ggml_barrier(params->threadpool);
    }
    const auto share_of = [&](int64_t m) {
        return order ? share{starts[m], starts[m + 1] - starts[m]} : share{0, of.n_columns()};
    };
    const auto columns_of = [&](share s) {
        return columns<T::PARTS>{data + s.first*of.n_pieces(), s.count, of.n_pieces()};
    };

    const int64_t begin = of.n_pieces()*params->ith/params->nth;
    const int64_t end   = of.n_pieces()*(params->ith + 1)/params->nth;
    for (int64_t m = 0; m < of.n_matrices(); ++m) {
        const share s  = share_of(m);
        const auto  to = columns_of(s);
        for (int64_t i = 0; i < s.count; ++i) {
            const float * from = of.activations(order ? order[s.first + i] : i);
            for (int64_t at = begin; at < end; ++at) {
                round_piece(from + at*PIECE, to.at(i, at));
            }
        }
    }
    if (params->ith == 0) {
        ggml_threadpool_chunk_set(params->threadpool, params->nth);
    }
    const int64_t groups = (of.w->ne[1] + WIDTH - 1)/WIDTH;
    const auto groups_of_item = [&](int64_t bands) { return std::max<int64_t>(1, groups*bands/(ITEMS*params->nth)); };
    if (!order) {  // what this thread is likely to begin with comes while it waits for the others
        const int64_t a_item = groups_of_item((of.n_columns() + BAND - 1)/BAND);
        const int64_t row = std::min(params->ith*a_item%groups*WIDTH, of.w->ne[1] - WIDTH);
        fetch((const char *) of.w->data + row*of.w->nb[1], std::min(WIDTH*of.w->nb[1], AHEAD));
    }
    ggml_barrier(params->threadpool);

    int64_t item = params->ith, items_before = 0;
    for (int64_t m = 0; m < of.n_matrices(); ++m) {
        const share   s       = share_of(m);
        const int64_t bands   = (s.count + BAND - 1)/BAND;
        const int64_t a_item  = groups_of_item(bands);
        const int64_t n_items = (groups + a_item - 1)/a_item;
        const product<T> here = {(const char *) of.w->data + m*of.w->nb[2], of.w->nb[1], of.w->ne[1], columns_of(s)};
        const auto    group_of = [&](int64_t at) { return (at - items_before)%n_items*a_item; };
        const auto    is_here  = [&](int64_t at) { return at - items_before < n_items*bands; };
        while (is_here(item)) {
            const int64_t column = (item - items_before)/n_items*BAND;
            const int64_t group  = group_of(item), last = std::min(groups, group + a_item) - 1;
            const int64_t count  = std::min(BAND, s.count - column);
            float * to[BAND];
            for (int64_t i = 0; i < count; ++i) {
                to[i] = of.result(order ? order[s.first + column + i] : column + i);
            }
            for (int64_t g = group; g < last; ++g) {
                here.rows(g*WIDTH, (g + 1)*WIDTH, column, count, to);
            }
            // What comes next is taken before the last rows, so that its first ones are fetched
            // meanwhile; at the end of the matrix it is those that are near already.
            item = ggml_threadpool_chunk_add(params->threadpool, 1);
            here.rows(last*WIDTH, (is_here(item) ? group_of(item) : last)*WIDTH, column, count, to);
        }
        items_before += n_items*bands;
    }
}

using computing = void (*)(const ggml_compute_params *, const task &);

// What computes with weights of a type; none: ggml does.
static computing computing_with(ggml_type type) {
    switch (type) {
        case GGML_TYPE_Q4_0:   return compute<weights::q4_0>;
        case GGML_TYPE_Q4_1:   return compute<weights::q4_1>;
        case GGML_TYPE_Q5_0:   return compute<weights::q5_0>;
        case GGML_TYPE_Q5_1:   return compute<weights::q5_1>;
        case GGML_TYPE_Q8_0:   return compute<weights::q8_0>;
        case GGML_TYPE_Q2_K:   return compute<weights::q2_K>;
        case GGML_TYPE_Q3_K:   return compute<weights::q3_K>;
        case GGML_TYPE_Q4_K:   return compute<weights::q4_K>;
        case GGML_TYPE_Q5_K:   return compute<weights::q5_K>;
        case GGML_TYPE_Q6_K:   return compute<weights::q6_K>;
        case GGML_TYPE_IQ4_NL: return compute<weights::iq4_nl>;
        case GGML_TYPE_IQ4_XS: return compute<weights::iq4_xs>;
        case GGML_TYPE_MXFP4:  return compute<weights::mxfp4>;
        default:               return nullptr;
    }
}

// Rows of weights that follow one another without a gap, and whole columns.
static bool is_for_us(const task & of) {
    return computing_with(of.w->type) && ggml_is_contiguous(of.dst) && of.w->ne[3] == 1 && of.w->ne[1] >= WIDTH
        && (of.ids || of.w->ne[2] == 1) && of.w->nb[1] == ggml_row_size(of.w->type, of.w->ne[0])
        && of.x->type == GGML_TYPE_F32 && of.x->nb[0] == sizeof(float);
}

}  // namespace

bool inglenook_mul_mat(const ggml_compute_params * params, ggml_tensor * dst) {
    const task of(dst);
    if (params->use_ref || !is_for_us(of)) {
        return false;
    }
    computing_with(of.w->type)(params, of);
    return true;
}

size_t inglenook_mul_mat_work(const ggml_tensor * dst) {
    if (dst->op != GGML_OP_MUL_MAT && dst->op != GGML_OP_MUL_MAT_ID) {
        return 0;
    }
    const task of(const_cast<ggml_tensor *>(dst));
    return is_for_us(of) ? of.work() : 0;
}

#else

bool inglenook_mul_mat(const ggml_compute_params *, ggml_tensor *) { return false; }

size_t inglenook_mul_mat_work(const ggml_tensor *) { return 0; }

#endif
