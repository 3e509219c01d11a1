#pragma once

// The border between C++ and the server. The server reports errors with longjmp, which steps over
// destructors. C++ reports them by throwing, which must not cross the server's frames. So C++ work
// runs inside Guarded(), which finishes it (destructors and all) before an error is raised. The
// results of such work are in memory of the server.

#include "server/server.hpp"

namespace gb_enums {

/// Memory of one of the server's contexts, for C++ containers. Throws std::bad_alloc where the
/// server would longjmp.
class ContextMemory final : public std::pmr::memory_resource {
  public:
    explicit ContextMemory(MemoryContext context) : context_(context) {}

    /// Memory outside of containers, aligned as the server aligns all memory.
    void* Get(std::size_t bytes) { return allocate(bytes, MAXIMUM_ALIGNOF); }

  private:
    void* do_allocate(std::size_t bytes, std::size_t alignment) override {
        if (alignment > MAXIMUM_ALIGNOF) {
            throw std::bad_alloc();
        }
        void* memory =
            MemoryContextAllocExtended(context_, bytes, MCXT_ALLOC_NO_OOM | MCXT_ALLOC_HUGE);
        if (memory == nullptr) {
            throw std::bad_alloc();
        }
        return memory;
    }
    void do_deallocate(void* memory, std::size_t, std::size_t) override { pfree(memory); }
    bool do_is_equal(const memory_resource& other) const noexcept override {
        return this == &other;
    }

    MemoryContext context_;
};

/// A copy of `text` that the server can use, in its current memory context.
inline char* ServerString(std::string_view text) {
    auto* copy = static_cast<char*>(ContextMemory(CurrentMemoryContext).Get(text.size() + 1));
    std::copy(text.begin(), text.end(), copy);
    copy[text.size()] = '\0';
    return copy;
}

/// The text of an exception until it can be raised as an error, in memory without a destructor.
class CaughtError {
  public:
    void Set(int sqlstate, const char* message) noexcept {
        sqlstate_ = sqlstate;
        strlcpy(message_, message, sizeof message_);
    }
    [[noreturn]] void Raise() const {
        ereport(ERROR, (errcode(sqlstate_), errmsg_internal("%s", message_)));
        pg_unreachable();
    }

  private:
    int sqlstate_ = ERRCODE_INTERNAL_ERROR;
    char message_[512] = "";
};

/// Runs C++ code that may throw; an exception becomes an error of the server once C++ is done.
/// `work` must not call a function of the server that can raise an error.
template <typename Work>
auto Guarded(Work&& work) -> decltype(work()) {
    CaughtError error;
    try {
        return std::forward<Work>(work)();
    } catch (const std::bad_alloc&) {
        error.Set(ERRCODE_OUT_OF_MEMORY, "out of memory");
    } catch (const std::exception& exception) {
        error.Set(ERRCODE_INTERNAL_ERROR, exception.what());
    } catch (...) {
        error.Set(ERRCODE_INTERNAL_ERROR, "unknown C++ exception");
    }
    error.Raise();
}

}  // namespace gb_enums
