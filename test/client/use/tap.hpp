// Prints the results of checks as TAP.
#pragma once

#include <cstdio>
#include <string>

inline int tests = 0;
inline int failures = 0;

inline void check(const char* name, const std::string& got, const std::string& wanted) {
    bool passed = got == wanted;
    failures += passed ? 0 : 1;
    std::printf("%sok %d - %s\n", passed ? "" : "not ", ++tests, name);
    if (!passed)
        std::printf("# got: %s\n", got.c_str());
}
