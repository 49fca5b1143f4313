// Graphics cards that are not there: a ggml backend with memory of a given size.
//
// GGML_FAKE_GPU="CUDA0,gpu,8192,7800,Card;MTL0,igpu,16384,12000,Chip,0000:01:00.0" names the
// devices: name, kind, total MiB, free MiB, description, and perhaps an id. Their memory is not
// main memory to llama.cpp, so layers, caches and graphs are split as on real cards; what goes
// beyond the free memory fails. The processor does the work: text is really written.
//
// With GGML_FAKE_GPU_ZEROS=1 what is written in large pieces is thrown away and all memory reads
// as zeros: models of any size then "load" without taking memory. GGML_FAKE_GPU_RAM_MIB sets a
// limit for main memory, which is then pretended as well. GGML_FAKE_GPU_OVERHEAD_MIB is taken of a
// card by each context, and never told.

#include "ggml-backend-impl.h"
#include "ggml-cpu.h"

#include <sys/mman.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace {

constexpr size_t mib = 1024 * 1024, large = 256 * 1024;

struct Pool {
    std::string name, words, id;
    enum ggml_backend_dev_type kind = GGML_BACKEND_DEVICE_TYPE_GPU;
    size_t total = 0, free = 0;
    std::atomic<size_t> used{0};
    ggml_backend_device device{};
    ggml_backend_buffer_type memory{};
};

struct Piece {
    Pool * pool;
    char * base;
    size_t size;
};

std::vector<std::unique_ptr<Pool>> pools;
Pool ram;
ggml_backend_reg_t ours;
std::string backend_name = "CUDA";
bool zeros;
size_t overhead;

ggml_backend_dev_t processor() {
    return ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
}

// --- buffers ---

void free_piece(ggml_backend_buffer_t buffer) {
    auto * piece = static_cast<Piece *>(buffer->context);
    piece->pool->used -= piece->size;
    if (piece->size) munmap(piece->base, piece->size);
    delete piece;
}

void * base_of(ggml_backend_buffer_t buffer) {
    return static_cast<Piece *>(buffer->context)->base;
}

void memset_in(ggml_backend_buffer_t, ggml_tensor * tensor, uint8_t value, size_t offset, size_t size) {
    if (!zeros || value) memset(static_cast<char *>(tensor->data) + offset, value, size);
}

void set_in(ggml_backend_buffer_t, ggml_tensor * tensor, const void * data, size_t offset, size_t size) {
    if (!zeros || size < large) memcpy(static_cast<char *>(tensor->data) + offset, data, size);
}

void get_from(ggml_backend_buffer_t, const ggml_tensor * tensor, void * data, size_t offset, size_t size) {
    memcpy(data, static_cast<const char *>(tensor->data) + offset, size);
}

void clear(ggml_backend_buffer_t buffer, uint8_t value) {
    // Fresh pages are zeros, and writing them would take them for real.
    auto * piece = static_cast<Piece *>(buffer->context);
    if (!zeros || value) memset(piece->base, value, piece->size);
}

const ggml_backend_buffer_i buffer_functions = {
    free_piece, base_of, nullptr, memset_in, set_in, get_from, nullptr, nullptr, nullptr, clear, nullptr,
};

ggml_backend_buffer_t allocate(Pool & pool, ggml_backend_buffer_type_t kind, size_t size) {
    if (pool.used.fetch_add(size) + size > pool.free) {
        pool.used -= size;
        return nullptr;
    }
    void * base = nullptr;
    if (size) {
        base = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (base == MAP_FAILED) {
            pool.used -= size;
            return nullptr;
        }
    }
    auto * piece = new Piece{&pool, static_cast<char *>(base), size};
    return ggml_backend_buffer_init(kind, buffer_functions, piece, size);
}

ggml_backend_buffer_t allocate_on_card(ggml_backend_buffer_type_t kind, size_t size) {
    return allocate(*static_cast<Pool *>(kind->context), kind, size);
}

ggml_backend_buffer_t allocate_in_ram(ggml_backend_buffer_type_t kind, size_t size) {
    return allocate(ram, kind, size);
}

const char * memory_name(ggml_backend_buffer_type_t kind) {
    return static_cast<Pool *>(kind->context)->name.c_str();
}

size_t alignment(ggml_backend_buffer_type_t) { return 128; }

size_t size_on_card(ggml_backend_buffer_type_t, const ggml_tensor * tensor) {
    // As CUDA: rows of quantised tensors are read in steps of 512 numbers.
    size_t size = ggml_nbytes(tensor);
    if (ggml_is_quantized(tensor->type) && tensor->ne[0] % 512 != 0) {
        size += ggml_row_size(tensor->type, 512 - tensor->ne[0] % 512);
    }
    return size;
}

Pool & pool_of(ggml_backend_dev_t device) { return *static_cast<Pool *>(device->context); }

// --- computing ---

const char * name_of(ggml_backend_t backend) {
    return static_cast<Pool *>(backend->device->context)->name.c_str();
}

void free_backend(ggml_backend_t backend) {
    static_cast<Pool *>(backend->device->context)->used -= overhead;
    ggml_backend_free(static_cast<ggml_backend_t>(backend->context));
    delete backend;
}

ggml_status compute(ggml_backend_t backend, ggml_cgraph * graph) {
    return ggml_backend_graph_compute(static_cast<ggml_backend_t>(backend->context), graph);
}

