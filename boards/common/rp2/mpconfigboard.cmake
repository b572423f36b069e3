# MicroPython's rp2 port reads this in place of a board's own file of the same name, which is read in turn: what is other in mite's build.
set(MICROPY_BOARD_DIR ${MICROPY_PORT_DIR}/boards/${MICROPY_BOARD})
include(${MICROPY_BOARD_DIR}/mpconfigboard.cmake)

# MicroPython's source as Debian has it comes without TinyUSB.
set(PICO_TINYUSB_PATH ${MITE_TINYUSB})

# A ROMFS between the program and the file system, for models that are run where they lie (mite upload --romfs).
if(MITE_ROMFS_BYTES)
    list(APPEND MICROPY_DEF_BOARD MICROPY_HW_ROMFS_BYTES=${MITE_ROMFS_BYTES})
endif()

# Deferred: by then the libraries have their lists of files, and nothing of them is built yet.
# The SDK's operators new and delete want a C++ library, and nothing here is C++.
cmake_language(DEFER CALL set_property TARGET pico_cxx_options PROPERTY INTERFACE_SOURCES)
cmake_language(DEFER CALL target_link_libraries ${MICROPY_TARGET} m) # which the linker for C++ would have brought
# Boards without a network need no TLS, which would take two thirds of the build's time.
if(NOT MICROPY_PY_NETWORK_CYW43)
    cmake_language(DEFER CALL set_property TARGET micropy_lib_mbedtls PROPERTY INTERFACE_SOURCES)
    list(APPEND MICROPY_DEF_BOARD MP_CONFIGFILE="${CMAKE_CURRENT_LIST_DIR}/mpconfig_without_tls.h")
endif()
