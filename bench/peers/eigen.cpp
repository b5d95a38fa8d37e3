// The dense rows written by hand with Eigen, its products by OpenBLAS: what a good programmer has after an
// evening.
#define EIGEN_USE_BLAS
#include <Eigen/Dense>
#include <string>

#include "bench/peers/measure.h"

namespace {

using Matrix = Eigen::MatrixXf;

struct Layer {
    Matrix W, A, dZ, dW;
    Eigen::VectorXf b, db;
};

class Net {
public:
    explicit Net(const std::vector<int>& sizes) {
        for (std::size_t i = 1; i < sizes.size(); ++i) {
            Layer layer{.W = Matrix::Random(sizes[i], sizes[i - 1]) * std::sqrt(6.F / float(sizes[i - 1])),
                        .b = Eigen::VectorXf::Zero(sizes[i])};
            layers_.push_back(layer);
        }
    }

    void step(Eigen::Ref<const Matrix> X, Eigen::Ref<const Matrix> Y) {
        for (std::size_t i = 0; i < layers_.size(); ++i) {
            Layer& layer = layers_[i];
            if (i == 0) {
                layer.A.noalias() = layer.W * X;
            } else {
                layer.A.noalias() = layer.W * layers_[i - 1].A;
            }
            layer.A.colwise() += layer.b;
            if (i + 1 < layers_.size()) layer.A = layer.A.cwiseMax(0.F);
        }
        Matrix& A = layers_.back().A;  // softmax
        A.rowwise() -= A.colwise().maxCoeff().eval();
        A = A.array().exp();
        A.array().rowwise() /= A.colwise().sum().array().eval();
        layers_.back().dZ = A - Y;
        const float rate = 0.001F / float(X.cols());
        for (std::size_t i = layers_.size(); i-- > 0;) {
            Layer& layer = layers_[i];
            if (i == 0) {
                layer.dW.noalias() = layer.dZ * X.transpose();
            } else {
                Layer& below = layers_[i - 1];
                layer.dW.noalias() = layer.dZ * below.A.transpose();
                below.dZ.noalias() = layer.W.transpose() * layer.dZ;
                below.dZ = (below.A.array() > 0).select(below.dZ, 0.F);
            }
            layer.db = layer.dZ.rowwise().sum();
        }
        for (Layer& layer : layers_) {
            layer.W -= rate * layer.dW;
            layer.b -= rate * layer.db;
        }
    }

private:
    std::vector<Layer> layers_;
};

void measure(const char* row, const char* threads, const std::vector<int>& sizes, int batch) {
    constexpr int rows = 20'000;
    const Matrix X = Matrix::Random(sizes.front(), rows).cwiseAbs();
    Matrix Y = Matrix::Zero(sizes.back(), rows);
    for (int j = 0; j < rows; ++j) Y(std::rand() % sizes.back(), j) = 1;
    Net net(sizes);
    int position = 0;
    report("Eigen 3.4 + OpenBLAS", row, threads, [&] {
        net.step(X.middleCols(position, batch), Y.middleCols(position, batch));
        position = position + 2 * batch > rows ? 0 : position + batch;
    });
}

}  // namespace

int main(int argc, char** argv) {
    const char* threads = argc > 1 ? argv[1] : "1";
    measure("784-32-10, batch 32", threads, {784, 32, 10}, 32);
    measure("784-128-10, batch 64", threads, {784, 128, 10}, 64);
    measure("784-512-512-10, batch 64", threads, {784, 512, 512, 10}, 64);
}
