#pragma once

// Memory that runs out on purpose, and tells what was not given back.

#include <cstddef>
#include <memory_resource>
#include <new>

namespace gb_enums::test {

/// A memory resource that refuses its n-th allocation (none, for n = 0) and keeps count.
class FailingMemory final : public std::pmr::memory_resource {
  public:
    explicit FailingMemory(std::size_t refused = 0) : refused_(refused) {}
    FailingMemory(const FailingMemory&) = delete;
    FailingMemory& operator=(const FailingMemory&) = delete;

    std::size_t asked() const { return asked_; }
    std::size_t live_bytes() const { return live_bytes_; }

  private:
    void* do_allocate(std::size_t bytes, std::size_t alignment) override;
    void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override;
    bool do_is_equal(const memory_resource& other) const noexcept override {
        return this == &other;
    }

    std::size_t refused_;
    std::size_t asked_ = 0;
    std::size_t live_bytes_ = 0;
};

/// What one run under Heap::Run did.
struct HeapRun {
    /// The run got as far as the allocation that was to be refused.
    bool refused = false;
    bool out_of_memory = false;
    /// Allocations less deallocations.
    long left_over = 0;
};

/// The ordinary heap (this program's operator new) under the same treatment.
class Heap {
  public:
    /// Runs `work` with the n-th allocation refused.
    template <typename Work>
    static HeapRun Run(std::size_t n, Work&& work) {
        HeapRun run;
        Arm(n);
        try {
            work();
        } catch (const std::bad_alloc&) {
            run.out_of_memory = true;
        } catch (...) {
            Disarm(&run);
            throw;
        }
        Disarm(&run);
        return run;
    }

  private:
    static void Arm(std::size_t n);
    static void Disarm(HeapRun* run);
};

}  // namespace gb_enums::test
