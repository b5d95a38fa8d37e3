#include "gradus/export/onnx/one_operators.h"

#include <algorithm>

namespace gradus::onnx {

static const std::vector<OneOperator>& one_operators() {
    static const std::vector<OneOperator> table{
        {"sigmoid", "Sigmoid", true},
        {"tanh", "Tanh", true},
        {"relu", "Relu", true},
        {"leaky_relu", "LeakyRelu", true, {{"alpha", 0.01F}}},
        {"elu", "Elu", false, {{"alpha", 1.F}}},
        {"selu",
         "Selu",
         false,
         {{"alpha", 1.67326319217681884765625F, true}, {"gamma", 1.05070102214813232421875F, true}}},
        {"softplus", "Softplus", false},
    };
    return table;
}

const OneOperator* find_one_operator(std::string_view kind) {
    const auto found = std::ranges::find(one_operators(), kind, &OneOperator::kind);
    return found == one_operators().end() ? nullptr : &*found;
}

}  // namespace gradus::onnx
