#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "gradus/core/say.h"
#include "gradus/export/onnx/operators.h"

namespace gradus::onnx {
namespace {

// f of all inputs at the same place.
template <class F>
void combine(Call& call, Type type, F f) {
    if (call.inputs.empty()) reject(call.node, say("its input {} is missing", 1));
    for (std::size_t i = 0; i < call.inputs.size(); ++i)
        if (call.in(i).is_text()) reject(call.node, say("its input {} is text", i + 1));
    const std::vector<Index> dims = broadcast(call.node, call.inputs);
    Array& result = call.make(type, dims);
    Walk walk(call.inputs, dims);
    std::vector<double> x(call.inputs.size());
    for (Index n = 0; n < result.size(); ++n, walk.next()) {
        for (std::size_t i = 0; i < x.size(); ++i) x[i] = (*call.inputs[i])[walk[i]];
        result[n] = f(x);
    }
}

template <class F>
void unary(Call& call, F f) {
    const Array& x = call.in(0);
    if (x.is_text()) reject(call.node, say("its input {} is text", 1));
    Array& result = call.make(x.type, x.dims);
    for (Index i = 0; i < x.size(); ++i) result[i] = f(x[i]);
}

template <double (*f)(double)>
void function(Call& call) {
    unary(call, f);
}

template <double (*f)(double, double)>
void two(Call& call) {
    if (call.inputs.size() != 2) reject(call.node, say("it has {} inputs", call.inputs.size()), "2");
    combine(call, call.in(0).type, [](const std::vector<double>& x) { return f(x[0], x[1]); });
}

template <bool (*f)(double, double)>
void compare(Call& call) {
    if (call.inputs.size() != 2) reject(call.node, say("it has {} inputs", call.inputs.size()), "2");
    combine(call, Type::boolean, [](const std::vector<double>& x) { return f(x[0], x[1]) ? 1. : 0.; });
}

template <double (*f)(double, double)>
void all(Call& call) {
    combine(call, call.in(0).type, [](const std::vector<double>& x) {
        double result = x.front();
        for (std::size_t i = 1; i < x.size(); ++i) result = f(result, x[i]);
        return result;
    });
}

double add(double a, double b) {
    return a + b;
}
double subtract(double a, double b) {
    return a - b;
}
double multiply(double a, double b) {
    return a * b;
}
double power(double a, double b) {
    return std::pow(a, b);
}
double larger(double a, double b) {
    return std::isnan(a) || a > b ? a : b;
}
double smaller(double a, double b) {
    return std::isnan(a) || a < b ? a : b;
}
double prelu(double z, double slope) {
    return z < 0 ? slope * z : z;
}
double exponential(double z) {
    return std::exp(z);
}
double logarithm(double z) {
    return std::log(z);
}
double error_function(double z) {
    return std::erf(z);
}
double negative(double z) {
    return -z;
}
double reciprocal(double z) {
    return 1 / z;
}
double absolute(double z) {
    return std::abs(z);
}
double square_root(double z) {
    return std::sqrt(z);
}
double relu(double z) {
    return z < 0 ? 0 : z;
}
double sigmoid(double z) {
    return 1 / (1 + std::exp(-z));
}
double softplus(double z) {
    return z > 30 ? z : std::log1p(std::exp(z));
}
double hyperbolic(double z) {
    return std::tanh(z);
}
double swish(double z) {
    return z * sigmoid(z);
}
bool less(double a, double b) {
    return a < b;
}
bool greater(double a, double b) {
    return a > b;
}
bool at_most(double a, double b) {
    return a <= b;
}
bool at_least(double a, double b) {
    return a >= b;
}
bool equal(double a, double b) {
    return a == b;
}

void divide(Call& call) {
    if (call.inputs.size() != 2) reject(call.node, say("it has {} inputs", call.inputs.size()), "2");
    const Type type = call.in(0).type;
    const bool whole = type == Type::int32 || type == Type::int64;
    combine(call, type, [&](const std::vector<double>& x) {
        if (whole && x[1] == 0) reject(call.node, say("it divides by 0"));
        return whole ? std::trunc(x[0] / x[1]) : x[0] / x[1];
    });
}

void where(Call& call) {
    if (call.inputs.size() != 3) reject(call.node, say("it has {} inputs", call.inputs.size()), "3");
    combine(call, call.in(1).type, [](const std::vector<double>& x) { return x[0] != 0 ? x[1] : x[2]; });
}

void leaky_relu(Call& call) {
    const double alpha = call.get<float>("alpha");
    unary(call, [alpha](double z) { return z < 0 ? alpha * z : z; });
}

void elu(Call& call) {
    const double alpha = call.get<float>("alpha");
    unary(call, [alpha](double z) { return z < 0 ? alpha * std::expm1(z) : z; });
}

void selu(Call& call) {
    const double alpha = call.get<float>("alpha"), gamma = call.get<float>("gamma");
    unary(call, [=](double z) { return gamma * (z > 0 ? z : alpha * std::expm1(z)); });
}

void hard_sigmoid(Call& call) {
    const double alpha = call.get<float>("alpha"), beta = call.get<float>("beta");
    unary(call, [=](double z) { return std::isnan(z) ? z : std::clamp(alpha * z + beta, 0., 1.); });
}

void gelu(Call& call) {
    const std::string& how = call.get<std::string>("approximate");
    if (how != "none" && how != "tanh") reject(call.node, say("its {} is of another kind", "approximate"));
    const bool tanh = how == "tanh";
    unary(call, [tanh](double z) {
        const double u = std::sqrt(2 / std::numbers::pi) * (z + 0.044715 * z * z * z);
        return tanh ? 0.5 * z * (1 + hyperbolic(u)) : 0.5 * z * (1 + std::erf(z / std::numbers::sqrt2));
    });
}

// Its bounds are inputs, or attributes in older versions.
void clip(Call& call) {
    const auto bound = [&call](std::size_t i, const char* name) {
        const Array* array = call.optional(i);
        if (array != nullptr && array->size() != 1) reject(call.node, say("its {} is not one number", name));
        return array != nullptr ? (*array)[0] : static_cast<double>(call.get<float>(name));
    };
    const double low = bound(1, "min"), high = bound(2, "max");
    unary(call, [=](double z) { return smaller(larger(z, low), high); });
}

Type type_of_number(Call& call, Index number) {
    for (const Type type : {Type::float32, Type::int32, Type::int64, Type::boolean, Type::float64})
        if (number == static_cast<Index>(type)) return type;
    reject(call.node, say("it makes ONNX's type {}", number),
           say("float, double, int32, int64, bool or string"));
}

void cast_to(Call& call, Type type) {
    const Array& x = call.in(0);
    if (x.is_text()) reject(call.node, say("its input {} is text", 1));
    unary(call, [&](double z) {
        if (type == Type::boolean) return z != 0 ? 1. : 0.;
        return type == Type::int32 || type == Type::int64 ? std::trunc(z) : z;
    });
    call.outputs.back().type = type;
}

void cast(Call& call) {
    const Index to = call.get<Index>("to");
    if (to == static_cast<Index>(Type::string) && call.in(0).is_text()) {
        call.outputs.push_back(call.in(0));
    } else {
        cast_to(call, type_of_number(call, to));
    }
}

void cast_like(Call& call) {
    cast_to(call, call.in(1).type);
}

}  // namespace

std::vector<Operator> elementwise_operators() {
    constexpr Nature same = Nature::elementwise;
    return {
        {"Add", "", same, {}, two<add>},
        {"Sub", "", same, {}, two<subtract>},
        {"Mul", "", same, {}, two<multiply>},
        {"Div", "", same, {}, divide},
        {"Pow", "", same, {}, two<power>},
        {"PRelu", "", same, {}, two<prelu>},
        {"Less", "", same, {}, compare<less>},
        {"Greater", "", same, {}, compare<greater>},
        {"LessOrEqual", "", same, {}, compare<at_most>},
        {"GreaterOrEqual", "", same, {}, compare<at_least>},
        {"Equal", "", same, {}, compare<equal>},
        {"Max", "", same, {}, all<larger>},
        {"Min", "", same, {}, all<smaller>},
        {"Sum", "", same, {}, all<add>},
        {"Where", "", same, {}, where},
        {"Abs", "", same, {}, function<absolute>},
        {"Neg", "", same, {}, function<negative>},
        {"Exp", "", same, {}, function<exponential>},
        {"Log", "", same, {}, function<logarithm>},
        {"Sqrt", "", same, {}, function<square_root>},
        {"Reciprocal", "", same, {}, function<reciprocal>},
        {"Erf", "", same, {}, function<error_function>},
        {"Tanh", "", same, {}, function<hyperbolic>},
        {"Sigmoid", "", same, {}, function<sigmoid>},
        {"Relu", "", same, {}, function<relu>},
        {"Softplus", "", same, {}, function<softplus>},
        {"Swish", "", same, {{"alpha", 1.F, true}}, function<swish>},
        {"LeakyRelu", "", same, {{"alpha", 0.01F}}, leaky_relu},
        {"Elu", "", same, {{"alpha", 1.F}}, elu},
        {"Selu",
         "",
         same,
         {{"alpha", 1.67326319217681884765625F}, {"gamma", 1.05070102214813232421875F}},
         selu},
        {"HardSigmoid", "", same, {{"alpha", 0.2F}, {"beta", 0.5F}}, hard_sigmoid},
        {"Gelu", "", same, {{"approximate", std::string("none")}}, gelu},
        {"Clip",
         "",
         same,
         {{"min", -std::numeric_limits<float>::max()}, {"max", std::numeric_limits<float>::max()}},
         clip},
        {"Cast",
         "",
         same,
         {{"to", Index{1}}, {"saturate", Index{1}}, {"round_mode", std::string("up")}},
         cast},
        {"CastLike", "", same, {{"saturate", Index{1}}}, cast_like},
    };
}

}  // namespace gradus::onnx
