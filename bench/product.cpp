// The matrix product alone, on the shapes that networks have. Goals: what LIBXSMM reached as a share of the
// peak, and 10 % less.
#include "gradus/core/product.h"

#include "bench/row.h"
#include "gradus/core/random.h"

namespace gradus::bench {
namespace {

struct Shape {
    Index M, N, K;
    bool transposed;         // B is a transposed view
    double float_share = 0;  // of the peak, by LIBXSMM 1.17; 0: unknown
    double double_share = 0;
};

constexpr Shape shapes[] = {
    {2, 4, 2, false, 0.039},         {16, 16, 16, false, 0.94, 0.95},   {25, 19, 75, false, 0.76},
    {64, 64, 64, false, 0.98},       {128, 64, 784, false, 1.00, 1.00}, {512, 64, 512, false, 0.98},
    {1024, 1024, 1024, false, 0.87}, {128, 784, 64, true, 0.97},
};

std::string name_of(const Shape& s, const std::string& type) {
    return "product/" + type + "/" + std::to_string(s.M) + "x" + std::to_string(s.N) + "x" +
           std::to_string(s.K) + (s.transposed ? "/B transposed" : "");
}

template <class T>
Matrix<T> random_matrix(Index rows, Index columns) {
    RandomState random(1);
    Matrix<T> matrix(rows, columns);
    for (Index j = 0; j < columns; ++j)
        for (Index i = 0; i < rows; ++i) matrix(i, j) = T(random.uniform(-1, 1));
    return matrix;
}

template <class T>
void measure_product(benchmark::State& state, const Shape& s, double share) {
    const bool small = s.M * s.N * s.K < 16 * 16 * 16;  // a call costs more than its arithmetic: no target
    const Matrix<T> A = random_matrix<T>(s.M, s.K);
    const Matrix<T> B_memory = s.transposed ? random_matrix<T>(s.N, s.K) : random_matrix<T>(s.K, s.N);
    const View<const T> B = s.transposed ? B_memory.view().transposed() : B_memory.view();
    Matrix<T> C(s.M, s.N);
    compare_with_peak<T>(state, {.yardstick = "peak", .target = small ? 0 : 0.9 * share, .moonshot = share},
                         2.0 * double(s.M * s.N * s.K), [&] { product(C.view(), A, B); });
}

}  // namespace

void add_product_rows() {
    for (const Shape& s : shapes)
        benchmark::RegisterBenchmark(name_of(s, "float").c_str(), [s](benchmark::State& state) {
            measure_product<float>(state, s, s.float_share);
        });
    for (const Shape& s : shapes)
        benchmark::RegisterBenchmark(name_of(s, "double").c_str(), [s](benchmark::State& state) {
            measure_product<double>(state, s, s.double_share);
        });
}

}  // namespace gradus::bench
