#include <algorithm>
#include <cmath>
#include <map>

#include "gradus/core/say.h"
#include "gradus/export/onnx/operators.h"

namespace gradus::onnx {
namespace {

using Ints = std::vector<Index>;
using Floats = std::vector<float>;
using Texts = std::vector<std::string>;

// One number for all places of the last axis, or one for each.
template <class V>
double of_feature(const Call& call, const std::vector<V>& list, Index i, Index features) {
    if (list.size() != 1 && std::ssize(list) != features)
        reject(call.node, say("it has numbers for {} features", list.size()), std::to_string(features));
    return static_cast<double>(list[list.size() == 1 ? 0 : static_cast<std::size_t>(i % features)]);
}

const Array& numbers_in(const Call& call) {
    const Array& x = call.in(0);
    if (x.is_text() || x.rank() == 0 || x.size() == 0) reject(call.node, say("its input {} is text", 1));
    return x;
}

void scaler(Call& call) {
    const Array& x = numbers_in(call);
    const Index features = x.dim(-1);
    Array& y = call.make(Type::float32, x.dims);
    for (Index i = 0; i < x.size(); ++i)
        y[i] = (x[i] - of_feature(call, call.get<Floats>("offset"), i, features)) *
               of_feature(call, call.get<Floats>("scale"), i, features);
}

void imputer(Call& call) {
    const Array& x = numbers_in(call);
    const auto& floats = call.get<Floats>("imputed_value_floats");
    const auto& wholes = call.get<Ints>("imputed_value_int64s");
    const double replaced = floats.empty() ? double(call.get<Index>("replaced_value_int64"))
                                           : double(call.get<float>("replaced_value_float"));
    Array& y = call.make(x.type, x.dims);
    for (Index i = 0; i < x.size(); ++i) {
        const bool lacks = std::isnan(replaced) ? std::isnan(x[i]) : x[i] == replaced;
        y[i] = !lacks           ? x[i]
               : floats.empty() ? of_feature(call, wholes, i, x.dim(-1))
                                : of_feature(call, floats, i, x.dim(-1));
    }
}

// A 0 or 1 for each category; all 0 for another.
void one_hot_encoder(Call& call) {
    const Array& x = call.in(0);
    const auto& texts = call.get<Texts>("cats_strings");
    const auto& wholes = call.get<Ints>("cats_int64s");
    const auto count = static_cast<Index>(x.is_text() ? texts.size() : wholes.size());
    Ints dims = x.dims;
    dims.push_back(count);
    Array& y = call.make(Type::float32, dims);
    for (Index i = 0; i < x.size(); ++i)
        for (Index k = 0; k < count; ++k) {
            const auto at = static_cast<std::size_t>(i), one = static_cast<std::size_t>(k);
            y[i * count + k] =
                (x.is_text() ? x.texts[at] == texts[one] : x[i] == double(wholes[one])) ? 1 : 0;
        }
}

void binarizer(Call& call) {
    const Array& x = numbers_in(call);
    const double threshold = call.get<float>("threshold");
    Array& y = call.make(x.type, x.dims);
    for (Index i = 0; i < x.size(); ++i) y[i] = x[i] > threshold ? 1 : 0;
}

void zip_map(Call& call) {  // the probabilities themselves: nobody here asks for a dictionary
    call.outputs.push_back(call.in(0));
}

// Keys or values of a LabelEncoder, whichever of its lists is there.
Array list_of(const Call& call, const std::string& what) {
    if (const auto& texts = call.get<Texts>(what + "_strings"); !texts.empty())
        return {.type = Type::string, .dims = {std::ssize(texts)}, .texts = texts};
    if (const auto& wholes = call.get<Ints>(what + "_int64s"); !wholes.empty()) return integers(wholes);
    if (const auto& floats = call.get<Floats>(what + "_floats"); !floats.empty())
        return {
            .type = Type::float32, .dims = {std::ssize(floats)}, .numbers = {floats.begin(), floats.end()}};
    const Tensor& tensor = call.get<Tensor>(what + "_tensor");
    if (tensor.type == Type::none) reject(call.node, say("it has no {}", what));
    return array_of(tensor);
}

void label_encoder(Call& call) {
    const Array &x = call.in(0), keys = list_of(call, "keys"), values = list_of(call, "values");
    if (keys.is_text() != x.is_text() || keys.size() != values.size())
        reject(call.node, say("its inputs do not fit each other"));
    const Array given = array_of(call.get<Tensor>("default_tensor"));
    Array& y = call.make(values.type, x.dims);
    for (Index i = 0; i < x.size(); ++i) {
        const auto at = static_cast<std::size_t>(i);
        Index k = 0;
        while (k < keys.size() &&
               (x.is_text() ? x.texts[at] != keys.texts[static_cast<std::size_t>(k)] : x[i] != keys[k]))
            ++k;
        const auto key = static_cast<std::size_t>(k);
        const bool known = k < keys.size();
        if (values.is_text()) {
            y.texts[at] = known ? values.texts[key] : call.get<std::string>("default_string");
        } else {
            const double otherwise = given.numbers.size() == 1 ? given[0]
                                     : values.type == Type::float32
                                         ? double(call.get<float>("default_float"))
                                         : double(call.get<Index>("default_int64"));
            y[i] = known ? values[k] : otherwise;
        }
    }
}

}  // namespace

std::vector<Operator> ml_operators() {
    constexpr Nature other = Nature::other;
    return {
        {"Scaler", "ai.onnx.ml", other, {{"offset", Floats{}}, {"scale", Floats{}}}, scaler},
        {"Imputer",
         "ai.onnx.ml",
         other,
         {{"imputed_value_floats", Floats{}},
          {"imputed_value_int64s", Ints{}},
          {"replaced_value_float", 0.F},
          {"replaced_value_int64", Index{0}}},
         imputer},
        {"OneHotEncoder",
         "ai.onnx.ml",
         other,
         {{"cats_strings", Texts{}}, {"cats_int64s", Ints{}}, {"zeros", Index{1}}},
         one_hot_encoder},
        {"Binarizer", "ai.onnx.ml", Nature::elementwise, {{"threshold", 0.F}}, binarizer},
        {"ZipMap",
         "ai.onnx.ml",
         other,
         {{"classlabels_strings", Texts{}}, {"classlabels_int64s", Ints{}}},
         zip_map},
        {"LabelEncoder",
         "ai.onnx.ml",
         Nature::elementwise,
         {{"keys_strings", Texts{}},
          {"keys_int64s", Ints{}},
          {"keys_floats", Floats{}},
          {"keys_tensor", Tensor{}},
          {"values_strings", Texts{}},
          {"values_int64s", Ints{}},
          {"values_floats", Floats{}},
          {"values_tensor", Tensor{}},
          {"default_string", std::string("_Unused")},
          {"default_int64", Index{-1}},
          {"default_float", 0.F},
          {"default_tensor", Tensor{}}},
         label_encoder},
    };
}

}  // namespace gradus::onnx
