// How does a CSV file become a model file that any runtime can run? Text, missing values and scaling are the
// library's business.
#include <gradus/gradus.h>

#include <cstdio>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

using namespace gradus;

// Flowers measured in millimetres: what grows in the shade has longer petals. One in nine petals is missing.
std::string flowers_csv() {
    RandomState random(1);
    std::string csv = "petal,width,place,flower\n";
    for (int i = 0; i < 90; ++i) {
        const bool rose = i % 2 == 0, shade = i % 3 == 0;
        const double petal = (rose ? 22 : 16) + (shade ? 6 : 0) + random.randn();
        const double width = (rose ? 9 : 7) + random.randn();
        csv += (i % 9 == 8 ? "NA" : std::to_string(petal)) + "," + std::to_string(width) + "," +
               (shade ? "shade" : "sun") + "," + (rose ? "rose" : "violet") + "\n";
    }
    return csv;
}

int main() {
    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("gradus-" + std::to_string(std::random_device{}()));
    std::filesystem::create_directories(folder);
    const std::string csv = folder / "flowers.csv", onnx = folder / "flowers.onnx";
    write_file(csv, flowers_csv());

    std::vector<std::string> notes;
    const Dataset data = make_dataset(read_table(csv), {.targets = {"flower"}}, notes);
    const Recipe recipe = make_recipe({.hidden = "16 relu", .learning_rate = 0.01, .epochs = 50}, data);
    const Trained<float> trained = train<float>(data, recipe);
    std::printf("%td examples, validation accuracy %.2f\n", data.examples(),
                trained.model.validation->accuracy);
    save(trained.model, onnx);

    // Somewhere else, later: the file is all that it takes. The columns may come in another order, a place
    // may be new, a number missing.
    write_file(csv, "place,width,petal\nsun,9.1,21.5\nshade,7.2,22.4\nmeadow,7.1,\n");
    const Model<float> model = load<float>(onnx);
    const Matrix<float> p = probabilities(outputs(model, read_table(csv)));
    const std::vector<Index> classes = classes_of(p);
    for (Index j = 0; j < p.columns(); ++j)
        std::printf("row %td is a %s with probability %.2f\n", j + 1,
                    model.target.classes[std::size_t(classes[j])].c_str(), double(p(classes[j], j)));

    std::filesystem::remove_all(folder);
}
