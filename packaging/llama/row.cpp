// What odds and scores need of a row of logits: one call from Python for each token.
//
// Each number is added in the same order, whoever asks. Where lanes.h has nothing for a processor
// there is no such function, and engine/rowpass.py does the same with numpy.
#include "lanes.h"

#include <cstring>

// The function of ours that goes by a name; none by any other. ggml asks it last.
void * inglenook_function(const char * name);

#ifdef INGLENOOK_LANES

#include <algorithm>

namespace {

using namespace lanes;

constexpr int     SUMS  = 4;           // that grow side by side, so that none waits for itself
constexpr int     STEP  = SUMS*WIDTH;
constexpr int64_t BLOCK = 64*STEP;     // so many numbers are added in 32 bits, all blocks in 64

// The likeliest tokens so far, best first; of equal ones the first.
struct ranking {
    const float * row;
    int32_t *     ids;
    int32_t       room;
    int32_t       found = 0;
    float         floor = -INFINITY;  // what is not above it has no place; nothing that is no number is

    void offer(int64_t first, int64_t end) {
        for (int64_t i = first; i < end; ++i) {
            if (row[i] > floor) {
                insert((int32_t) i);
            }
        }
    }

    void insert(int32_t id) {
        int32_t at = found < room ? found++ : room - 1;
        for (; at > 0 && row[ids[at - 1]] < row[id]; --at) {
            ids[at] = ids[at - 1];
        }
        ids[at] = id;
        if (found == room) {
            floor = row[ids[room - 1]];
        }
    }
};

static double total(const floats * sums) {
    float each_of[STEP];
    unrolled<SUMS>([&](auto j) { store(each_of + j*WIDTH, sums[j]); });
    double sum = 0.0;
    for (const float one : each_of) {
        sum += one;
    }
    return sum;
}

// The sum of all numbers, which is none if one of them is none; and the highest.
template <bool RANKS> static double look(const float * row, int64_t size, ranking & best, float & highest_one) {
    floats most[SUMS];
    std::fill_n(most, SUMS, each(-INFINITY));
    double  sum = 0.0;
    int64_t i   = 0;
    while (size - i >= STEP) {
        const int64_t end = i + std::min(BLOCK, (size - i)/STEP*STEP);
        floats sums[SUMS];
        std::fill_n(sums, SUMS, each(0.0f));
        for (; i < end; i += STEP) {
            floats above = each(best.floor);
            unrolled<SUMS>([&](auto j) {
                const floats x = load(row + i + j*WIDTH);
                sums[j] = plus(sums[j], x);
                most[j] = highest(x, most[j]);
                above   = highest(x, above);  // the second one where x is no number
            });
            if (RANKS && !are_equal(above, each(best.floor))) {
                best.offer(i, i + STEP);
            }
        }
        sum += total(sums);
    }
    if (RANKS) {
        best.offer(i, size);
    }
    highest_one = highest_of(highest(highest(most[0], most[1]), highest(most[2], most[3])));
    for (; i < size; ++i) {
        sum += row[i];
        highest_one = std::max(highest_one, row[i]);
    }
    return sum;
}

// The sum of the powers of e, each less the highest; below e^-86 they are nothing.
static double sum_of_powers(const float * row, int64_t size, float most) {
    const auto power = [most](floats x) INLINED {
        return power_of_two(times(minus(x, each(most)), each(1.44269504f)), each(0.0f));  // log2(e)
    };
    double  sum = 0.0;
    int64_t i   = 0;
    while (size - i >= STEP) {
        const int64_t end = i + std::min(BLOCK, (size - i)/STEP*STEP);
        floats sums[SUMS];
        std::fill_n(sums, SUMS, each(0.0f));
        for (; i < end; i += STEP) {
            unrolled<SUMS>([&](auto j) INLINED { sums[j] = plus(sums[j], power(load(row + i + j*WIDTH))); });
        }
        sum += total(sums);
    }
    float last[STEP];
    std::fill_n(last, STEP, -INFINITY);
    std::copy(row + i, row + size, last);
    floats sums[SUMS];
    unrolled<SUMS>([&](auto j) INLINED { sums[j] = power(load(last + j*WIDTH)); });
    return sum + total(sums);
}

static double mean_of_finite(const float * row, int64_t size) {
    double  sum   = 0.0;
    int64_t count = 0;
    for (int64_t i = 0; i < size; ++i) {
        if (std::isfinite(row[i])) {
            sum += row[i];
            ++count;
        }
    }
    return count ? sum/count : NAN;
}

// Reads a row of size numbers. to[0] becomes log(sum(exp(row))), or no number if the highest is
// not finite or one of them is no number; to[1] the mean of the finite ones. The indices of the
// room highest ones above minus infinity go to ids; returns how many there are.
static int32_t read_row(const float * row, int64_t size, int32_t * ids, int32_t room, double * to) {
    ranking best{row, ids, room};
    float   most;
    const double sum = room > 0 ? look<true>(row, size, best, most) : look<false>(row, size, best, most);
    to[0] = std::isfinite(most) ? most + std::log(sum_of_powers(row, size, most)) : NAN;
    to[1] = std::isfinite(sum) ? sum/size : mean_of_finite(row, size);
    return best.found;
}

}  // namespace

void * inglenook_function(const char * name) {
    return strcmp(name, "inglenook_read_row") == 0 ? (void *) read_row : nullptr;
}

#else

void * inglenook_function(const char *) { return nullptr; }

#endif
