#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/export/layer_forms.h"
#include "gradus/export/onnx/checks.h"
#include "gradus/export/onnx/features.h"
#include "gradus/export/onnx/layers.h"
#include "gradus/export/onnx/machines.h"
#include "gradus/export/onnx/metadata.h"
#include "gradus/export/onnx/onnx.h"
#include "gradus/export/onnx/state.h"
#include "gradus/nn/architecture.h"

namespace gradus {
namespace {

using namespace onnx;  // NOLINT(google-build-using-namespace): this file is its outermost part

template <class T>
void require_operators(const std::vector<LayerPointer<T>>& layers) {
    if (!std::is_same_v<T, double>) return;
    for (const LayerPointer<T>& layer : layers) {
        const std::optional<LayerForm> form = find_form(layer->describe());
        if (form && !form->also_double)
            throw Error(Fault::input, {.place = say("layer \"{}\"", layer->text()),
                                       .found = say("ONNX Runtime computes it in float only"),
                                       .expected = say("a model that it can run"),
                                       .hint = setting("precision", "float")});
    }
}

// What reading would refuse is not written.
template <class T>
void require_readable(const Model<T>& model) {
    for (std::size_t i = 0; i < model.network.size(); ++i)
        static_cast<void>(require_form(model.network.layer(i).describe()));
    require_consistent(model);
    require_operators(read_layers<T>(model.network.text()));
    if (model.state) require_state(*model.state, model.network, model.recipe.run.optimizer.kind);
    if (model.state && !model.others.empty() && model.state->folds.size() != model.others.size() + 1)
        throw Error(Fault::input, {.found = say("a state of {} folds", model.state->folds.size()),
                                   .expected = say("one for each of {} networks", model.others.size() + 1)});
    require_machines(model);
}

// The mean of the networks' outputs, one network beside the other.
template <class T>
Flow write_networks(GraphBuilder& graph, const Model<T>& model, const Flow& features,
                    std::vector<std::string>& learned) {
    if (model.others.empty()) return write_layers(graph, model.network, features, learned);
    Flow mean = write_layers(graph, model.network, features, learned, "member_1_");
    std::vector<std::string> outputs{mean.name};
    for (std::size_t k = 0; k < model.others.size(); ++k)
        outputs.push_back(write_layers(graph, model.others[k].network, features, learned,
                                       "member_" + std::to_string(k + 2) + "_")
                              .name);
    const std::string share = graph.numbers("share", {}, {1 / double(outputs.size())});
    mean.name = graph.node("Mul", "mean", {graph.node("Sum", "sum", outputs), share});
    return mean;
}

template <class T>
std::string to_bytes(const Model<T>& given) {
    const Model<T> model = completed(given);
    require_readable(model);
    GraphBuilder graph(type_of<T>);
    std::vector<std::string> learned;
    const Flow features = write_features(graph, model.features, model.network.in());
    const OutputNames names = reserve_outputs(graph, model.target);
    const Flow outputs = write_networks(graph, model, features, learned);
    write_outputs(graph, model.target, outputs, names);
    File file{.operators = {{"", 17}, {"ai.onnx.ml", 2}},
              .graph = graph.take(),
              .metadata = to_metadata(model, learned)};
    if (model.state) file.training = state_tensors(*model.state);
    for (Tensor& tensor : machine_tensors(model)) file.training.push_back(std::move(tensor));
    return encode(file);
}

}  // namespace

std::string to_onnx(const AnyModel& model) {
    return std::visit([](const auto& m) { return to_bytes(m); }, model);
}

void require_writable(const Recipe& recipe) {
    if (recipe.precision == Precision::twice) require_operators(read_layers<double>(recipe.network));
}

}  // namespace gradus
