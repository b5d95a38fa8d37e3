#include "gradus/export/onnx/formula.h"

#include <array>
#include <numbers>

namespace gradus::onnx {
namespace {

using Kind = Expression::Kind;

struct WordOperator {
    std::string_view word, operation;
};
constexpr std::array functions{
    WordOperator{"abs", "Abs"},         WordOperator{"sign", "Sign"},         WordOperator{"sqrt", "Sqrt"},
    WordOperator{"exp", "Exp"},         WordOperator{"log", "Log"},           WordOperator{"tanh", "Tanh"},
    WordOperator{"sigmoid", "Sigmoid"}, WordOperator{"softplus", "Softplus"}, WordOperator{"erf", "Erf"},
    WordOperator{"max", "Max"},         WordOperator{"min", "Min"},           WordOperator{"<", "Less"},
    WordOperator{">", "Greater"},       WordOperator{"<=", "LessOrEqual"}};

std::string_view operation_of(const Expression& e) {
    switch (e.kind) {
        case Kind::negative:
            return "Neg";
        case Kind::sum:
            return "Add";
        case Kind::difference:
            return "Sub";
        case Kind::product:
        case Kind::square:
            return "Mul";
        case Kind::quotient:
            return "Div";
        case Kind::choice:
            return "Where";
        default:
            break;
    }
    for (const auto& [word, operation] : functions)
        if (word == e.word) return operation;
    return e.word;
}

class FormulaWriter {
public:
    FormulaWriter(GraphBuilder& graph, const std::string& x, const std::string& title)
        : graph_(graph), x_(x), title_(title) {}

    std::string number(const Expression& e, const std::string& result) {
        std::string found = plain(e, result);
        if (e.kind != Kind::comparison) return found;
        const Index type = graph_.type() == Type::float64 ? 11 : 1;  // of a tensor, as ONNX counts them
        return graph_.node("Cast", result, {found}, {{"to", type}});
    }

private:
    // A comparison gives yes or no.
    std::string plain(const Expression& e, const std::string& result) {
        if (e.kind == Kind::name) return x_;
        if (e.kind == Kind::number) return graph_.numbers(title_ + "_number", {}, {e.value});
        if (e.kind == Kind::call && e.word != "erf") {
            const Expression& z = e.parts[0];
            if (e.word == "expm1") return number(exp(z) - 1, result);
            // ONNX Runtime would fuse z sigmoid(z) to what it has in float only.
            if (e.word == "sigmoid" && graph_.type() == Type::float64)
                return number(1 / (1 + exp(-z)), result);
            if (e.word == "normal_cdf") {
                const Expression erf{Kind::call, "erf", {z / std::numbers::sqrt2}};
                return number(0.5 * (1 + erf), result);
            }
            if (e.word == "normal_density")
                return number(exp(-(z * z) / 2) * (std::numbers::inv_sqrtpi / std::numbers::sqrt2), result);
        }
        std::vector<std::string> inputs;
        for (const Expression& part : e.parts)
            inputs.push_back(e.kind == Kind::choice && inputs.empty() ? plain(part, inner())
                                                                      : number(part, inner()));
        if (e.kind == Kind::square) inputs.push_back(inputs.front());
        return graph_.node(operation_of(e), result, std::move(inputs));
    }

    [[nodiscard]] std::string inner() const { return title_ + "_part"; }

    GraphBuilder& graph_;
    const std::string& x_;
    const std::string& title_;
};

}  // namespace

std::string write_formula(GraphBuilder& graph, const Expression& formula, const std::string& x,
                          const std::string& title) {
    return FormulaWriter(graph, x, title).number(formula, title);
}

bool computes_in_double(const Expression& formula) {
    return !formula.calls("normal_cdf") && !formula.calls("softplus");
}

}  // namespace gradus::onnx
