// What did pre-training learn? Its machines, as pictures.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <variant>

#include "gradus/core/say.h"
#include "gradus/data/decoder.h"
#include "gradus/doctor/machine_state.h"
#include "gradus/model/dreaming.h"
#include "gradus/nn/dreams.h"
#include "gradus/report/chart.h"
#include "gradus/report/html.h"
#include "gradus/report/report_pieces.h"

namespace gradus {
namespace {

constexpr Index filters_shown = 48, most_strong = 4;
constexpr std::size_t bars_shown = 100;
constexpr Index classes_shown = 10, of_a_class = 6, most_samples = 24, rows_shown = 12;

// A table like the data's, with these numbers in its columns: for Pictures.
Table like(const Table& table, const std::vector<std::vector<double>>& rows, double divisor) {
    Table shown;
    shown.rows = static_cast<Index>(rows.size());
    shown.image = table.image;
    shown.length = table.length;
    shown.channels = table.channels;
    shown.divisor = divisor;
    shown.columns.resize(rows.empty() ? 0 : rows.front().size());
    for (std::size_t i = 0; i < shown.columns.size(); ++i)
        for (const std::vector<double>& row : rows) shown.columns[i].numbers.push_back(row[i]);
    return shown;
}

std::string sheet(const std::vector<std::string>& items) {
    std::string html = "<ul class=\"sheet\">\n";
    for (const std::string& item : items) html += fmt::format("<li>{}</li>\n", item);
    return html + "</ul>\n";
}

// A column for each layer: there are few, and names are long.
template <class T>
std::string units_table(const std::vector<MachineState>& states, const std::vector<Rbm<T>>& machines) {
    std::vector<HtmlCell> head{""}, visible{say("visible units")}, hidden{say("hidden units")},
        training{say("free energy, training")}, deviation{say("its standard deviation")},
        validation{say("free energy, validation")}, off{say("hidden units off for every example")},
        on{say("on for every example")};
    for (std::size_t i = 0; i < states.size(); ++i) {
        const MachineState& s = states[i];
        const auto kind = [](const auto& names, auto unit) { return names[static_cast<std::size_t>(unit)]; };
        head.emplace_back(say("layer {}", s.layer));
        visible.emplace_back(
            fmt::format("{} {}", machines[i].visible(), kind(visible_units_names, s.visible_units)));
        hidden.emplace_back(
            fmt::format("{} {}", machines[i].hidden(), kind(hidden_units_names, s.hidden_units)));
        training.emplace_back(s.free_energy);
        deviation.emplace_back(s.free_energy_deviation);
        validation.push_back(s.monitored_free_energy ? HtmlCell(*s.monitored_free_energy)
                                                     : HtmlCell(say("none")));
        off.emplace_back(Index{std::ssize(s.off)});
        on.emplace_back(Index{std::ssize(s.on)});
    }
    for (auto* row : {&visible, &hidden, &training, &deviation, &validation, &off, &on})
        for (std::size_t i = 1; i < row->size(); ++i) (*row)[i].attributes = " class=\"n\"";
    HtmlTable table(say("Over {} training examples", states.front().examples), head);
    for (const auto* row : {&visible, &hidden, &training, &deviation, &validation, &off, &on})
        table.add(*row);
    return table.html();
}

// Grey is 0, white the largest weight, black its negative.
template <class T>
std::string filter_pictures(const Rbm<T>& machine, const MachineState& state, const Dataset& data) {
    const Index shown = std::min(machine.hidden(), filters_shown),
                inputs = machine.visible() - machine.labels();
    std::vector<std::vector<double>> rows;
    for (Index i = 0; i < shown; ++i) {
        double largest = 0;
        for (Index j = 0; j < inputs; ++j) largest = std::max(largest, std::abs(double(machine.W()(i, j))));
        std::vector<double>& row = rows.emplace_back();
        for (Index j = 0; j < inputs; ++j)
            row.push_back(largest > 0 ? (1 + double(machine.W()(i, j)) / largest) / 2 : 0.5);
    }
    const Table table = like(data.table, rows, 1);
    const Pictures pictures(table, {});
    if (!pictures) return {};
    std::vector<std::string> items;
    for (Index i = 0; i < shown; ++i)
        items.push_back(pictures.of(i) +
                        fmt::format("{}: {:.2f}", i + 1, state.activation[static_cast<std::size_t>(i)]));
    const std::string what =
        table.image.empty()
            ? say("The weights of {} of {} hidden units as curves, each over its own range; below them the "
                  "unit and its mean activation.",
                  shown, machine.hidden())
            : say("The weights of {} of {} hidden units as pictures: white where an input switches the unit "
                  "on, black where it switches it off, grey is 0; below them the unit and its mean "
                  "activation.",
                  shown, machine.hidden());
    return fmt::format("<p class=\"note\">{}</p>\n", what) + sheet(items);
}

// The inputs that a unit listens to most: "petal width 2.31, sepal length -1.2".
template <class T>
std::string strongest(const Rbm<T>& machine, Index unit, const std::vector<std::string>& names) {
    std::vector<Index> order(static_cast<std::size_t>(machine.visible() - machine.labels()));
    std::iota(order.begin(), order.end(), Index{0});
    std::ranges::stable_sort(order, std::ranges::greater(),
                             [&](Index j) { return std::abs(double(machine.W()(unit, j))); });
    std::string text;
    for (std::size_t k = 0; k < std::min(order.size(), std::size_t{most_strong}); ++k)
        text += fmt::format("{}{} {:.3g}", k == 0 ? "" : ", ", names[static_cast<std::size_t>(order[k])],
                            double(machine.W()(unit, order[k])));
    return text;
}

HtmlCell activation_bar(double share) {
    HtmlCell cell("");
    cell.html = fmt::format("<span class=\"bar\" style=\"width:{:.1f}%\"></span>", 100 * share);
    cell.attributes = " class=\"w\"";
    return cell;
}

template <class T>
std::string filter_table(const Rbm<T>& machine, const MachineState& state,
                         const std::vector<std::string>& names) {
    const Index shown = std::min(machine.hidden(), filters_shown);
    const double most = std::max(1e-300, std::ranges::max(state.activation));
    HtmlTable table(say("The strongest weights of {} of {} hidden units", shown, machine.hidden()),
                    {say("unit"), say("mean activation"), "", say("weights")});
    for (Index i = 0; i < shown; ++i) {
        const double activation = state.activation[static_cast<std::size_t>(i)];
        table.add({i + 1, activation, activation_bar(activation / most), strongest(machine, i, names)});
    }
    return table.html();
}

std::string activation_chart(const MachineState& state) {
    std::vector<double> shown = state.activation;
    const bool bars = shown.size() <= bars_shown;
    if (!bars) std::ranges::sort(shown, std::ranges::greater());
    const double most = std::ranges::max(shown), least = std::ranges::min(shown);
    constexpr double above = 1.05;
    Chart chart({bars ? say("hidden unit") : say("hidden units, the most active first"), 0.5,
                 double(shown.size()) + 0.5},
                {say("mean activation"), 0, most > 0 ? above * most : 1});
    std::vector<Point> line;
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const auto unit = double(i + 1);
        if (bars) chart.add_bar(unit - 0.5, unit + 0.5, shown[i]);
        line.push_back({unit, shown[i]});
    }
    if (!bars) chart.add_line(line, "a", say("mean activation"));
    HtmlTable table(
        say("Mean activation of {} of {} hidden units", std::min(shown.size(), bars_shown), shown.size()),
        {say("unit"), say("mean activation")});
    for (std::size_t i = 0; i < std::min(shown.size(), bars_shown); ++i)
        table.add({static_cast<Index>(i) + 1, state.activation[i]});
    return chart.html(say("The {} hidden units of layer {} are active {} to {} in the mean.", shown.size(),
                          state.layer, four_digits(least), four_digits(most)),
                      table.folded());
}

// One machine: what its units look for, if it sees the inputs, and how active they are.
template <class T>
std::string machine_section(const Model<T>& model, const Rbm<T>& machine, const MachineState& state,
                            const Dataset& data) {
    std::string html = fmt::format("<h3>{}</h3>\n", say("The hidden units of layer {}", state.layer));
    if (state.layer == 1) {
        const std::string pictures = filter_pictures(machine, state, data);
        html += pictures.empty() ? filter_table(machine, state, model.features.names()) : pictures;
    }
    return html + activation_chart(state);
}

template <class T>
std::string samples_as_rows(const Decoder& decoder, const Matrix<T>& X) {
    constexpr std::size_t most_columns = 12;
    std::vector<HtmlCell> head{say("sample")};
    const std::vector<std::string> names = decoder.names();
    for (std::size_t i = 0; i < std::min(names.size(), most_columns); ++i) head.emplace_back(names[i]);
    HtmlTable table(say("{} rows", std::min(X.columns(), rows_shown)), head);
    for (Index j = 0; j < std::min(X.columns(), rows_shown); ++j) {
        std::vector<HtmlCell> row{j + 1};
        for (const Decoder::Cell& cell : decoder(X.view().column(j)))
            std::visit([&](const auto& value) { row.emplace_back(value); }, cell);
        row.erase(row.begin() + static_cast<std::ptrdiff_t>(std::min(row.size(), most_columns + 1)),
                  row.end());
        table.add(row);
    }
    return table.html();
}

DreamSettings dreams_of(const Recipe& recipe) {
    DreamSettings settings = natural_dreams(recipe);
    settings.steps = std::min<Index>(settings.steps, 200);  // a page is to be there soon
    settings.seed = recipe.seed;
    return settings;
}

template <class T>
std::string samples_of(const Model<T>& model, const Dataset& data, std::optional<Index> label, Index count) {
    DreamSettings settings = dreams_of(model.recipe);
    settings.label = label;
    const Matrix<T> X = dream<T>(model.machines, count, settings);
    const Decoder decoder(model.features, data.name);
    std::vector<std::vector<double>> rows(static_cast<std::size_t>(X.columns()));
    for (Index j = 0; j < X.columns(); ++j)
        for (const Decoder::Cell& cell : decoder(X.view().column(j)))
            if (const auto* number = std::get_if<double>(&cell))
                rows[static_cast<std::size_t>(j)].push_back(*number);
    const Table table = like(data.table, rows, data.table.divisor);
    const Pictures pictures(table, {});
    if (!pictures) return samples_as_rows(decoder, X);
    std::vector<std::string> items;
    for (Index j = 0; j < X.columns(); ++j) items.push_back(pictures.of(j));
    return sheet(items);
}

template <class T>
std::string samples_section(const Model<T>& model, const Dataset& data) {
    if (model.features.masked_channels > 0) return {};  // how long an input is cannot be told
    std::string html =
        fmt::format("<h3>{}</h3>\n<p class=\"note\">{}</p>\n", say("Samples"),
                    say("Inputs that the machines think likely: {} Gibbs steps of the last one, then down. "
                        "<code>gradus sample</code> draws more.",
                        dreams_of(model.recipe).steps));
    const Index classes = model.machines.back().labels();
    if (classes == 0) return html + samples_of(model, data, std::nullopt, most_samples);
    for (Index k = 0; k < std::min(classes, classes_shown); ++k)
        html += fmt::format("<p>{}</p>\n",
                            say("Class {}", html_text(model.target.classes[static_cast<std::size_t>(k)]))) +
                samples_of(model, data, k, of_a_class);
    return html;
}

}  // namespace

template <class T>
std::string machines_section(const Model<T>& model, const Dataset& data, const PreparedData<T>& prepared) {
    if (model.machines.empty()) return {};
    const std::vector<MachineState> states = look_at(model.machines, prepared);
    std::string html = fmt::format("<h2>{}</h2>\n<p>{}</p>\n", say("Pre-training"),
                                   say("Each hidden layer was first learned as a restricted Boltzmann "
                                       "machine, on what the layers before "
                                       "it give. The lower the free energy of an example, the likelier the "
                                       "machine thinks it is; where that "
                                       "of the validation examples is much higher, the machine over-fits."));
    html += units_table(states, model.machines);
    for (std::size_t i = 0; i < states.size(); ++i)
        html += machine_section(model, model.machines[i], states[i], data);
    return html + samples_section(model, data);
}

template std::string machines_section(const Model<float>&, const Dataset&, const PreparedData<float>&);
template std::string machines_section(const Model<double>&, const Dataset&, const PreparedData<double>&);

}  // namespace gradus
