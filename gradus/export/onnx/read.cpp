#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <new>
#include <span>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/export/onnx/checks.h"
#include "gradus/export/onnx/import.h"
#include "gradus/export/onnx/layers.h"
#include "gradus/export/onnx/machines.h"
#include "gradus/export/onnx/metadata.h"
#include "gradus/export/onnx/onnx.h"
#include "gradus/export/onnx/state.h"

namespace gradus {
namespace {

using namespace onnx;  // NOLINT(google-build-using-namespace): this file is its outermost part

std::size_t bytes_of(const std::vector<Tensor>& tensors) {
    std::size_t bytes = 0;
    for (const Tensor& tensor : tensors) bytes += tensor.raw.size();
    return bytes;
}

template <class T>
void require_same_outputs(const Model<T>& model, const Matrix<T>& expected) {
    constexpr double tolerance = std::is_same_v<T, double> ? 1e-9 : 1e-4;
    const Matrix<T> A = outputs(model, model.sample);
    for (Index j = 0; j < A.columns(); ++j)
        for (Index i = 0; i < A.rows(); ++i) {
            const double actual = A(i, j), stored = expected(i, j);
            const bool same = std::abs(actual - stored) <= tolerance * std::max(1.0, std::abs(stored)) ||
                              (std::isnan(actual) && std::isnan(stored)) || actual == stored;
            if (!same)
                throw Error(Fault::input,
                            {.found = say("the self-test of this model fails: output {} of example {} "
                                          "is {}, it was {} when the model was saved",
                                          i + 1, j + 1, actual, stored)});
        }
}

template <class T>
void read_networks(const std::vector<Tensor>& tensors, const std::vector<std::string>& learned,
                   Model<T>& model) {
    const std::size_t each = learned.size() / (model.others.size() + 1);
    const std::span<const std::string> names(learned);
    read_learned(tensors, names.first(each), model.network);
    for (std::size_t k = 0; k < model.others.size(); ++k)
        read_learned(tensors, names.subspan((k + 1) * each, each), model.others[k].network);
}

template <class T>
Model<T> own_model(const File& file) {
    Described<T> described = from_metadata<T>(file.metadata, bytes_of(file.graph.initializers));
    Model<T>& model = described.model;
    read_networks(file.graph.initializers, described.learned, model);
    if (model.state) read_state(file.training, model.network, model.recipe.run.optimizer.kind, *model.state);
    read_machines(file.metadata, file.training, model);
    if (model.sample.rows > 0) require_same_outputs(model, described.outputs);
    return std::move(model);
}

AnyModel model_in(const std::string& bytes, ExternalFiles external) {
    const bool ours = is_ours(bytes);
    if (ours) require_whole(bytes);
    const File file = decode(bytes, std::move(external));
    if (!ours) {
        AnyModel model = import_model(file);
        std::visit([](const auto& m) { require_bearable(m.network); }, model);
        return model;
    }
    if (is_double(file.metadata)) return own_model<double>(file);
    return own_model<float>(file);
}

}  // namespace

AnyModel onnx::read_with(const std::string& bytes, const std::string& name, ExternalFiles external) {
    try {
        return model_in(bytes, std::move(external));
    } catch (const Error& error) {
        throw error.at(name);
    } catch (const std::bad_alloc&) {
        throw Error(Fault::input, {.place = name, .found = say("this model does not fit into the memory")});
    }
}

AnyModel from_onnx(const std::string& bytes, const std::string& name) {
    return read_with(bytes, name, {});
}

}  // namespace gradus
