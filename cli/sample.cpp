// gradus sample: what does a deep belief network dream of?

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/model_options.h"
#include "cli/terminal.h"
#include "gradus/core/say.h"
#include "gradus/data/csv.h"
#include "gradus/export/onnx/onnx.h"
#include "gradus/files/atomic_file.h"
#include "gradus/files/png.h"
#include "gradus/model/decoder.h"
#include "gradus/nn/dreams.h"

namespace gradus::cli {
namespace {

struct SampleOptions {
    std::string model;
    DataOptions from;  // its file is empty: chains begin anywhere
    std::string output;
    std::string picture;
    std::optional<std::string> class_name;
    Index count = 1;
    Index steps = DreamSettings{}.steps;
    std::uint32_t seed = 0;
    TerminalSettings terminal;
};

// Which class is called so.
template <class T>
std::optional<Index> label_of(const SampleOptions& options, const Model<T>& model) {
    if (!options.class_name) return std::nullopt;
    if (model.machines.back().labels() == 0)
        throw Error(Fault::input, {.place = "--class",
                                   .found = say("the machines of {} have seen no labels", options.model),
                                   .expected = say("a model of {}", setting("pretrain", "dbn"))});
    return static_cast<Index>(name_index("--class", *options.class_name, model.target.classes));
}

template <class T>
std::string csv_of(const Decoder<T>& decoder, const Matrix<T>& X) {
    std::vector<std::string> fields;
    for (const std::string& name : decoder.names()) fields.push_back(csv_field(name));
    std::string text = fmt::format("{}\n", fmt::join(fields, ","));
    for (Index j = 0; j < X.columns(); ++j) {
        fields.clear();
        for (const double number : decoder.numbers(X.view().column(j)))
            fields.push_back(fmt::format("{:.9g}", number));
        for (const std::string& category : decoder.texts(X.view().column(j)))
            fields.push_back(csv_field(category));
        text += fmt::format("{}\n", fmt::join(fields, ","));
    }
    return text;
}

template <class T>
void print_objects(Terminal& terminal, const Decoder<T>& decoder, const Matrix<T>& X) {
    const std::vector<std::string> names = decoder.names();
    for (Index j = 0; j < X.columns(); ++j) {
        Json object = Json::object();
        std::size_t at = 0;
        for (const double number : decoder.numbers(X.view().column(j))) object[names[at++]] = number;
        for (const std::string& category : decoder.texts(X.view().column(j))) object[names[at++]] = category;
        terminal.print_json(object);
    }
}

// The samples as a sheet: pictures where an input is a square of numbers, else curves.
template <class T>
class Sheet {
public:
    explicit Sheet(const Matrix<T>& X) : X_(X) {
        side_ = static_cast<Index>(std::lround(std::sqrt(double(X.rows()))));
        square_ = side_ > 1 && side_ * side_ == X.rows();
        zoom_ = square_ ? std::max<Index>(1, 84 / side_) : 1;
        cell_width_ =
            square_ ? side_ * zoom_ : std::max<Index>(X.rows() * std::max<Index>(1, 160 / X.rows()), 2);
        cell_height_ = square_ ? cell_width_ : 64;
        across_ = static_cast<Index>(std::ceil(std::sqrt(double(X.columns()))));
        const auto [least, most] = std::minmax_element(X.data(), X.data() + X.rows() * X.columns());
        least_ = double(*least);
        range_ = *most > *least ? double(*most) - least_ : 1;
        const Index down = (X.columns() + across_ - 1) / across_;
        picture_ = {.width = across_ * (cell_width_ + gap) + gap,
                    .height = down * (cell_height_ + gap) + gap};
        picture_.greys.assign(static_cast<std::size_t>(picture_.width * picture_.height), between);
        for (Index j = 0; j < X.columns(); ++j) square_ ? draw_square(j) : draw_curve(j);
    }

    [[nodiscard]] const Picture& picture() const { return picture_; }

private:
    static constexpr Index gap = 2;
    static constexpr std::uint8_t between = 96;

    [[nodiscard]] double height(Index i, Index j) const { return (double(X_(i, j)) - least_) / range_; }

    std::uint8_t& at(Index j, Index x, Index y) {
        const Index left = gap + j % across_ * (cell_width_ + gap),
                    top = gap + j / across_ * (cell_height_ + gap);
        return picture_.greys[static_cast<std::size_t>((top + y) * picture_.width + left + x)];
    }

    void draw_square(Index j) {
        for (Index y = 0; y < cell_height_; ++y)
            for (Index x = 0; x < cell_width_; ++x)
                at(j, x, y) =
                    static_cast<std::uint8_t>(std::lround(255 * height(y / zoom_ * side_ + x / zoom_, j)));
    }

