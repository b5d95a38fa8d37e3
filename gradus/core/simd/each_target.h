// How does one source file serve every instruction set? It is compiled once for each, and the best is chosen
// at run time.
//
//     #undef HWY_TARGET_INCLUDE
//     #define HWY_TARGET_INCLUDE "gradus/path/of/this/file.cpp"
//     #include "gradus/core/simd/each_target.h"  before all that depends on the instruction set
//     #include "gradus/core/simd/functions.h"
//
//     HWY_BEFORE_NAMESPACE();
//     namespace gradus::HWY_NAMESPACE {          here stands what is compiled for each instruction set;
//     ...                                        a lambda is marked HWY_ATTR
//     }
//     HWY_AFTER_NAMESPACE();
//
//     #if HWY_ONCE                               here stands the rest, compiled once:
//     HWY_EXPORT(f);                             HWY_DYNAMIC_DISPATCH(f)(x) calls the best f
//     #endif
#pragma once

#include <hwy/foreach_target.h>
