// The rows of the matrix product by OpenBLAS.
#include <cblas.h>

#include <string>

#include "bench/peers/measure.h"

namespace {

struct Shape {
    int M, N, K;
    bool transposed = false;
};
constexpr Shape shapes[] = {{2, 4, 2},      {16, 16, 16},   {25, 19, 75},       {64, 64, 64},
                            {128, 64, 784}, {512, 64, 512}, {1024, 1024, 1024}, {128, 784, 64, true}};

void multiply(const Shape& s, const float* A, const float* B, float* C) {
    cblas_sgemm(CblasColMajor, CblasNoTrans, s.transposed ? CblasTrans : CblasNoTrans, s.M, s.N, s.K, 1, A,
                s.M, B, s.transposed ? s.N : s.K, 0, C, s.M);
}
void multiply(const Shape& s, const double* A, const double* B, double* C) {
    cblas_dgemm(CblasColMajor, CblasNoTrans, s.transposed ? CblasTrans : CblasNoTrans, s.M, s.N, s.K, 1, A,
                s.M, B, s.transposed ? s.N : s.K, 0, C, s.M);
}

template <class T>
void measure(const Shape& s, const std::string& type, const char* threads) {
    const std::vector<T> A(std::size_t(s.M) * s.K, T(0.5)), B(std::size_t(s.K) * s.N, T(0.5));
    std::vector<T> C(std::size_t(s.M) * s.N);
    const std::string row = "product/" + type + "/" + std::to_string(s.M) + "x" + std::to_string(s.N) + "x" +
                            std::to_string(s.K) + (s.transposed ? "/B transposed" : "");
    report(
        "OpenBLAS 0.3", row.c_str(), threads, [&] { multiply(s, A.data(), B.data(), C.data()); }, 0.05);
}

}  // namespace

int main(int argc, char** argv) {
    const std::string threads = argc > 1 ? argv[1] : "1";
    if (threads != "1") return 0;  // the product of Gradus is the work of one thread
    for (const Shape& s : shapes) measure<float>(s, "float", "1");
    for (const Shape& s : shapes) measure<double>(s, "double", "1");
}
