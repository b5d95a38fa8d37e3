#include "gradus/data/dataset.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace gradus {

static std::size_t class_of(const Dataset& data, Index j) {
    return data.has_classes() ? static_cast<std::size_t>(data.Y(0, j)) : 0;
}

// How many examples of each class are to be set aside.
static std::vector<Index> quotas(const Dataset& data, double validation_share) {
    std::vector<Index> counts(std::max<std::size_t>(1, data.class_names.size()));
    for (Index j = 0; j < data.examples(); ++j) ++counts[class_of(data, j)];
    for (Index& count : counts) count = std::lround(validation_share * double(count));
    return counts;
}

Index training_examples(const Dataset& data, double validation_share) {
    const std::vector<Index> set_aside = quotas(data, validation_share);
    return data.examples() - std::accumulate(set_aside.begin(), set_aside.end(), Index{0});
}

Split split(const Dataset& data, double validation_share, RandomState random) {
    std::vector<Index> left = quotas(data, validation_share);
    Split parts;
    for (const Index j : random.permutation(data.examples()))
        (left[class_of(data, j)]-- > 0 ? parts.validation : parts.training).push_back(j);
    std::ranges::sort(parts.training);
    std::ranges::sort(parts.validation);
    return parts;
}

Matrix<double> select(View<const double> M, const std::vector<Index>& columns) {
    Matrix<double> selected(M.rows(), static_cast<Index>(columns.size()));
    for (std::size_t j = 0; j < columns.size(); ++j)
        std::copy_n(M.column(columns[j]), M.rows(), selected.view().column(static_cast<Index>(j)));
    return selected;
}

}  // namespace gradus
