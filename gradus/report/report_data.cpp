// What is a report's data?

#include <fmt/format.h>

#include <algorithm>

#include "gradus/core/say.h"
#include "gradus/report/html.h"
#include "gradus/report/report_pieces.h"

namespace gradus {
namespace {

std::string class_counts(const Dataset& data) {
    constexpr std::size_t most = 30;
    std::vector<Index> counts(data.class_names.size());
    for (Index j = 0; j < data.examples(); ++j) ++counts[static_cast<std::size_t>(data.Y(0, j))];
    const std::size_t shown = std::min(counts.size(), most);
    HtmlTable table(
        shown < counts.size() ? say("The first {} of {} classes", shown, counts.size()) : say("Classes"),
        {say("class"), say("examples"), say("share")});
    for (std::size_t i = 0; i < shown; ++i)
        table.add(
            {data.class_names[i], counts[i], HtmlCell::decimal(double(counts[i]) / double(data.examples()))});
    return table.html();
}

std::string target_ranges(const Dataset& data) {
    HtmlTable table(say("Targets"), {say("target"), say("lowest"), say("mean"), say("highest")});
    for (Index i = 0; i < data.Y.rows(); ++i) {
        double low = data.Y(i, 0), high = low, mean = 0;
        for (Index j = 0; j < data.examples(); ++j) {
            low = std::min(low, data.Y(i, j));
            high = std::max(high, data.Y(i, j));
            mean += data.Y(i, j) / double(data.examples());
        }
        table.add({data.target_names[static_cast<std::size_t>(i)], low, mean, high});
    }
    return table.html();
}

std::string label_counts(const Dataset& data) {
    HtmlTable table(say("Labels"), {say("label"), say("examples"), say("share")});
    for (Index i = 0; i < data.Y.rows(); ++i) {
        Index count = 0;
        for (Index j = 0; j < data.examples(); ++j) count += data.Y(i, j) == 1 ? 1 : 0;
        table.add({data.target_names[static_cast<std::size_t>(i)], count,
                   HtmlCell::decimal(double(count) / double(data.examples()))});
    }
    return table.html();
}

}  // namespace

std::string data_section(const Dataset& data, const std::string& division) {
    const std::string contents =
        say("{}: {}{}, {}; its fingerprint is {}.", html_text(data.name),
            say_count(data.examples(), "{} example", "{} examples"), division,
            say_count(data.features(), "{} column", "{} columns"), fmt::format("{:016x}", fingerprint(data)));
    return fmt::format("<h2>{}</h2>\n<p>{}</p>\n{}", say("Data"), contents,
                       data.Y.rows() == 0   ? ""
                       : data.has_classes() ? class_counts(data)
                       : data.multilabel    ? label_counts(data)
                                            : target_ranges(data));
}

}  // namespace gradus
