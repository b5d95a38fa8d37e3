#include "cli/data_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <span>
#include <utility>

#include "cli/arguments.h"
#include "cli/progress.h"
#include "cli/ranks.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/core/shell_word.h"
#include "gradus/data/csv.h"
#include "gradus/data/dialect.h"

namespace gradus::cli {
namespace {

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
            {.place = option, .found = "\"" + text + "\"", .expected = say("names of columns, with commas")});
    return names;
}

// Adds the names; one that is there already was typed twice.
void add_names(std::vector<std::string>& to, const std::string& option, const std::string& text) {
    for (const std::string& name : names(option, text)) {
        if (std::ranges::count(to, name) > 0)
            throw Error(Fault::usage, {.place = option,
                                       .found = say("{} is there twice", in_quotes(name)),
                                       .expected = say("once")});
        to.push_back(name);
    }
}

// "age,\"last, first\"", the reverse.
std::string list(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ",") + csv_field(name);
    return text;
}

template <class Number>
std::string text_of(const std::optional<Number>& number) {
    return number ? fmt::format("{}", *number) : "";
}

// An option about DATA: one row says how it is typed, and how it is typed again in a recipe.
struct DataOption {
    const char* name;
    const char* value;  // what stands behind it; empty: a flag
    Phrase help;
    Phrase otherwise;  // what holds without it
    void (*read)(DataOptions& options, const std::string& option, const std::string& text);
    std::string (*text)(const DataOptions& options);  // empty: not given; a flag: anything
    enum class Kind { one, list, file } kind = Kind::one;
};

const DataOption generator_options[]{
    {"--examples", "N", say_later("of built-in data: how many"), say_later("500; xor, and, or: 4"),
     [](DataOptions& o, const std::string& option, const std::string& text) {
         o.generator.examples = whole_number(option, text, 1, most_examples);
     },
     [](const DataOptions& o) { return text_of(o.generator.examples); }},
    {"--noise", "X", say_later("of built-in data: the standard deviation of what is added"),
     say_later("xor, and, or: 0; spirals: 0.02; gauss: 0.7; others: 0.1"),
     [](DataOptions& o, const std::string& option, const std::string& text) {
         o.generator.noise = real_number(option, text);
     },
     [](const DataOptions& o) { return text_of(o.generator.noise); }},
};

// ";", "tab", "blank"
char delimiter(const std::string& option, const std::string& text) {
    if (text == "tab" || text == "\\t" || text == "\t") return '\t';
    if (text == "blank" || text == "space" || text == " ") return ' ';
    const bool fits = text.size() == 1 && text[0] > ' ' && text[0] < 127 && text != "\"" &&
                      std::isalnum(static_cast<unsigned char>(text[0])) == 0 && text != "." && text != "-";
    if (!fits)
        throw Error(Fault::usage,
                    {.place = option,
                     .found = "\"" + text + "\"",
                     .expected = say("a character such as ; or |, or one of the words tab and blank")});
    return text[0];
}

const DataOption reading_options[]{
    {"--delimiter", "CHAR", say_later("what separates the fields of a text table; also: tab, blank"),
     say_later("found out: , ; tab | or blanks"),
     [](DataOptions& o, const std::string& option, const std::string& text) {
         o.read.separator = delimiter(option, text);
     },
     [](const DataOptions& o) { return o.read.separator == 0 ? "" : separator_name(o.read.separator); }},
    {"--decimal", ".|,", say_later("the decimal mark of a text table"),
     say_later("found out for each column"),
     [](DataOptions& o, const std::string& option, const std::string& text) {
         o.read.decimal = name_index(option, text, {".", ","}) == 0 ? '.' : ',';
     },
     [](const DataOptions& o) { return std::string(o.read.decimal == 0 ? 0 : 1, o.read.decimal); }},
    {"--date-order", "dmy|mdy", say_later("which of 03/04/2024 is the day, the first or the second?"),
     say_later("found out for each column"),
     [](DataOptions& o, const std::string& option, const std::string& text) {
         o.read.date_order = name_index(option, text, {"dmy", "mdy"}) == 0 ? DateOrder::dmy : DateOrder::mdy;
     },
     [](const DataOptions& o) -> std::string {
         return !o.read.date_order ? "" : *o.read.date_order == DateOrder::dmy ? "dmy" : "mdy";
     }},
    {"--missing", "TOKEN,...", say_later("what else stands for a missing value"),
     say_later("nothing, and ? - . NA N/A None null ..."),
     [](DataOptions& o, const std::string& option, const std::string& text) {
         add_names(o.read.missing, option, text);
     },
     [](const DataOptions& o) { return list(o.read.missing); }, DataOption::Kind::list},
    {"--encoding", "NAME", say_later("of text, such as gb18030 or latin1"), "UTF-8",
     [](DataOptions& o, const std::string&, const std::string& text) { o.read.encoding = text; },
     [](const DataOptions& o) { return o.read.encoding; }},
    {"--header", "yes|no", say_later("is the first row names?"),
     say_later("if no field of it is a number or missing"),
     [](DataOptions& o, const std::string& option, const std::string& text) {
         o.read.header = name_index(option, text, {"yes", "no"}) == 0 ? Header::yes : Header::no;
     },
     [](const DataOptions& o) -> std::string {
         return o.read.header == Header::detect ? "" : o.read.header == Header::yes ? "yes" : "no";
     }},
    {"--labels", "FILE", say_later("the labels of an array (.npy) or of images (IDX)"), "",
     [](DataOptions& o, const std::string&, const std::string& text) { o.read.labels = text; },
     [](const DataOptions& o) { return o.read.labels; }, DataOption::Kind::file},
    {"--label-first", "", say_later("the first column is the label (UCR series)"), "",
     [](DataOptions& o, const std::string&, const std::string&) { o.read.label_first = true; },
     [](const DataOptions& o) -> std::string { return o.read.label_first ? "yes" : ""; }},
};

