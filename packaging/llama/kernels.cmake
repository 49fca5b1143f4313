# Included by CMake right after the project() of llama-cpp-python or of llama.cpp itself.
#
# Adds our kernels to ggml's processor code and lets that ask them first; docs/decisions/0038
# and 0039 say why.
include("${CMAKE_CURRENT_LIST_DIR}/source.cmake")

foreach(name attention.cpp lanes.h matmul.cpp row.cpp weights.h)
    file(COPY "${CMAKE_CURRENT_LIST_DIR}/${name}" DESTINATION "${inglenook_cpu}")
endforeach()
inglenook_insert(
    "${inglenook_cpu}/CMakeLists.txt"
    "ggml-cpu/ops.cpp\n"
    "ggml-cpu/attention.cpp
        ggml-cpu/matmul.cpp
        ggml-cpu/row.cpp
        "
)
inglenook_insert(
    "${inglenook_cpu}/ops.cpp"
    "const bool kv_is_f32_or_f16 ="
    "bool inglenook_attention(const ggml_compute_params *, ggml_tensor *);
    if (inglenook_attention(params, dst)) {
        return;
    }
    "
)
inglenook_insert(
    "${inglenook_cpu}/ggml-cpu.c"
    "    // If tiled is supported, it will execute the full op here and we return\n"
    "    bool inglenook_mul_mat(const struct ggml_compute_params *, struct ggml_tensor *);
    if (inglenook_mul_mat(params, dst)) {
        return;
    }
"
)
inglenook_insert(
    "${inglenook_cpu}/ggml-cpu.c"
    "        work_size = MAX(work_size, cur);"
    "        size_t inglenook_mul_mat_work(const struct ggml_tensor *);
        size_t inglenook_attention_work(const struct ggml_tensor *, int);
        cur = MAX(cur, MAX(inglenook_mul_mat_work(node), inglenook_attention_work(node, n_threads)));
"
)
inglenook_insert(
    "${inglenook_cpu}/ggml-cpu.c"
    "    // row groups\n"
    "    bool inglenook_mul_mat(const struct ggml_compute_params *, struct ggml_tensor *);
    if (inglenook_mul_mat(params, dst)) {
        return;
    }

"
)
inglenook_insert(
    "${inglenook_cpu}/ggml-cpu.cpp"
    "        features.push_back({ nullptr, nullptr });"
    "    #if defined(__AVX2__) && defined(__FMA__) && defined(__F16C__)  // as lanes.h
        features.push_back({ \"INGLENOOK_MATMUL\", \"1\" });
    #endif

"
)
inglenook_insert(
    "${inglenook_cpu}/ggml-cpu.cpp"
    "    return NULL;\n\n    GGML_UNUSED(reg);\n"
    "    void * inglenook_function(const char *);
    if (void * found = inglenook_function(name)) {
        return found;
    }

"
)
