// Complex numbers instead of CuPy's header, which needs CUDA's own: as much as kernels for real
// numbers mention.
#pragma once

namespace thrust {
template <class T>
struct complex {
  T re, im;
  complex(T re = T(), T im = T()) : re(re), im(im) {}
  template <class U>
  complex(const complex<U> &other) : re(other.re), im(other.im) {}
  T real() const { return re; }
  T imag() const { return im; }
};
}  // namespace thrust
using thrust::complex;
template <class T>
static inline T norm(const complex<T> &z) { return z.re * z.re + z.im * z.im; }
