#include "gradus/core/expression.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "gradus/core/number.h"

namespace gradus {

using Kind = Expression::Kind;

bool Expression::calls(std::string_view function) const {
    return (kind == Kind::call && word == function) ||
           std::ranges::any_of(parts, [&](const Expression& part) { return part.calls(function); });
}

static Expression binary(Kind kind, Expression a, Expression b) {
    return {kind, {}, {std::move(a), std::move(b)}};
}

static bool are_numbers(const Expression& a, const Expression& b) {
    return a.kind == Kind::number && b.kind == Kind::number;
}

Expression operator+(Expression a, Expression b) {
    if (are_numbers(a, b)) return a.value + b.value;
    if (b.is(0)) return a;
    return a.is(0) ? b : binary(Kind::sum, std::move(a), std::move(b));
}

Expression operator-(Expression a, Expression b) {
    if (are_numbers(a, b)) return a.value - b.value;
    return b.is(0) ? a : binary(Kind::difference, std::move(a), std::move(b));
}

Expression operator*(Expression a, Expression b) {
    if (are_numbers(a, b)) return a.value * b.value;
    if (a.is(1)) return b;
    if (b.is(1)) return a;
    if (a == b) return {Kind::square, {}, {std::move(a)}};
    if (a.kind == Kind::product && a.parts[1] == b) return a.parts[0] * (b * b);
    if (a.kind == Kind::quotient && a.parts[0].is(1)) return std::move(b) / a.parts[1];
    return binary(Kind::product, std::move(a), std::move(b));
}

Expression operator/(Expression a, Expression b) {
    if (are_numbers(a, b)) return a.value / b.value;
    return b.is(1) ? a : binary(Kind::quotient, std::move(a), std::move(b));
}

Expression operator-(Expression a) {
    if (a.kind == Kind::number) return -a.value;
    return {Kind::negative, {}, {std::move(a)}};
}

Expression where(Expression condition, Expression yes, Expression no) {
    const bool same =
        condition.kind == Kind::comparison && condition.parts[0] == no && condition.parts[1] == yes;
    if (same) return {Kind::call, condition.word == ">" ? "min" : "max", {std::move(no), std::move(yes)}};
    if (yes.is(1) && no.is(0)) return condition;
    return {Kind::choice, {}, {std::move(condition), std::move(yes), std::move(no)}};
}

namespace {

// How tightly a form holds together.
enum Strength { choosing, comparing, adding, multiplying, negating, raising, whole };

// A function's name for readers, and in NumPy.
struct FunctionName {
    std::string_view function, text, numpy;
};
constexpr std::array function_names{FunctionName{"abs", "abs", "np.abs"},
                                    FunctionName{"sign", "sign", "np.sign"},
                                    FunctionName{"sqrt", "sqrt", "np.sqrt"},
                                    FunctionName{"exp", "exp", "np.exp"},
                                    FunctionName{"expm1", "expm1", "np.expm1"},
                                    FunctionName{"log", "log", "np.log"},
                                    FunctionName{"tanh", "tanh", "np.tanh"},
                                    FunctionName{"sigmoid", "sigmoid", "sigmoid"},
                                    FunctionName{"normal_cdf", "Phi", "normal_cdf"},
                                    FunctionName{"normal_density", "phi", "normal_density"},
                                    FunctionName{"max", "max", "np.maximum"},
                                    FunctionName{"min", "min", "np.minimum"}};

struct Written {
    std::string text;
    Strength strength = whole;
};

class Writer {
public:
    Writer(Notation notation, const std::function<std::string(const std::string&)>& names)
        : numpy_(notation == Notation::numpy), matrices_(notation == Notation::matrix), names_(names) {}

