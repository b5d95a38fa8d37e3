#include "gradus/explain/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gradus/core/say.h"
#include "gradus/explain/display_width.h"
#include "gradus/explain/tensor_text.h"

namespace gradus {
namespace {

constexpr int indent = 8;  // the width of "[ 7/10] "

// Six digits behind the point where they say enough.
std::string six_decimals(double x) {
    const bool plain = x == 0 || (std::abs(x) >= 1e-3 && std::abs(x) < 1e5);
    return plain ? fmt::format("{:.6f}", x + 0.0) : fmt::format("{:.6e}", x);
}

const Tensor& output(const Trace& trace) {
    const auto cost = std::ranges::find(trace.phases, PhaseKind::cost, &Phase::kind);
    return std::prev(cost)->tensors.front();
}

// "dW2 = dZ2 * A1' / m" for a result, the name alone for what is given.
std::string title(const Phase& phase, std::size_t tensor) {
    if (phase.kind == PhaseKind::update || tensor >= phase.operations.size())
        return phase.tensors[tensor].name +
               (phase.kind == PhaseKind::cost && tensor == 1 ? say(", each example's loss") : "");
    return phase.operations[tensor].result + " = " + phase.expression(tensor);
}

const std::vector<std::string>& row_names(const Trace& trace, const Tensor& tensor, const RowNames& names) {
    static const std::vector<std::string> none;
    if (tensor.shape.size() != 2) return none;
    const bool of_outputs = tensor.name == "Y" || tensor.name == output(trace).name;
    const std::vector<std::string>& found = tensor.name == "X" || tensor.name == "V0" ? names.inputs
                                            : of_outputs                              ? names.outputs
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
        for (const std::string& line : wrapped(fmt::format("{}  {}", head, shape), indent + 2))
            lines.push_back(line);
    }
    for (const std::string& line : tensor_text(tensor, labels, indent)) lines.push_back(line);
}

}  // namespace

std::string headline(const Trace& trace, Task task) {
    const std::string line = say("iteration {}   cost {}", trace.iteration, six_decimals(trace.cost));
    const Evaluation e = measure<double>(task, to_matrix(output(trace)), to_matrix(*trace.find("Y")));
    if (task == Task::reconstruct)
        return line + fmt::format("   reconstruction error {:.6f}", e.reconstruction_error);
    if (task == Task::regress) return line + fmt::format("   rmse {}", six_decimals(e.rmse));
    const Index answers = e.examples * std::max<Index>(1, static_cast<Index>(e.labels.size()));
    const auto right = std::lround(e.accuracy * double(answers));
    return line + "   " +
           (task == Task::multilabel ? say("accuracy {}/{} labels", right, answers)
                                     : say("accuracy {}/{}", right, answers));
}

std::string machine_headline(const Trace& trace) {
    return say("layer {}   iteration {}   reconstruction error {}", *trace.machine + 1, trace.iteration,
               six_decimals(trace.cost));
}

std::vector<std::string> phase_text(const Trace& trace, std::size_t number, const RowNames& names) {
    const Phase& phase = trace.phases[number];
    const auto digits = std::to_string(trace.phases.size()).size();
    std::string head = pad_right(fmt::format("[{:>{}}/{}]", number + 1, digits, trace.phases.size()), indent);
    std::vector<std::string> lines;
    if (phase.kind == PhaseKind::update) {
        lines = wrapped(head + say("update {}", phase.formula()), indent + 2);
        lines.push_back(
            std::string(indent, ' ') +
            (trace.machine
                 ? say("change of the reconstruction error, under the same draws {:.6f}", trace.actual_change)
                 : say("predicted change of cost {:.6f}   actual {:.6f}", trace.predicted_change,
                       trace.actual_change)));
        head = std::string(indent, ' ');
    }
    for (std::size_t i = 0; i < phase.tensors.size(); ++i) {
        const Tensor& tensor = phase.tensors[i];
        add_tensor(lines, head + title(phase, i), tensor, row_names(trace, tensor, names));
        head = std::string(indent, ' ');
    }
    return lines;
}

