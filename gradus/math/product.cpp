#include "gradus/math/product.h"

#include <algorithm>

namespace gradus {
namespace {

// Column by column, C(:, j) = sum over k of A(:, k) * B(k, j): the innermost loop runs down a column.
template <class T>
void product_of(View<T> C, View<const T> A, View<const T> B) {
    assert(C.rows() == A.rows() && C.columns() == B.columns() && A.columns() == B.rows());
    if (C.row_step() != 1 && C.column_step() == 1)  // C' = B' A' has contiguous columns
        return product_of<T>(C.transposed(), B.transposed(), A.transposed());
    const Index M = C.rows(), step = C.row_step(), a_step = A.row_step();
    for (Index j = 0; j < C.columns(); ++j) {
        T* c = C.column(j);
        for (Index i = 0; i < M; ++i) c[i * step] = 0;
        for (Index k = 0; k < A.columns(); ++k) {
            const T* a = A.column(k);
            const T b = B(k, j);
            if (step == 1 && a_step == 1) {
                for (Index i = 0; i < M; ++i) c[i] += a[i] * b;
            } else {
                for (Index i = 0; i < M; ++i) c[i * step] += a[i * a_step] * b;
            }
        }
    }
}

}  // namespace

void product(View<float> C, View<const float> A, View<const float> B) {
    product_of<float>(C, A, B);
}
void product(View<double> C, View<const double> A, View<const double> B) {
    product_of<double>(C, A, B);
}

}  // namespace gradus