    // Dark on white, from one number to the next in a straight line.
    void draw_curve(Index j) {
        Index before = 0;
        for (Index x = 0; x < cell_width_; ++x) {
            for (Index y = 0; y < cell_height_; ++y) at(j, x, y) = 255;
            const double place = double(x) * double(X_.rows() - 1) / double(cell_width_ - 1);
            const auto i = std::min(static_cast<Index>(place), std::max<Index>(X_.rows() - 2, 0));
            const Index next = std::min(i + 1, X_.rows() - 1);
            const double here = height(i, j) + (place - double(i)) * (height(next, j) - height(i, j));
            const auto y = static_cast<Index>(std::lround(double(cell_height_ - 1) * (1 - here)));
            const auto [top, bottom] = std::minmax(x == 0 ? y : before, y);
            for (Index between_them = top; between_them <= bottom; ++between_them) at(j, x, between_them) = 0;
            before = y;
        }
    }

    const Matrix<T>& X_;
    Index side_, zoom_, cell_width_, cell_height_, across_;
    bool square_;
    double least_, range_;
    Picture picture_;
};

int run_sample(const SampleOptions& options) {
    Terminal terminal(options.terminal);
    require_own_file("-o", options.output, {options.model, options.from.data});
    require_own_file("--png", options.picture, {options.model, options.from.data, options.output});
    const AnyModel any = read_model(options.model);
    return std::visit(
        [&]<class T>(const Model<T>& model) {
            if (model.machines.empty())
                throw Error(Fault::input,
                            {.place = options.model,
                             .found = say("it has no generative part"),
                             .expected = say("a model of {}, or of {}", setting("pretrain", "rbm"),
                                             setting("pretrain", "dbn"))});
            const Decoder<T> decoder(model.features, options.model);
            const DreamSettings settings{
                .steps = options.steps, .label = label_of(options, model), .seed = options.seed};
            Matrix<T> from;
            if (!options.from.data.empty())
                from = encode<T>(model.features, as_learned(options.from, model).table(terminal));
            const Matrix<T> X = dream<T>(model.machines, options.count, settings, from);
            if (!options.picture.empty()) write_file(options.picture, to_png(Sheet<T>(X).picture()));
            if (!options.output.empty()) {
                write_file(options.output, csv_of(decoder, X));
            } else if (!options.picture.empty()) {
                return 0;
            } else if (options.terminal.json) {
                print_objects(terminal, decoder, X);
            } else {
                print_to_stdout(csv_of(decoder, X));
            }
            return 0;
        },
        any);
}

}  // namespace

Command sample_command(CLI::App& app) {
    CLI::App* command = app.add_subcommand("sample", say("what does a deep belief network dream of?"));
    const auto options = std::make_shared<SampleOptions>();
    command->add_option("MODEL", options->model, say("a model file (.onnx) of train --pretrain"))->required();
    command->option_defaults()->group(say("Samples"));
    const auto add = [&](const char* option, const char* type, const std::string& help, auto read) {
        return add_value(*command, option, type, help, read);
    };
    constexpr Index most = 1'000'000;
    add("-n", "N", say("how many rows"), [options](const std::string& text) {
        options->count = whole_number("-n", text, 1, most);
    })->default_str("1");
    add("--class", "NAME", say("of this class (a model of --pretrain dbn)"),
        [options](const std::string& text) { options->class_name = text; });
    add("--from", "DATA", say("chains begin at these rows; else by the visible biases"),
        [options](const std::string& text) { options->from.data = text; });
    add("--steps", "N", say("Gibbs steps of each chain"), [options](const std::string& text) {
        options->steps = whole_number("--steps", text, 1, most);
    })->default_str("1000");
    add("--seed", "N", say("of the draws"), [options](const std::string& text) {
        options->seed = static_cast<std::uint32_t>(whole_number("--seed", text, 0, 4294967295));
    })->default_str("0");
    add("-o,--output", "FILE", say("where the rows are written, instead of stdout"),
        [options](const std::string& text) { options->output = text; });
    add("--png", "FILE",
        say("a sheet of pictures, or of curves where an input is no square, instead of rows"),
        [options](const std::string& text) { options->picture = text; });
    add_terminal_options(*command, options->terminal);
    command->footer(say("A row for each sample, in the units of the inputs.") + "\n\n" + say("Examples") +
                    "\n"
                    "  gradus sample digits.onnx -n 64 --class 7 --png sevens.png");
    return {command, [options] { return run_sample(*options); }};
}

}  // namespace gradus::cli
