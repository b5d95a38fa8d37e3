// How is a formula written down? By computing with it: an Expression does no arithmetic, but remembers it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gradus {

/// A formula as data. Whatever is written for numbers in general runs on Expressions too:
///
///     template <class V> V slope(V a) { return 1 - a * a; }
///     to_text(slope(Expression::name("A")))    "1 - A.^2"
///
/// What need not be said is left out: 1 * x is x, two numbers become one, where(x < 0, 0, x) is max(x, 0).
struct Expression {
    /// What a formula is made of its parts a, b, c.
    enum class Kind {
        number,      ///< its value
        name,        ///< of a matrix; or anything that is written as it stands
        negative,    ///< -a
        sum,         ///< a + b
        difference,  ///< a - b
        product,     ///< a * b
        quotient,    ///< a / b
        square,      ///< a * a
        call,        ///< word(a, ...)
        comparison,  ///< a word b: 1 where it holds, else 0
        choice,      ///< b where a holds, else c
    };
    Kind kind = Kind::number;            ///< which of these
    double value = 0;                    ///< of a number
    std::string word = {};               ///< a name, a function or a comparison
    std::vector<Expression> parts = {};  ///< a, b, c

    /// A number.
    Expression(double number) : value(number) {}  // NOLINT(google-explicit-constructor)
    /// Anything else.
    Expression(Kind kind, std::string word, std::vector<Expression> parts)
        : kind(kind), word(std::move(word)), parts(std::move(parts)) {}
    /// What stands for a matrix, or for anything that is written so.
    static Expression name(std::string word) { return {Kind::name, std::move(word), {}}; }

    /// Is it this number?
    [[nodiscard]] bool is(double number) const { return kind == Kind::number && value == number; }
    /// Does this function stand anywhere in it?
    [[nodiscard]] bool calls(std::string_view function) const;
    bool operator==(const Expression&) const = default;

    /// @cond  The operators and functions of numbers.
    friend Expression operator+(Expression a, Expression b);
    friend Expression operator-(Expression a, Expression b);
    friend Expression operator*(Expression a, Expression b);
    friend Expression operator/(Expression a, Expression b);
    friend Expression operator-(Expression a);
    friend Expression operator<(Expression a, Expression b) { return compared(a, "<", b); }
    friend Expression operator>(Expression a, Expression b) { return compared(a, ">", b); }
    friend Expression operator<=(Expression a, Expression b) { return compared(a, "<=", b); }
    friend Expression where(Expression condition, Expression yes, Expression no);

    friend Expression abs(Expression x) { return call("abs", x); }
    friend Expression sign(Expression x) { return call("sign", x); }
    friend Expression sqrt(Expression x) { return call("sqrt", x); }
    friend Expression exp(Expression x) { return call("exp", x); }
    friend Expression expm1(Expression x) { return call("expm1", x); }
    friend Expression log(Expression x) { return call("log", x); }
    friend Expression tanh(Expression x) { return call("tanh", x); }
    friend Expression sigmoid(Expression x) { return call("sigmoid", x); }
    friend Expression softplus(Expression x) { return call("softplus", x); }
    friend Expression normal_cdf(Expression x) { return call("normal_cdf", x); }
    friend Expression normal_density(Expression x) { return call("normal_density", x); }
    // The number itself, but so large that its logarithm is finite.
    friend Expression above_zero(Expression x) { return call("above_zero", x); }
    friend Expression clamp(Expression x, Expression low, Expression high) {
        return {Kind::call, "clamp", {x, low, high}};
    }
    /// @endcond

private:
    static Expression call(const char* function, const Expression& x) { return {Kind::call, function, {x}}; }
    static Expression compared(const Expression& a, const char* how, const Expression& b) {
        return {Kind::comparison, how, {a, b}};
    }
};

/// How a formula is written.
enum class Notation {
    matrix,  ///< of whole matrices, as Octave does: "dA .* (1 - A.^2)", "0.5 * Z", "Z > 0 ? Z : exp(Z) - 1"
    number,  ///< of one number among them: "0.9 v + 0.1 dW.^2"
    numpy,   ///< "np.where(Z > 0, Z, np.expm1(Z))", all digits
};

/// The formula as text. `names` says what else a name is called; else it stands as it is.
std::string to_text(const Expression& formula, Notation notation = Notation::matrix,
                    const std::function<std::string(const std::string&)>& names = {});

}  // namespace gradus
