#include "gradus/data/dataset.h"

#include <algorithm>
#include <cmath>

namespace gradus {

Split split(const Dataset& data, double validation_share, RandomState random) {
    const std::size_t classes = std::max<std::size_t>(1, data.class_names.size());
    const auto class_of = [&](Index j) {
        return data.has_classes() ? static_cast<std::size_t>(data.Y(0, j)) : 0;
    };
    std::vector<Index> left(classes);  // how many of each class are still to be set aside
    for (Index j = 0; j < data.examples(); ++j) ++left[class_of(j)];
    for (Index& count : left) count = std::lround(validation_share * double(count));

    Split parts;
    for (const Index j : random.permutation(data.examples()))
        (left[class_of(j)]-- > 0 ? parts.validation : parts.training).push_back(j);
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