namespace {

double product(const std::vector<Factor>& term) {
    double product = 1;
    for (const Factor& f : term) product *= f.value;
    return product;
}

template <class Text>
std::string joined(const std::vector<Factor>& term, const char* between, Text text) {
    std::string line;
    for (const Factor& f : term) {
        if (!line.empty()) line += between;
        line += text(f);
    }
    return line;
}

std::string tensor_of(const std::string& cell) {
    return cell.substr(0, cell.find('['));
}

// Where the matrices that a report names come from: each once.
std::vector<std::string> origins(const CellReport& report, const Trace& trace) {
    std::vector<std::string> names;
    const auto see = [&names](const Factor& f) {
        if (const std::string name = tensor_of(f.cell); std::ranges::find(names, name) == names.end())
            names.push_back(name);
    };
    for (const std::vector<Factor>& term : report.terms) std::ranges::for_each(term, see);
    std::ranges::for_each(report.sources, see);
    std::vector<std::string> lines;
    for (const std::string& name : names)
        for (std::size_t p = 0; p < trace.phases.size(); ++p) {
            const Phase& phase = trace.phases[p];
            const auto made = std::ranges::find(phase.operations, name, &Operation::result);
            if (phase.kind == PhaseKind::update || made == phase.operations.end()) continue;
            const auto result = static_cast<std::size_t>(made - phase.operations.begin());
            lines.push_back(say("{} is made in phase {}: {}", name, p + 1, phase.expression(result)));
            break;
        }
    return lines;
}

void add_terms(std::vector<std::string>& lines, const CellReport& report) {
    constexpr std::size_t most = 16;
    const auto row = [&lines](const std::string& names, const std::string& numbers, double value) {
        lines.push_back(pad_right("  " + names, 32) + pad_left(numbers, 30) +
                        pad_left(six_decimals(value), text_width - 62));
    };
    const std::size_t shown = report.terms.size() > most ? most - 4 : report.terms.size();
    double sum = 0, rest = 0;
    for (std::size_t i = 0; i < report.terms.size(); ++i) {
        const double value = product(report.terms[i]);
        sum += value;
        if (i >= shown) {
            rest += value;
            continue;
        }
        const auto& term = report.terms[i];
        row(joined(term, " * ", [](const Factor& f) { return f.cell; }),
            term.size() == 1 ? ""
                             : joined(term, " * ", [](const Factor& f) { return six_decimals(f.value); }),
            value);
    }
    if (shown < report.terms.size()) row(say("and {} more terms", report.terms.size() - shown), "", rest);
    const std::string divided = report.divisor == 1 ? "" : fmt::format(" / {}", report.divisor);
    if (report.terms.size() > 1 || !divided.empty())
        row("", say("sum") + divided, sum / double(report.divisor));
    if (report.then)
        row(say("times {}", report.then->cell), six_decimals(report.then->value), report.cell.value);
}

}  // namespace

std::vector<std::string> sum_text(const CellReport& report) {
    if (report.terms.empty()) return {};
    std::string sum;
    for (const std::vector<Factor>& term : report.terms) {
        if (!sum.empty()) sum += " + ";
        sum += joined(term, "*", [](const Factor& f) { return fmt::format("{:.4f}", f.value + 0.0); });
    }
    const std::string divided = report.divisor == 1 ? "" : fmt::format(" / {}", report.divisor);
    return wrapped(fmt::format("{:{}}{} = ({}){} = {:.4f}", "", indent, report.cell.cell, sum, divided,
                               report.cell.value + 0.0),
                   indent + 2);
}

std::vector<std::string> cell_text(const CellReport& report, const Trace& trace) {
    std::vector<std::string> lines;
    const std::string head = report.cell.cell + " = " + six_decimals(report.cell.value);
    lines.push_back(head);
    for (const std::string& line :
         wrapped("  " + say("phase {}: {}", report.phase + 1, report.formula), indent))
        lines.push_back(line);
    add_terms(lines, report);
    for (const Factor& source : report.sources)
        lines.push_back(pad_right("  " + source.cell, 62) +
                        pad_left(six_decimals(source.value), text_width - 62));
    for (const std::string& origin : origins(report, trace))
        for (const std::string& line : wrapped("  " + origin, indent)) lines.push_back(line);
    return lines;
}