const DataOption column_options[]{
    {"--target", "COL,...",
     say_later("the column to predict; several of 0 and 1: one class (one-hot) or a label each "
               "(multi-label), of other "
               "numbers: a regression of several outputs"),
     say_later("the last"),
     [](DataOptions& o, const std::string& option, const std::string& text) {
         add_names(o.columns.targets, option, text);
     },
     [](const DataOptions& o) { return list(o.columns.targets); }},
    {"--ignore", "COL,...", say_later("columns to leave out"), "",
     [](DataOptions& o, const std::string& option, const std::string& text) {
         add_names(o.columns.ignored, option, text);
     },
     [](const DataOptions& o) { return list(o.columns.ignored); }, DataOption::Kind::list},
    {"--categorical", "COL,...", say_later("categorical columns, though written as numbers"), "",
     [](DataOptions& o, const std::string& option, const std::string& text) {
         add_names(o.columns.categorical, option, text);
     },
     [](const DataOptions& o) { return list(o.columns.categorical); }, DataOption::Kind::list},
};

const DataOption unlabelled_options[]{
    {"--unlabelled", "FILE", say_later("rows of the same columns without a label, for --pretrain"), "",
     [](DataOptions& o, const std::string&, const std::string& text) { o.unlabelled = text; },
     [](const DataOptions& o) { return o.unlabelled; }, DataOption::Kind::file},
};

void add(CLI::App& command, DataOptions& options, std::span<const DataOption> rows) {
    for (const DataOption& row : rows) {
        const auto read = [&options, &row](const std::string& text) { row.read(options, row.name, text); };
        if (row.value[0] == '\0') {
            command.add_flag_callback(
                row.name, [read] { read(""); }, say(row.help));
            continue;
        }
        const Times times = row.kind == DataOption::Kind::list ? Times::any : Times::once;
        add_value(command, row.name, row.value, say(row.help), read, times)->default_str(say(row.otherwise));
    }
}

}  // namespace

std::string file_name(const std::string& path) {
    return std::filesystem::path(path).filename().string();
}

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

// By their words; that 3 is the column "z" shows later.
static void require_one_role(const ColumnChoices& columns) {
    const auto refuse = [](const char* option, const std::string& name, const char* other) {
        throw Error(Fault::usage, {.place = option,
                                   .found = say("{} stands in {} as well", in_quotes(name), other),
                                   .expected = say("one role for each column")});
    };
    const std::string weight = columns.weight_may_lack ? "" : columns.weight;
    for (const std::string& name : columns.targets) {
        if (std::ranges::count(columns.ignored, name) > 0) refuse("--target", name, "--ignore");
        if (name == columns.group) refuse("--target", name, "--group");
        if (name == weight) refuse("--target", name, "--weight");
    }
    if (!weight.empty() && weight == columns.group) refuse("--group", weight, "--weight");
}

void require_one_standard_input(const std::vector<std::string>& files) {
    const auto count = std::ranges::count(files, "-");
    if (count > 0 && ranks().count() > 1)
        throw Error(Fault::usage, {.place = "-",
                                   .found = say("mpirun gives standard input to the first process alone"),
                                   .expected = say("a file, which all can read")});
    if (count > 1)
        throw Error(Fault::usage, {.place = "-",
                                   .found = say("the standard input cannot be read twice"),
                                   .expected = say("a file for one of them")});
}

void require_options_fit(const DataOptions& options) {
    require_one_role(options.columns);
    if (options.columns.labels == Labels::none && !options.columns.targets.empty())
        throw Error(Fault::usage,
                    {.place = "--target",
                     .found = say("nothing is to be predicted: all columns are inputs"),
                     .hint = say("{} in place of {}", "--ignore " + shell_word(list(options.columns.targets)),
                                 "--target")});
    require_one_standard_input({options.data, options.read.labels});
    const bool built_in = options.is_built_in();
    const auto require_none = [&](std::span<const DataOption> rows) {
        for (const DataOption& row : rows)
            if (!row.text(options).empty())
                throw Error(Fault::usage, {.place = row.name,
                                           .found = built_in ? say("{} is built-in data", options.data)
                                                             : say("{} is a file", options.data),
                                           .hint = say("without {}", row.name)});
    };
    if (!built_in) return require_none(generator_options);
    require_none(reading_options);
    require_none(column_options);
    require_none(unlabelled_options);
}

