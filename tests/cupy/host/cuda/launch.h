// Runs a kernel that is compiled together with this file: all threads of all blocks.
#pragma once
#include <ucontext.h>

#include <cstdlib>
#include <type_traits>
#include <utility>
#include <vector>

// Arguments come as CUDA passes them: an array of pointers.
template <class... Arguments, size_t... i>
static void call(void (*kernel)(Arguments...), void **arguments, std::index_sequence<i...>) {
  kernel(*static_cast<std::remove_reference_t<Arguments> *>(arguments[i])...);
}
template <class... Arguments>
static void call(void (*kernel)(Arguments...), void **arguments) {
  call(kernel, arguments, std::index_sequence_for<Arguments...>());
}

static Place place(unsigned k, Place size) {
  return {k % size.x, k / size.x % size.y, k / size.x / size.y};
}

// --- Threads that wait for each other: each has a stack of its own ------------------------

static const size_t STACK = 1 << 16, MOST_THREADS = 1024;
// Memory that was never written to costs nothing.
static char *stacks = static_cast<char *>(malloc(STACK * MOST_THREADS));
struct Fibre {
  ucontext_t context;
  State state;
  char value[32];  // what the other threads of the warp may read
};
static ucontext_t scheduler;
static std::vector<Fibre> fibres;
static unsigned running;
static void (*body)(void **);
static void **body_arguments;

static void wait_at(State barrier) {
  fibres[running].state = barrier;
  swapcontext(&fibres[running].context, &scheduler);
}

static void swap_at_warp(void *value, size_t size, unsigned lane_mask) {
  memcpy(fibres[running].value, value, size);
  wait_at(AT_WARP);
  memcpy(value, fibres[running ^ lane_mask].value, size);
  wait_at(AT_WARP);
}

static void run_fibre() {
  body(body_arguments);
  wait_at(DONE);
}

// One warp until each of its threads is done or waits for the whole block.
static void run_warp(unsigned first, unsigned end) {
  for (bool again = true; again;) {
    again = false;
    for (running = first; running < end; running++)
      if (fibres[running].state == READY) {
        threadIdx = place(running, blockDim);
        swapcontext(&scheduler, &fibres[running].context);
      }
    for (unsigned k = first; k < end; k++)
      if (fibres[k].state == AT_WARP) {
        fibres[k].state = READY;
        again = true;
      }
  }
}

static void run_block(unsigned threads) {
  fibres.resize(threads);
  for (unsigned k = 0; k < threads; k++) {
    ucontext_t &context = fibres[k].context;
    getcontext(&context);
    context.uc_stack.ss_sp = stacks + STACK * k;
    context.uc_stack.ss_size = STACK;
    context.uc_link = nullptr;
    makecontext(&context, run_fibre, 0);
    fibres[k].state = READY;
  }
  for (unsigned done = 0; done < threads;) {
    for (unsigned first = 0; first < threads; first += warpSize)
      run_warp(first, first + warpSize < threads ? first + warpSize : threads);
    done = 0;
    for (Fibre &fibre : fibres) {
      if (fibre.state == AT_BLOCK) fibre.state = READY;
      done += fibre.state == DONE;
    }
  }
}

// --- All blocks ---------------------------------------------------------------------------

enum Kind {
  LOOP,   // each thread loops over elements with the stride of the grid: one thread does them all
  PLAIN,  // each thread by itself
  WAITS,  // threads wait for each other
};

static void run(void (*kernel)(void **), void **arguments, const unsigned *grid,
                const unsigned *block, Kind kind) {
  gridDim = {grid[0], grid[1], grid[2]};
  blockDim = {block[0], block[1], block[2]};
  if (kind == LOOP) gridDim = blockDim = {1, 1, 1};
  const unsigned blocks = gridDim.x * gridDim.y * gridDim.z;
  const unsigned threads = blockDim.x * blockDim.y * blockDim.z;
  body = kernel;
  body_arguments = arguments;
  for (unsigned b = 0; b < blocks; b++) {
    blockIdx = place(b, gridDim);
    if (kind == WAITS) {
      run_block(threads);
      continue;
    }
    for (unsigned k = 0; k < threads; k++) {
      threadIdx = place(k, blockDim);
      kernel(arguments);
    }
  }
}
