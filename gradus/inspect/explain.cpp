#include "gradus/inspect/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gradus/inspect/display_width.h"
#include "gradus/inspect/tensor_text.h"

namespace gradus {
namespace {

constexpr int indent = 8;  // the width of "[ 7/10] "

Matrix<double> to_matrix(const Tensor& tensor) {
    Matrix<double> M(tensor.rows(), tensor.columns());
    for (Index i = 0; i < M.rows(); ++i)
        for (Index j = 0; j < M.columns(); ++j)
            M(i, j) = tensor.values[static_cast<std::size_t>(i * M.columns() + j)];
    return M;
}

const Tensor& output(const Trace& trace) {
    const auto cost = std::ranges::find(trace.phases, PhaseKind::cost, &Phase::kind);
    return std::prev(cost)->tensors.front();
}

// "dW2 = dZ2 * A1' / m" for a result, the name alone for what is given.
std::string title(const Phase& phase, std::size_t tensor) {
    if (phase.kind == PhaseKind::update || tensor >= phase.operations.size())
        return phase.tensors[tensor].name +
               (phase.kind == PhaseKind::cost && tensor == 1 ? ", each example's loss" : "");
    const std::string whole = phase.formula();
    if (tensor == 0 && phase.kind == PhaseKind::backward && whole.find("; ") == std::string::npos)
        return whole;
    return phase.operations[tensor].result + " = " + phase.operations[tensor].expression;
}

const std::vector<std::string>& row_names(const Trace& trace, const Tensor& tensor, const RowNames& names) {
    static const std::vector<std::string> none;
    if (tensor.shape.size() != 2) return none;
    const bool of_outputs = tensor.name == "Y" || tensor.name == output(trace).name;
    const std::vector<std::string>& found = tensor.name == "X" ? names.inputs
                                            : of_outputs       ? names.outputs
                                                               : none;
    return found.size() == static_cast<std::size_t>(tensor.shape[0]) ? found : none;
}

// A title with the shape behind it, and the numbers beside or below.
void add_tensor(std::vector<std::string>& lines, const std::string& head, const Tensor& tensor,
                const std::vector<std::string>& labels) {
    constexpr int shape_column = 34, row_column = 42;
    const std::string shape = shape_text(tensor);
    const std::string beside = labels.empty() ? row_text(tensor, text_width - row_column) : "";
    if (!beside.empty() && display_width(head) < shape_column) {
        lines.push_back(pad_right(head, shape_column) + pad_left(shape, row_column - shape_column) + beside);
        return;
    }
    const int room = text_width - display_width(head);
    if (room > static_cast<int>(shape.size())) {
        lines.push_back(head + pad_left(shape, room));
    } else {
        for (const std::string& line : wrapped(head + "  " + shape, indent + 2)) lines.push_back(line);
    }
    for (const std::string& line : tensor_text(tensor, labels, indent)) lines.push_back(line);
}

}  // namespace

std::string headline(const Trace& trace, Task task) {
    std::string line = fmt::format("iteration {}   cost {:.6f}", trace.iteration, trace.cost);
    const Evaluation e = measure<double>(task, to_matrix(output(trace)), to_matrix(*trace.find("Y")));
    line += task == Task::classify
                ? fmt::format("   accuracy {}/{}", std::lround(e.accuracy * double(e.examples)), e.examples)
                : fmt::format("   rmse {:.6f}", e.rmse);
    return line;
}

std::vector<std::string> phase_text(const Trace& trace, std::size_t number, const RowNames& names) {
    const Phase& phase = trace.phases[number];
    const auto digits = std::to_string(trace.phases.size()).size();
    std::string head = pad_right(fmt::format("[{:>{}}/{}]", number + 1, digits, trace.phases.size()), indent);
    std::vector<std::string> lines;
    if (phase.kind == PhaseKind::update) {
        lines = wrapped(head + "update " + phase.formula(), indent + 2);
        lines.push_back(fmt::format("{:{}}predicted change of cost {:.6f}   actual {:.6f}", "", indent,
                                    trace.predicted_change, trace.actual_change));
        head = std::string(indent, ' ');
    }
    for (std::size_t i = 0; i < phase.tensors.size(); ++i) {
        const Tensor& tensor = phase.tensors[i];
        add_tensor(lines, head + title(phase, i), tensor, row_names(trace, tensor, names));
        head = std::string(indent, ' ');
    }
    return lines;
}

}  // namespace gradus
