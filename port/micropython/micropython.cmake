# _mite as a user C module: cmake -DUSER_C_MODULES=.../port/micropython/micropython.cmake
add_library(usermod_mite INTERFACE)
file(GLOB MITE_SOURCES
    ${CMAKE_CURRENT_LIST_DIR}/*.c
    ${CMAKE_CURRENT_LIST_DIR}/../core/*.c
    ${CMAKE_CURRENT_LIST_DIR}/../ops/*.c
    ${CMAKE_CURRENT_LIST_DIR}/../kernels/*.c
    ${CMAKE_CURRENT_LIST_DIR}/../audio/*.c
    ${CMAKE_CURRENT_LIST_DIR}/../vision/*.c)
target_sources(usermod_mite INTERFACE ${MITE_SOURCES})
target_include_directories(usermod_mite INTERFACE ${CMAKE_CURRENT_LIST_DIR}/..)
target_compile_options(usermod_mite INTERFACE -fwrapv -ffp-contract=off)
target_link_libraries(usermod INTERFACE usermod_mite)
# Inner loops are for speed, whatever the firmware is built for.
file(GLOB MITE_INNER_LOOPS
    ${CMAKE_CURRENT_LIST_DIR}/../kernels/*__dsp.c
    ${CMAKE_CURRENT_LIST_DIR}/../kernels/*__mve.c
    ${CMAKE_CURRENT_LIST_DIR}/../kernels/*__scalar.c)
set_source_files_properties(${MITE_INNER_LOOPS} PROPERTIES COMPILE_OPTIONS -O2)
