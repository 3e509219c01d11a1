#include "failing_memory.hpp"

#include <cstdlib>

namespace gb_enums::test {

namespace {

bool armed = false;
std::size_t until_refusal = 0;
bool refused = false;
long live = 0;

void* Allocate(std::size_t bytes) {
    if (armed) {
        if (until_refusal > 0 && --until_refusal == 0) {
            refused = true;
            return nullptr;
        }
        ++live;
    }
    return std::malloc(bytes == 0 ? 1 : bytes);
}

void* AllocateOrThrow(std::size_t bytes) {
    void* memory = Allocate(bytes);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}

void Free(void* memory) {
    if (armed && memory != nullptr) {
        --live;
    }
    std::free(memory);
}

}  // namespace

void* FailingMemory::do_allocate(std::size_t bytes, std::size_t alignment) {
    if (++asked_ == refused_) {
        throw std::bad_alloc();
    }
    void* memory = std::pmr::new_delete_resource()->allocate(bytes, alignment);
    live_bytes_ += bytes;
    return memory;
}

void FailingMemory::do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) {
    live_bytes_ -= bytes;
    std::pmr::new_delete_resource()->deallocate(memory, bytes, alignment);
}

void Heap::Arm(std::size_t n) {
    until_refusal = n;
    refused = false;
    live = 0;
    armed = true;
}

void Heap::Disarm(HeapRun* run) {
    armed = false;
    run->refused = refused;
    run->left_over = live;
}

}  // namespace gb_enums::test

// All the forms, because AddressSanitizer takes the ones that are left for its own.
using gb_enums::test::Allocate;
using gb_enums::test::AllocateOrThrow;
using gb_enums::test::Free;

void* operator new(std::size_t bytes) {
    return AllocateOrThrow(bytes);
}
void* operator new[](std::size_t bytes) {
    return AllocateOrThrow(bytes);
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
    return Allocate(bytes);
}
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept {
    return Allocate(bytes);
}
void operator delete(void* memory) noexcept {
    Free(memory);
}
void operator delete[](void* memory) noexcept {
    Free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    Free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
    Free(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
    Free(memory);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
    Free(memory);
}
