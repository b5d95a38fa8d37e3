#include "cli/data_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "cli/arguments.h"
#include "cli/progress.h"
#include "gradus/data/csv.h"

namespace gradus::cli {
namespace {

constexpr Index most_features = 1'000'000'000;
constexpr Index largest_seed = 4'294'967'295;

// "3x40"
Shape shape(const std::string& option, const std::string& text) {
    const std::size_t cross = text.find('x');
    if (cross == std::string::npos)
        throw Error(
            Fault::usage,
            {.place = option, .found = "\"" + text + "\"", .expected = "channels x length, as in 3x40"});
    return {.channels = whole_number(option, text.substr(0, cross), 1, most_features, " for the channels"),
            .length = whole_number(option, text.substr(cross + 1), 1, most_features, " for the length")};
}

// "age,\"last, first\"": names between commas; quotes hold a name with a comma together.
std::vector<std::string> names(const std::string& option, const std::string& text) {
    std::vector<std::string> names(1);
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"' && quoted && i + 1 < text.size() && text[i + 1] == '"') {
            names.back() += text[++i];
        } else if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            names.emplace_back();
        } else {
            names.back() += c;
        }
    }
    if (quoted || std::ranges::count(names, std::string{}) > 0)
        throw Error(
            Fault::usage,
            {.place = option, .found = "\"" + text + "\"", .expected = "names of columns, with commas"});
    return names;
}

void add_names(CLI::App& command, const std::string& option, std::vector<std::string>& to,
               const std::string& help) {
    add_value(command, option, "COL,...", help,
              [option, &to](const std::string& text) { to = names(option, text); });
}

}  // namespace

std::string data_name(const std::string& path) {
    if (path == "-") return "stdin";
    std::filesystem::path name = std::filesystem::path(path).filename();
    if (name.extension() == ".gz") name = name.stem();
    if (name.has_stem() && name.has_extension()) name = name.stem();
    return name.string();
}

bool DataOptions::is_built_in() const {
    const auto names = generator_names();
    if (std::ranges::count(names, data) > 0) return true;
    const bool looks_like_a_file = data.find_first_of("./") != std::string::npos || data == "-";
    std::error_code unreadable;
    return !looks_like_a_file && !std::filesystem::exists(data, unreadable);
}

void require_no_file_options(const DataOptions& options) {
    if (!options.read.label_first && options.read.labels.empty() && options.columns.targets.empty()) return;
    throw Error(Fault::usage, {.place = options.data,
                               .found = "is built-in data, which has its labels",
                               .hint = "without --target, --labels and --label-first"});
}

static Dataset built_in(const DataOptions& options) {
    require_no_file_options(options);
    GeneratorSettings settings = options.generator;
    settings.seed = options.data_seed.value_or(0);
    return generate(options.data, settings);
}

std::string shell_word(const std::string& word) {
    const auto is_plain = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || (c & 0x80) != 0 ||
               std::string_view("_-./,=+:@%").find(c) != std::string_view::npos;
    };
    if (!word.empty() && std::ranges::all_of(word, is_plain)) return word;
    std::string quoted;
    for (const char c : word) {
        if (c == '\'') quoted += "'\\'";
        quoted += c;
    }
    return fmt::format("'{}'", quoted);
}

std::string DataOptions::words() const {
    const auto file = [](const std::string& path) { return std::filesystem::path(path).filename().string(); };
    std::string words = shell_word(is_built_in() ? data : file(data));
    const auto add = [&words](const std::string& option, const std::string& value) {
        if (!value.empty()) words += fmt::format(" {} {}", option, shell_word(value));
    };
    const auto add_names = [&add](const std::string& option, const std::vector<std::string>& names) {
        std::string list;
        for (const std::string& name : names)
            list += fmt::format("{}{}", list.empty() ? "" : ",", csv_field(name));
        add(option, list);
    };
    if (generator.examples) add("--examples", std::to_string(*generator.examples));
    if (generator.noise) add("--noise", fmt::format("{}", *generator.noise));
    add_names("--target", columns.targets);
    add_names("--ignore", columns.ignored);
    add_names("--categorical", columns.categorical);
    add("--labels", file(read.labels));
    if (read.label_first) words += " --label-first";
    if (read.header != Header::detect) add("--header", read.header == Header::yes ? "yes" : "no");
    add("--encoding", read.encoding);
    return words;
}

static Table read_file(const DataOptions& data, Terminal& terminal) {
    Progress progress(terminal, "MB");
    ReadOptions options = data.read;
    options.progress = [&progress](std::uint64_t done, std::uint64_t all) {
        constexpr double megabyte = 1e6;
        if (all > 0) progress.report(double(done) / megabyte, double(all) / megabyte);
    };
    Table table = read_table(data.data, options);
    if (data.read.label_first && table.length > 0 && !data.shape)
        table.notes.push_back(
            fmt::format("each row is a series of {} numbers (--shape CxL: several channels)", table.length));
    return table;
}

static void print_notes(Terminal& terminal, const std::vector<std::string>& notes) {
    for (const std::string& note : notes) terminal.note("note", note);
}

Table DataOptions::table(Terminal& terminal) const {
    if (is_built_in()) return built_in(*this).table;
    Table table = read_file(*this, terminal);
    print_notes(terminal, table.notes);
    return table;
}

Dataset DataOptions::dataset(Terminal& terminal) const {
    if (is_built_in()) return built_in(*this);
    std::vector<std::string> notes;
    ColumnChoices choices = columns;
    choices.labels_are_an_array = !read.labels.empty();
    Dataset made = make_dataset(read_file(*this, terminal), choices, notes);
    made.name = data_name(data);
    print_notes(terminal, notes);
    return made;
}

void add_generator_options(CLI::App& command, DataOptions& options) {
    add_whole(command, "--examples", options.generator.examples, 1, most_examples,
              "of built-in data: how many")
        ->default_str("500; xor, and, or: 4");
    add_real(command, "--noise", options.generator.noise,
             "of built-in data: the standard deviation of what is added")
        ->default_str("xor, and, or: 0; spirals: 0.02; gauss: 0.7; others: 0.1");
    add_whole(command, "--data-seed", options.data_seed, 0, largest_seed,
              "of built-in data, and of the division for validation")
        ->default_str("as --seed");
}

void add_reading_options(CLI::App& command, DataOptions& options) {
    add_value(command, "--encoding", "NAME", "of text, such as gb18030 or latin1",
              [&options](const std::string& text) { options.read.encoding = text; })
        ->default_str("UTF-8");
    add_value(command, "--header", "yes|no", "is the first row names?", [&options](const std::string& text) {
        options.read.header = name_index("--header", text, {"yes", "no"}) == 0 ? Header::yes : Header::no;
    })->default_str("if a field of it is neither a number nor missing");
    add_value(command, "--labels", "FILE", "the labels of an array (.npy) or of images (IDX)",
              [&options](const std::string& text) { options.read.labels = text; });
    command.add_flag("--label-first", options.read.label_first, "the first column is the label (UCR series)");
    add_value(command, "--shape", "CxL",
              "each example is a series: C channels of length L, channel after channel",
              [&options](const std::string& text) { options.shape = shape("--shape", text); })
        ->default_str("every feature a channel");
}

void add_column_options(CLI::App& command, DataOptions& options) {
    add_names(command, "--target", options.columns.targets,
              "the column to predict; several numeric ones: a regression of several outputs");
    command.get_option("--target")->default_str("the last");
    add_names(command, "--ignore", options.columns.ignored, "columns to leave out");
    add_names(command, "--categorical", options.columns.categorical, "columns whose numbers are names");
}

}  // namespace gradus::cli
