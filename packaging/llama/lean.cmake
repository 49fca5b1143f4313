# Included by CMake right after project(llama_cpp), when llama-cpp-python is built for Inglenook.
#
# libllama-common (chat parsing, a second Jinja, an HTTP client) is C++ only: nothing in it can
# be reached from Python, yet it is half of the compile time. llama-cpp-python forces its cache
# entry on; a normal variable of the same name hides the entry (CMP0126 is NEW from 3.21).
set(LLAMA_BUILD_COMMON OFF)

include("${CMAKE_CURRENT_LIST_DIR}/kernels.cmake")
