# Included by CMake right after the project() of llama-cpp-python or of llama.cpp itself.
#
# Lets a recipe add lines to ggml's sources, and adds the one that these need to be right, in
# our builds and in the reference. The sources are an unpacked copy that is built once. Where
# they are not those that this was written for, the build stops: what is then wanted is a look
# at both, not a guess.
function(inglenook_insert file before added)
    file(READ "${file}" code)
    string(FIND "${code}" "${added}${before}" done)
    if(NOT done EQUAL -1)
        return()
    endif()
    string(FIND "${code}" "${before}" first)
    string(FIND "${code}" "${before}" last REVERSE)
    if(first EQUAL -1 OR NOT first EQUAL last)
        message(FATAL_ERROR "ggml has changed; not once in ${file}: ${before}")
    endif()
    string(REPLACE "${before}" "${added}${before}" code "${code}")
    file(WRITE "${file}" "${code}")
endfunction()

set(inglenook_cpu "${CMAKE_CURRENT_SOURCE_DIR}/ggml/src/ggml-cpu")
if(NOT EXISTS "${inglenook_cpu}")
    set(inglenook_cpu "${CMAKE_CURRENT_SOURCE_DIR}/vendor/llama.cpp/ggml/src/ggml-cpu")
endif()

# GCC 12 believes that of the 64 bytes that set up Intel's matrix unit 8 are read, and leaves the
# others unwritten: whatever uses the unit ends the process (docs/decisions/0042). Here they all are.
inglenook_insert(
    "${inglenook_cpu}/amx/mmq.cpp"
    "// define amx tile config data structure\n"
    "#if defined(__GNUC__) && !defined(__clang__)
#define _tile_loadconfig(config) \\
    __asm__ volatile(\"ldtilecfg %0\" : : \"m\"(*reinterpret_cast<const char (*)[64]>(config)))
#endif
"
)
