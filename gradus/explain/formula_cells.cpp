#include "gradus/explain/formula_cells.h"

#include <algorithm>
#include <cctype>

namespace gradus {

Factor factor(const Tensor& tensor, const std::vector<Index>& indices) {
    Index place = 0;
    for (std::size_t d = 0; d < indices.size(); ++d) place = place * tensor.shape[d] + indices[d] - 1;
    return {cell_name(tensor.name, indices), tensor.values[static_cast<std::size_t>(place)]};
}

std::string substituted(std::string_view expression, const Replace& replace) {
    std::string text;
    std::vector<std::string> around{""};
    std::string word;
    const auto end_word = [&](char next) {
        const std::optional<std::string> other =
            word.empty() || next == '(' ? std::nullopt : replace(word, around.back());
        text += other.value_or(word);
        const bool sums = word == "mean" || word == "rowsum" || word == "colsum";
        if (next == '(') around.push_back(sums ? word : around.back());
        if (next == ')' && around.size() > 1) around.pop_back();
        word.clear();
    };
    for (const char c : expression) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
            word += c;
        } else {
            end_word(c);
            text += c;
        }
    }
    end_word(' ');
    return text;
}

// Behind a sum, a row or a column.
std::string FormulaCells::cell_in(const Tensor& t, const std::string& around,
                                  std::vector<Factor>* sources) const {
    const auto keep = [&](const Factor& source) {
        const auto same = [&](const Factor& f) { return f.cell == source.cell; };
        if (sources != nullptr && std::ranges::none_of(*sources, same)) sources->push_back(source);
    };
    const bool column = around == "colsum", row = around == "mean" || around == "rowsum";
    if (row && t.shape[0] == tensor_.shape[0])
        return t.name + "[" + std::to_string(indices_[0]) + (t.shape.size() == 3 ? ",:,:]" : ",:]");
    if (column && t.of_examples && t.shape.size() == 2 && t.shape[1] == tensor_.shape.back()) {
        constexpr Index few = 16;  // of the units of a machine only the sum is worth reading
        const Index shown = t.shape == tensor_.shape ? t.shape[0] : std::min(few, t.shape[0]);
        for (Index i = 1; i <= shown; ++i) keep(factor(t, {i, indices_.back()}));
        return t.name + "[:," + std::to_string(indices_.back()) + "]";
    }
    std::vector<Index> there = indices_;
    if (t.shape != tensor_.shape) {
        const bool per_row = t.shape.size() == 2 && t.shape[0] == tensor_.shape[0] && t.shape[1] == 1;
        const bool per_example = t.of_examples && t.shape[0] == 1 && t.shape.size() == 2 &&
                                 t.shape[1] == tensor_.shape.back() && tensor_.of_examples;
        if (!per_row && !per_example) return {};
        there = {per_row ? indices_[0] : 1, per_row ? 1 : indices_.back()};
    }
    keep(factor(t, there));
    return cell_name(t.name, there);
}

bool FormulaCells::are_enough(const std::string& expression) const {
    bool all = true;
    substituted(expression, [&](const std::string& word, const std::string& around) {
        if (const Tensor* t = trace_.find(word)) all = all && !cell_in(*t, around, nullptr).empty();
        return std::optional<std::string>();
    });
    return all;
}

std::string FormulaCells::in(const std::string& expression, std::vector<Factor>& sources) const {
    return substituted(expression, [&](const std::string& word, const std::string& around) {
        const Tensor* t = trace_.find(word);
        return t == nullptr ? std::nullopt : std::optional(cell_in(*t, around, &sources));
    });
}

}  // namespace gradus