ggml_backend_t start(ggml_backend_dev_t device, const char *) {
    // A driver's own memory is gone once it has been used.
    pool_of(device).used += overhead;
    static uint8_t name[16] = "inglenook-fake!";
    ggml_backend_i functions{};
    functions.get_name = name_of;
    functions.free = free_backend;
    functions.graph_compute = compute;
    return new ggml_backend{reinterpret_cast<ggml_guid_t>(name), functions, device, ggml_backend_dev_init(processor(), nullptr)};
}

// --- devices ---

const char * device_name(ggml_backend_dev_t device) { return pool_of(device).name.c_str(); }

const char * description(ggml_backend_dev_t device) { return pool_of(device).words.c_str(); }

void memory(ggml_backend_dev_t device, size_t * free, size_t * total) {
    const Pool & pool = pool_of(device);
    *free = pool.free - std::min(pool.free, pool.used.load());
    *total = pool.total;
}

enum ggml_backend_dev_type kind_of(ggml_backend_dev_t device) { return pool_of(device).kind; }

void properties(ggml_backend_dev_t device, ggml_backend_dev_props * found) {
    *found = {};
    found->name = device_name(device);
    found->description = description(device);
    found->type = kind_of(device);
    found->device_id = pool_of(device).id.empty() ? nullptr : pool_of(device).id.c_str();
    memory(device, &found->memory_free, &found->memory_total);
}

ggml_backend_buffer_type_t memory_of(ggml_backend_dev_t device) { return &pool_of(device).memory; }

bool can(ggml_backend_dev_t, const ggml_tensor * op) { return ggml_backend_dev_supports_op(processor(), op); }

bool can_use(ggml_backend_dev_t device, ggml_backend_buffer_type_t kind) { return kind == &pool_of(device).memory; }

bool wants(ggml_backend_dev_t, const ggml_tensor * op) {
    // As CUDA: large batches are worth copying the weights for.
    const bool by_expert = op->op == GGML_OP_MUL_MAT_ID;
    const int64_t rows = op->op == GGML_OP_GET_ROWS ? 0 : by_expert ? op->ne[2] : op->ne[1];
    return rows >= 32;
}

ggml_backend_device_i device_functions() {
    ggml_backend_device_i all{};
    all.get_name = device_name;
    all.get_description = description;
    all.get_memory = memory;
    all.get_type = kind_of;
    all.get_props = properties;
    all.init_backend = start;
    all.get_buffer_type = memory_of;
    all.supports_op = can;
    all.supports_buft = can_use;
    all.offload_op = wants;
    return all;
}

const char * registry_name(ggml_backend_reg_t) { return backend_name.c_str(); }
size_t count(ggml_backend_reg_t) { return pools.size(); }
ggml_backend_dev_t at(ggml_backend_reg_t, size_t index) { return &pools[index]->device; }

void add(const std::string & words) {
    std::istringstream stream(words);
    auto pool = std::make_unique<Pool>();
    std::string kind, total, free;
    std::getline(stream, pool->name, ',');
    std::getline(stream, kind, ',');
    std::getline(stream, total, ',');
    std::getline(stream, free, ',');
    std::getline(stream, pool->words, ',');
    std::getline(stream, pool->id, ',');
    if (kind == "igpu") pool->kind = GGML_BACKEND_DEVICE_TYPE_IGPU;
    if (kind == "accel") pool->kind = GGML_BACKEND_DEVICE_TYPE_ACCEL;
    pool->total = std::stoull(total) * mib;
    pool->free = std::stoull(free) * mib;
    pool->device = {device_functions(), ours, pool.get()};
    pool->memory = {{memory_name, allocate_on_card, alignment, nullptr, size_on_card, nullptr}, &pool->device, pool.get()};
    pools.push_back(std::move(pool));
}

// --- main memory ---

void (*real_properties)(ggml_backend_dev_t, ggml_backend_dev_props *);

void properties_without_mapping(ggml_backend_dev_t device, ggml_backend_dev_props * found) {
    real_properties(device, found);
    found->caps.buffer_from_host_ptr = false;
}

void pretend_ram(size_t size) {
    ram.name = "CPU";
    ram.free = size;
    // A mapping counts as one piece, holes for what lies on cards included.
    real_properties = processor()->iface.get_props;
    processor()->iface.get_props = properties_without_mapping;
    ggml_backend_cpu_buffer_type()->iface.alloc_buffer = allocate_in_ram;
    using More = ggml_backend_buffer_type_t * (*)(ggml_backend_dev_t);
    auto more = reinterpret_cast<More>(ggml_backend_reg_get_proc_address(
        ggml_backend_dev_backend_reg(processor()), "ggml_backend_dev_get_extra_bufts"));
    for (auto * kind = more ? more(processor()) : nullptr; kind && *kind; ++kind) {
        (*kind)->iface.alloc_buffer = allocate_in_ram;
    }
}

}  // namespace

extern "C" __attribute__((visibility("default"))) ggml_backend_reg_t ggml_backend_init(void) {
    static ggml_backend_reg registry = {GGML_BACKEND_API_VERSION, {registry_name, count, at, nullptr}, nullptr};
    ours = &registry;
    const char * zero = std::getenv("GGML_FAKE_GPU_ZEROS");
    zeros = zero && *zero == '1';
    if (const char * name = std::getenv("GGML_FAKE_GPU_BACKEND")) backend_name = name;
    if (const char * size = std::getenv("GGML_FAKE_GPU_OVERHEAD_MIB")) overhead = std::stoull(size) * mib;
    if (const char * size = std::getenv("GGML_FAKE_GPU_RAM_MIB")) pretend_ram(std::stoull(size) * mib);
    const char * wanted = std::getenv("GGML_FAKE_GPU");
    std::istringstream words(wanted ? wanted : "");
    for (std::string one; std::getline(words, one, ';');) add(one);
    return ours;
}
