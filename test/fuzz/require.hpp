#pragma once

#include <cstdio>
#include <cstdlib>

/// A property that a fuzzer checks: stops, which is how libFuzzer learns of it.
#define REQUIRE(condition)                                                       \
    do {                                                                         \
        if (!(condition)) {                                                      \
            std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            std::abort();                                                        \
        }                                                                        \
    } while (0)
