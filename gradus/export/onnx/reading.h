// How is another program's graph understood? Each value of it: what it is on some examples, and which steps
// made it.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gradus/export/onnx/operators.h"
#include "gradus/export/onnx/steps.h"

namespace gradus::onnx {

/// One value of the graph. The array holds it for a few examples; shapes and what operators do with places
/// are read off it, and off `units`, which goes through the same operators.
struct GraphValue {
    enum class Kind {
        constant,   ///< it does not depend on the input, or on its sizes only
        numbers,    ///< a function of the units of a step
        texts,      ///< columns of text
        two,        ///< [1 - p, p], with one unit p
        classes,    ///< the number of the largest unit, or what that number stands for
        elsewhere,  ///< none of these: nothing here can be it
    };
    Kind kind = Kind::constant;
    Array array = {};
    const Step* step = nullptr;
    Array units = {};  ///< of numbers and texts: which unit of which example stands at each place
    Array probe = {};  ///< of numbers: the function at probe_points(); of classes: what each class becomes
    std::vector<std::string> operations = {};  ///< that make up the function
    const Node* node = nullptr;                ///< the last of them
};

/// Reads a graph, node by node.
class Reading {
public:
    explicit Reading(const File& file);

    /// The value of this name, its function a step of its own. Throws Error (input), without a place, that
    /// lists all that nothing here can be.
    const GraphValue& output(const std::string& name);
    const GraphValue* find(const std::string& name) const;

    [[nodiscard]] const FileColumns& columns() const { return columns_; }
    /// The inputs of the graph, without constants.
    [[nodiscard]] const std::vector<Value>& inputs() const { return inputs_; }
    [[nodiscard]] Index examples() const { return examples_; }
    [[nodiscard]] Index version() const { return version_; }

    /// Throws Error (input) with everything that was found so far.
    [[noreturn]] void refuse_all() const;

private:
    using Inputs = std::vector<GraphValue*>;

    void add_input(const Value& input);
    void read(const Node& node);
    void read_data(const Node& node, const Inputs& inputs);
    void understand(const Node& node, const Inputs& inputs, GraphValue& result);
    bool is_known(const Node& node);
    void complain(const std::string& complaint);

    void elementwise(const Node& node, const Inputs& inputs, GraphValue& result);
    void function_of(const Node& node, const Inputs& inputs, GraphValue& result);
    void scale(const Node& node, const Inputs& inputs, GraphValue& result);
    void join(const Node& node, GraphValue& a, GraphValue& b, GraphValue& result);
    void move(const Node& node, const Inputs& inputs, GraphValue& result);
    void unite_columns(const Node& node, const Inputs& data);
    void drop_out(const Node& node, GraphValue& x, GraphValue& result);
    bool two_classes(const Node& node, const Inputs& inputs, GraphValue& result);
    void of_classes(const Node& node, const Inputs& inputs, GraphValue& result);
    void one_hot(const Node& node, GraphValue& x, GraphValue& result);
    void impute(const Node& node, GraphValue& x, GraphValue& result);
    void layer(const Node& node, const Inputs& inputs, GraphValue& result);
    void gemm(const Node& node, const Inputs& inputs, GraphValue& result);
    void mat_mul(const Node& node, const Inputs& inputs, GraphValue& result);
    void dense(GraphValue& x, Step& step, GraphValue& result, const Node& node);
    void dense_along(GraphValue& x, Step& step, GraphValue& result, const Node& node);
    void scaler(const Node& node, GraphValue& x, GraphValue& result);
    void convolve(const Node& node, const Inputs& inputs, GraphValue& result);
    void pool(const Node& node, GraphValue& x, GraphValue& result);
    void reduce(const Node& node, GraphValue& x, GraphValue& result);
    void soft_max(const Node& node, GraphValue& x, GraphValue& result);
    void normalize(const Node& node, const Inputs& inputs, GraphValue& result);
    void arg_max(const Node& node, GraphValue& x, GraphValue& result);

    /// Gives a value's function a step of its own.
    void settle(const Node& node, GraphValue& x);
    bool settle_through(const Node& node, GraphValue& x);
    std::vector<GraphValue*> parts_of(const GraphValue& x);
    std::optional<Array> probe_from(const GraphValue& part, const GraphValue& x, int depth);
    /// A series [C, L] stands at these places: with how many zeros before and behind it?
    struct Series {
        Index before = 0, behind = 0;
        Index windowed = 2;  ///< the axis of the length
    };
    Series as_series(const Node& node, GraphValue& x, bool may_be_padded);
    [[nodiscard]] Shape shape_of(const Step& step) const;
    [[nodiscard]] bool sees_columns(const Step& step) const;
    [[nodiscard]] Index place_of(const Step& step, Index unit) const;
    Step& add(Step step);
    void leave(GraphValue& result, const Step& step) const;
    void scale_all(const Node& node, GraphValue& x, double scale, double shift);
    void give_scale(const GraphValue& x, const Array& scale, const Array& shift, GraphValue& result,
                    const Node& node);

    Index version_, examples_ = 0, residuals_ = 0;
    int depth_ = 0;
    std::vector<Value> inputs_;
    std::deque<Step> steps_;
    FileColumns columns_;
    const Step* input_ = nullptr;
    std::map<std::string, GraphValue, std::less<>> values_;
    std::vector<std::string> complaints_;
    std::set<std::string> known_complaints_;
    Work work_;
};

/// Units of different examples are this far apart.
constexpr Index unit_stride = Index{1} << 30;

/// How a unit of an example stands in GraphValue::units.
inline double unit_of(Index example, Index unit) {
    const Index at = example * unit_stride + unit;
    return static_cast<double>(at);
}

}  // namespace gradus::onnx
