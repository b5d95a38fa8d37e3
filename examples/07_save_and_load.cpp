// How is a network of your own kept? Save it, load it, and it says the same: with the numbers as they come,
// or with the scaling that they need.
#include <gradus/gradus.h>

#include <cstdio>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

using namespace gradus;

int main() {
    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("gradus-" + std::to_string(std::random_device{}()));
    std::filesystem::create_directories(folder);
    const std::string file = folder / "network.onnx";

    // A network and nothing else: what it learned from is not known, and need not be.
    const Matrix<double> X{{0, 0, 1, 1}, {0, 1, 0, 1}}, Y{{0, 1, 1, 0}};
    Network<double> network(2, "2 tanh, 1 sigmoid", {.seed = 2, .initializer = Initializer::normal});
    Run<double> run(network, {.X = X, .Y = Y},
                    {.optimizer = {.learning_rate = 0.05}, .batch = 0, .iterations = 500});
    while (run.next()) {
    }
    save(network, file);
    const Network<double> same = load<double>(file).network;
    Predictor<double> before(network, 4), after(same, 4);
    std::printf("XOR of 00 is %.4f, and %.4f from the file\n", before(X)(0, 0), after(X)(0, 0));

    // Class numbers, three of them, from numbers of different sizes: train() scales, and the file keeps how.
    const Matrix<double> flowers{{140, 150, 470, 450, 600, 590}, {0.2, 0.3, 1.4, 1.5, 2.5, 2.1}};
    const Dataset data =
        dataset_of_classes(flowers, {0, 0, 1, 1, 2, 2}, {"setosa", "versicolor", "virginica"});
    const Recipe recipe =
        make_recipe({.hidden = "8 relu", .learning_rate = 0.05, .epochs = 100, .validation = 0}, data);
    save(train<float>(data, recipe).model, file);

    const Model<float> model = load<float>(file);
    const Matrix<float> p = probabilities(outputs(model, make_table(Matrix<double>{{145}, {0.25}})));
    std::printf("petals of 145 and 0.25: a %s\n",
                model.target.classes[std::size_t(classes_of(p)[0])].c_str());

    std::filesystem::remove_all(folder);
}
