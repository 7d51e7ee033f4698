// CUDA's C++ for g++, as far as CuPy's kernels use it. A kernel runs on the processor: the threads of
// a block one after the other, the blocks one after the other (launch.h).
#pragma once
#include <cfloat>
#include <climits>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#define __device__
#define __host__
#define __global__
#define __noinline__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __align__(n) __attribute__((aligned(n)))
#define __shared__ static  // one block runs at a time, so it has this memory to itself
#define __CUDACC_VER_MAJOR__ 12

struct Place {
  unsigned x, y, z;
};
static Place threadIdx, blockIdx, blockDim, gridDim;
static const int warpSize = 32;

// --- Waiting for the other threads (launch.h) ---------------------------------------------

enum State : char { READY, AT_WARP, AT_BLOCK, DONE };
static void wait_at(State barrier);
static void swap_at_warp(void *value, size_t size, unsigned lane_mask);

static inline void __syncthreads() { wait_at(AT_BLOCK); }
static inline void __syncwarp(unsigned = 0) { wait_at(AT_WARP); }
template <class T>
static inline T __shfl_xor_sync(unsigned, T value, int lane_mask, int = 32) {
  swap_at_warp(&value, sizeof(T), lane_mask);
  return value;
}

// --- Functions of numbers -----------------------------------------------------------------

using std::isfinite;
using std::isinf;
using std::isnan;
using std::signbit;

template <class To, class From>
static inline To same_bits(From x) {
  static_assert(sizeof(To) == sizeof(From), "");
  To y;
  memcpy(&y, &x, sizeof(To));
  return y;
}
static inline float __int_as_float(int x) { return same_bits<float>(x); }
static inline int __float_as_int(float x) { return same_bits<int>(x); }
static inline double __longlong_as_double(long long x) { return same_bits<double>(x); }
static inline long long __double_as_longlong(double x) { return same_bits<long long>(x); }

static inline int __popc(unsigned x) { return __builtin_popcount(x); }
static inline int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
static inline int __clz(int x) { return x ? __builtin_clz(x) : 32; }
static inline int __clzll(long long x) { return x ? __builtin_clzll(x) : 64; }
static inline float rsqrtf(float x) { return 1.0f / sqrtf(x); }
static inline double rsqrt(double x) { return 1.0 / sqrt(x); }

// For each type a function of its own, as in CUDA: a template would not convert its arguments.
#define SMALLER_AND_LARGER(T)                                \
  static inline T min(T a, T b) { return b < a ? b : a; } \
  static inline T max(T a, T b) { return a < b ? b : a; }
SMALLER_AND_LARGER(int)
SMALLER_AND_LARGER(unsigned)
SMALLER_AND_LARGER(long)
SMALLER_AND_LARGER(unsigned long)
SMALLER_AND_LARGER(long long)
SMALLER_AND_LARGER(unsigned long long)
static inline float min(float a, float b) { return fminf(a, b); }
static inline float max(float a, float b) { return fmaxf(a, b); }
static inline double min(double a, double b) { return fmin(a, b); }
static inline double max(double a, double b) { return fmax(a, b); }

// --- Atomic functions: there is one thread at a time --------------------------------------

template <class T>
static inline T atomicCAS(T *address, T expected, T value) {
  T old = *address;
  if (old == expected) *address = value;
  return old;
}
template <class T, class U>
static inline T atomicAdd(T *address, U value) {
  T old = *address;
  *address = old + value;
  return old;
}
template <class T, class U>
static inline T atomicMax(T *address, U value) {
  T old = *address;
  *address = old < (T)value ? (T)value : old;
  return old;
}
template <class T, class U>
static inline T atomicMin(T *address, U value) {
  T old = *address;
  *address = (T)value < old ? (T)value : old;
  return old;
}