static Dataset built_in(const DataOptions& options) {
    GeneratorSettings settings = options.generator;
    settings.seed = options.of_all.data_seed.value_or(0);
    Dataset data = generate(options.data, settings);
    return options.columns.labels == Labels::none ? without_target(std::move(data)) : data;
}

static const std::array all_options{
    std::span<const DataOption>(generator_options), std::span<const DataOption>(column_options),
    std::span<const DataOption>(reading_options), std::span<const DataOption>(unlabelled_options)};

void DataOptions::say_as_in(const std::string& words) {
    const std::vector<std::string> said = shell_words(words);
    for (const std::span<const DataOption> rows : all_options)
        for (const DataOption& row : rows) {
            if (row.kind == DataOption::Kind::file || !row.text(*this).empty()) continue;
            const auto option = std::ranges::find(said, row.name);
            if (option == said.end() || (row.value[0] != '\0' && option + 1 == said.end())) continue;
            row.read(*this, row.name, row.value[0] != '\0' ? *(option + 1) : "");
        }
}

std::string DataOptions::words(Files files) const {
    const auto file = [files](const std::string& path) {
        const std::string word = files == Files::as_typed || path == "-" ? path : file_name(path);
        return word.size() > 1 && word.starts_with("-") ? "./" + word : word;  // it is no option
    };
    std::string words = shell_word(is_built_in() ? data : file(data));
    for (const std::span<const DataOption> rows : all_options)
        for (const DataOption& row : rows) {
            const std::string text = row.text(*this);
            if (text.empty()) continue;
            words += fmt::format(" {}", row.name);
            if (row.value[0] != '\0')
                words += " " + shell_word(row.kind == DataOption::Kind::file ? file(text) : text);
        }
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
    if (data.read.label_first && table.length > 0 && !data.of_all.shape)
        table.notes.push_back(
            say("each row is a series of {} numbers (--shape CxL: several channels)", table.length));
    return table;
}

static void print_notes(Terminal& terminal, const std::vector<std::string>& notes) {
    for (const std::string& note : notes) terminal.note("note", note);
}

Table DataOptions::table(Terminal& terminal) const {
    require_options_fit(*this);
    if (is_built_in()) return built_in(*this).table;
    Table table = read_file(*this, terminal);
    print_notes(terminal, table.notes);
    return table;
}

// The label may be there, and is not looked at.
static Table rows_without_label(DataOptions options, const Table& as, Terminal& terminal) {
    options.data = std::exchange(options.unlabelled, "");
    options.read.labels = {};
    options.read.known = known_columns(as);
    read_alike(options.read, as);
    Table table = read_file(options, terminal);
    if (table.rows == 0)
        throw Error(Fault::input, {.place = "--unlabelled",
                                   .found = say("{} has no rows", options.data),
                                   .hint = say("without {}", "--unlabelled")});
    table.name = options.data;
    return table;
}

Dataset DataOptions::dataset(Terminal& terminal) const {
    require_options_fit(*this);
    if (is_built_in()) return built_in(*this);
    std::vector<std::string> notes;
    ColumnChoices choices = columns;
    choices.labels_are_an_array = !read.labels.empty();
    Dataset made = make_dataset(read_file(*this, terminal), choices, notes);
    made.name = data_name(data);
    print_notes(terminal, notes);
    if (!unlabelled.empty()) made.unlabelled.push_back(rows_without_label(*this, made.table, terminal));
    return made;
}

void read_alike(ReadOptions& read, const std::vector<std::string>& names, bool unnamed, bool all_text,
                const std::vector<std::string>& missing_words) {
    for (const std::string& word : missing_words)
        if (std::ranges::count(read.missing, word) == 0) read.missing.push_back(word);
    if (read.header != Header::detect) return;
    read.learned_names = unnamed ? std::vector<std::string>{} : names;
    if (unnamed && all_text) read.header = Header::no;  // no number could tell a row from names
}

void read_alike(ReadOptions& read, const Table& as) {
    std::vector<std::string> names;
    for (const Column& column : as.columns) names.push_back(column.name);
    read_alike(read, names, as.unnamed, std::ranges::all_of(as.columns, &Column::is_text), as.missing_words);
}

void add_generator_options(CLI::App& command, DataOptions& options) {
    add(command, options, generator_options);
    add_setting(command, options.of_all, setting_called("data_seed"));
}

void add_reading_options(CLI::App& command, DataOptions& options) {
    add(command, options, reading_options);
    add_setting(command, options.of_all, setting_called("shape"));
}

void add_unlabelled_option(CLI::App& command, DataOptions& options) {
    add(command, options, unlabelled_options);
}

void add_column_options(CLI::App& command, DataOptions& options) {
    add(command, options, column_options);
}

}  // namespace gradus::cli