namespace {

constexpr std::size_t few_cells = 16;

// Which cells of a check are shown: all when they are few, else those with the largest errors.
std::vector<std::size_t> shown_cells(const StepCheck& check) {
    std::vector<std::size_t> shown(check.cells.size());
    std::iota(shown.begin(), shown.end(), std::size_t{0});
    if (shown.size() > few_cells) {
        std::ranges::stable_sort(shown, std::ranges::greater(),
                                 [&](std::size_t i) { return check.cells[i].error; });
        shown.resize(few_cells);
    }
    return shown;
}

std::string error_text(const CheckedCell& cell) {
    return cell.kink ? say("kink") : fmt::format("{:.1e}", cell.error);
}

// What was compared, and how it ended; then what is shown of it.
std::vector<std::string> check_head(const StepCheck& check, std::string line) {
    if (const CheckedCell* worst = check.worst())
        line +=
            " " + say("(worst relative error {}, of {})", fmt::format("{:.1e}", worst->error), worst->cell);
    if (static_cast<Index>(check.cells.size()) < check.parameters)
        line += say("; {} of the {} parameters were checked", check.cells.size(), check.parameters);
    if (check.kinks() > 0)
        line += say("; {} stand at a kink, where the slopes to the left and right differ", check.kinks());
    return wrapped(pad_right(say("check"), 8) + line, indent);
}

std::string largest_errors() {
    return std::string(indent, ' ') + say("the {} with the largest errors", few_cells);
}

}  // namespace

std::vector<std::string> check_text(const StepCheck& check) {
    std::vector<std::string> lines = check_head(
        check,
        say("{} of {} gradients agree with central differences", check.agreeing(), check.cells.size()));
    if (check.cells.size() > few_cells) lines.push_back(largest_errors());
    lines.push_back(fmt::format("{:{}}{:<18}{:>16}{:>20}{:>16}", "", indent, "", "backward",
                                say("central difference"), say("relative error")));
    for (const std::size_t i : shown_cells(check)) {
        const CheckedCell& cell = check.cells[i];
        lines.push_back(fmt::format("{:{}}{:<18}{:>16.8f}{:>20.8f}{:>16}", "", indent, cell.cell,
                                    cell.backward + 0.0, cell.difference + 0.0, error_text(cell)));
    }
    return lines;
}

std::vector<std::string> check_text(const MachineCheck& check) {
    std::vector<std::string> lines =
        check_head(check.exact, say("{} of {} exact gradients agree with central differences of the exact "
                                    "likelihood",
                                    check.exact.agreeing(), check.exact.cells.size()));
    for (const std::string& line : wrapped(
             std::string(indent, ' ') +
                 say("Contrastive divergence is an estimate of it: the cosine of the angle between both is "
                     "{:.4f}. By this update the log-likelihood of the batch goes from {:.6f} to {:.6f} "
                     "nats an example.",
                     check.cosine, check.log_likelihood, check.log_likelihood_after),
             indent))
        lines.push_back(line);
    if (check.exact.cells.size() > few_cells) lines.push_back(largest_errors());
    lines.push_back(fmt::format("{:{}}{:<14}{:>12}{:>14}{:>20}{:>12}", "", indent, "", "CD", say("exact"),
                                say("central difference"), say("error")));
    for (const std::size_t i : shown_cells(check.exact)) {
        const CheckedCell& cell = check.exact.cells[i];
        lines.push_back(fmt::format("{:{}}{:<14}{:>12.8f}{:>14.8f}{:>20.8f}{:>12}", "", indent, cell.cell,
                                    check.cd[i] + 0.0, cell.backward + 0.0, cell.difference + 0.0,
                                    error_text(cell)));
    }
    return lines;
}

}  // namespace gradus