    Written operator()(const Expression& e) const {
        switch (e.kind) {
            case Kind::number:
                return {digits(e.value), e.value < 0 ? negating : whole};
            case Kind::name:
                return {names_ ? names_(e.word) : e.word};
            case Kind::negative:
                return {"-" + within(e.parts[0], negating), negating};
            case Kind::sum:
                return {within(e.parts[0], adding) + " + " + within(e.parts[1], adding), adding};
            case Kind::difference:
                return {within(e.parts[0], adding) + " - " + within(e.parts[1], multiplying), adding};
            case Kind::product:
                return {within(e.parts[0], multiplying) + times(e) + within(e.parts[1], negating),
                        multiplying};
            case Kind::quotient:
                return {within(e.parts[0], multiplying) + over(e) + within(e.parts[1], negating),
                        multiplying};
            case Kind::square:
                return {within(e.parts[0], whole) + (numpy_ ? " ** 2" : ".^2"), raising};
            case Kind::comparison:
                return {within(e.parts[0], adding) + " " + e.word + " " + within(e.parts[1], adding),
                        comparing};
            case Kind::choice:
                return choice(e.parts[0], e.parts[1], e.parts[2]);
            case Kind::call:
                break;
        }
        return call(e);
    }

private:
    [[nodiscard]] std::string within(const Expression& e, Strength least) const {
        Written written = (*this)(e);
        return written.strength < least ? "(" + written.text + ")" : written.text;
    }

    // Ten digits are enough to read; 1e-08 is 1e-8.
    [[nodiscard]] std::string digits(double value) const {
        std::string all = to_text(value);
        constexpr int enough = 10;
        if (const std::size_t e = all.find("e-0"); e != std::string::npos) all.erase(e + 2, 1);
        if (numpy_ || all.size() <= enough) return all;
        std::array<char, 32> some{};
        const auto end =
            std::to_chars(some.data(), some.data() + some.size(), value, std::chars_format::general, enough);
        return to_text(to_number({some.data(), static_cast<std::size_t>(end.ptr - some.data())}));
    }

    static bool is_number(const Expression& e) { return e.kind == Kind::number; }

    [[nodiscard]] std::string times(const Expression& e) const {
        if (numpy_) return " * ";
        if (matrices_) return is_number(e.parts[0]) || is_number(e.parts[1]) ? " * " : " .* ";
        return " ";
    }

    [[nodiscard]] std::string over(const Expression& e) const {
        return matrices_ && !is_number(e.parts[0]) && !is_number(e.parts[1]) ? " ./ " : " / ";
    }

    [[nodiscard]] Written choice(const Expression& condition, const Expression& yes,
                                 const Expression& no) const {
        if (numpy_)
            return {"np.where(" + within(condition, choosing) + ", " + within(yes, choosing) + ", " +
                    within(no, choosing) + ")"};
        return {within(condition, comparing) + " ? " + within(yes, comparing) + " : " + within(no, choosing),
                choosing};
    }

    [[nodiscard]] Written call(const Expression& e) const {
        const Expression& x = e.parts[0];
        if (e.word == "expm1" && !numpy_) return (*this)(exp(x) - 1);
        if (e.word == "above_zero")
            return numpy_ ? Written{"np.maximum(" + (*this)(x).text + ", 1e-30)"} : (*this)(x);
        if (e.word == "clamp" && !numpy_)
            return (*this)(where(where(x < e.parts[1], e.parts[1], x) > e.parts[2], e.parts[2],
                                 where(x < e.parts[1], e.parts[1], x)));
        std::string arguments;
        for (const Expression& part : e.parts)
            arguments += (arguments.empty() ? "" : ", ") + (*this)(part).text;
        if (e.word == "clamp") return {"np.clip(" + arguments + ")"};
        if (e.word == "softplus" && numpy_) return {"np.logaddexp(0, " + arguments + ")"};
        for (const auto& [function, text, in_numpy] : function_names)
            if (function == e.word) return {std::string(numpy_ ? in_numpy : text) + "(" + arguments + ")"};
        return {e.word + "(" + arguments + ")"};
    }

    bool numpy_, matrices_;
    const std::function<std::string(const std::string&)>& names_;
};

}  // namespace

std::string to_text(const Expression& formula, Notation notation,
                    const std::function<std::string(const std::string&)>& names) {
    const Writer write(notation, names);
    // A function of our own is written out where it stands alone.
    if (notation == Notation::matrix && formula.kind == Kind::call) {
        if (formula.word == "sigmoid") return write(1 / (1 + exp(-formula.parts[0]))).text;
        if (formula.word == "softplus") return write(log(1 + exp(formula.parts[0]))).text;
    }
    return write(formula).text;
}

}  // namespace gradus
