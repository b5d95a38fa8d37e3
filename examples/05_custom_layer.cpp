// How do you add a layer of your own? Write the function and its derivative; the gradient check tells whether
// they agree.
#include <gradus/gradus.h>

#include <cmath>
#include <cstdio>
#include <memory>
#include <vector>

using namespace gradus;

// Y = a .* sin(X), with one learned amplitude a for each feature.
class Sine final : public Layer<double> {
public:
    LayerDescription describe() const override { return {"sine"}; }

    LayerPlan plan(Shape in) const override {
        return {.out = in,
                .parameters = {{.name = "a", .rows = in.size(), .columns = 1, .weight = false, .start = 1}},
                .slice = 1,  // each amplitude's gradient can be computed by itself
                .forward = {{"Y", "a .* sin(X)"}},
                .backward = {{"dX", "dY .* a .* cos(X)"}, {"da", "rowsum(dY .* sin(X)) / m"}}};
    }

    void forward(const Pass<double>& pass, Range examples) const override {
        for (Index j = examples.begin; j < examples.end; ++j)
            for (Index i = 0; i < pass.X.rows(); ++i)
                pass.Y(i, j) = pass.parameters[i] * std::sin(pass.X(i, j));
    }

    void backward_input(const Pass<double>& pass, Range examples) const override {
        for (Index j = examples.begin; j < examples.end; ++j)
            for (Index i = 0; i < pass.X.rows(); ++i)
                pass.dX(i, j) = pass.dY(i, j) * pass.parameters[i] * std::cos(pass.X(i, j));
    }

    void backward_parameters(const Pass<double>& pass, Range slices) const override {
        for (Index i = slices.begin; i < slices.end; ++i) {
            double sum = 0;
            for (Index j = 0; j < pass.X.columns(); ++j) sum += pass.dY(i, j) * std::sin(pass.X(i, j));
            pass.gradient[i] = sum / double(pass.X.columns());
        }
    }
};

int main() {
    const GradientReport report = check_gradients(Sine{}, Shape{.channels = 5});
    std::printf("gradient check: %td derivatives, %s\n", report.compared,
                report.passed() ? "all agree with central differences" : report.where.c_str());

    // A network of it and the library's own layers learns XOR.
    std::vector<LayerPointer<double>> layers = read_layers<double>("2");
    layers.push_back(std::make_shared<Sine>());
    for (const LayerPointer<double>& layer : read_layers<double>("1 sigmoid")) layers.push_back(layer);
    Network<double> network(Shape{.channels = 2}, layers, {.seed = 2, .initializer = Initializer::normal});

    const Matrix<double> X{{0, 0, 1, 1}, {0, 1, 0, 1}}, Y{{0, 1, 1, 0}};
    Run<double> run(
        network, {.X = X, .Y = Y},
        {.optimizer = {.kind = OptimizerKind::gd, .learning_rate = 0.3}, .batch = 0, .iterations = 1001});
    while (const auto event = run.next())
        if (event->iteration % 250 == 0)
            std::printf("iteration %4td   cost %f\n", event->iteration, event->cost);

    const std::vector<Index> classes = classes_of(Predictor<double>(network, 4)(X));
    std::printf("XOR of 00, 01, 10, 11: %td %td %td %td\n", classes[0], classes[1], classes[2], classes[3]);
}
