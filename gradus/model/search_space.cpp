#include "gradus/model/search_space.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "gradus/core/elementary.h"
#include "gradus/core/error.h"
#include "gradus/core/letters.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/core/spoken.h"
#include "gradus/model/network_text.h"
#include "gradus/model/settings.h"
#include "gradus/nn/architecture.h"

namespace gradus {
namespace {

constexpr Index widest_layer = 100'000, deepest_network = 100;
constexpr std::size_t most_values = 1000;

constexpr std::array pieces{"width", "depth", "activation", "dropout"};

bool is_piece(std::string_view id) {
    return std::ranges::find(pieces, id) != pieces.end();
}

// What says how to learn; all else says what is learned, or by what it is judged.
bool is_searchable(const Setting& row) {
    constexpr std::array others{"scale", "encode", "net", "init", "batch", "epochs", "patience"};
    return std::string_view(row.group.english) == "Learning" ||
           std::ranges::find(others, row.id) != others.end();
}

std::vector<std::string> searchable() {
    std::vector<std::string> names(pieces.begin(), pieces.end());
    for (const Setting& row : settings())
        if (is_searchable(row)) names.push_back(option_of(row.id).substr(2));
    return names;
}

std::string id_of(std::string_view name, const std::string& place) {
    std::string id(name.substr(std::min(name.find_first_not_of('-'), name.size())));
    std::ranges::replace(id, '-', '_');
    if (is_piece(id)) return id;
    const auto row = std::ranges::find(settings(), id, &Setting::id);
    if (row != settings().end() && is_searchable(*row)) return id;
    const bool known = row != settings().end();
    throw Error(Fault::input, {.place = place,
                               .found = known ? say("{} says what is learned or what judges it, and not how",
                                                    in_quotes(name))
                                              : say("{} is no setting", in_quotes(name)),
                               .expected = one_of(searchable()),
                               .hint = did_you_mean(name, searchable())});
}

void require_piece(const std::string& id, const std::string& value) {
    if (id == "width" || id == "depth") {
        whole_number(id, value, 1, id == "width" ? widest_layer : deepest_network);
    } else if (id == "dropout") {
        if (const double rate = real_number(id, value); rate < 0 || rate >= 1)
            throw Error(Fault::usage,
                        {.place = id, .found = value, .expected = say("a number from 0 to below 1")});
    } else if (const LayerKind* row = find_layer(value); row == nullptr || !row->activation) {
        throw Error(Fault::usage, {.place = id, .found = in_quotes(value), .expected = say("an activation")});
    }
}

// By itself, whatever the data.
void require_value(const SearchedSetting& setting, const std::string& value) {
    if (is_piece(setting.id)) return require_piece(setting.id, value);
    Choices choices;
    setting_called(setting.id).read(choices, value);
    require_valid(choices);
}

// The words of a line; quotes hold blanks together.
std::vector<std::string> words_of(std::string_view line, const std::string& place) {
    std::vector<std::string> words;
    for (std::size_t i = 0; i < line.size();) {
        if (line[i] == ' ' || line[i] == '\t' || line[i] == '\r') {
            ++i;
            continue;
        }
        if (line[i] == '#') break;
        const bool quoted = line[i] == '"';
        const std::size_t begin = quoted ? i + 1 : i;
        std::size_t end = quoted ? line.find('"', begin) : line.find_first_of(" \t\r", begin);
        if (quoted && end == std::string_view::npos)
            throw Error(Fault::input, {.place = place, .found = say("a quotation mark without its end")});
        end = std::min(end, line.size());
        words.emplace_back(line.substr(begin, end - begin));
        i = quoted ? end + 1 : end;
    }
    return words;
}

bool takes_numbers(const std::string& id, bool& whole) {
    const std::string values = is_piece(id) ? (id == "activation" ? "NAME"
                                               : id == "dropout"  ? "X"
                                                                  : "N")
                                            : setting_called(id).values;
    whole = values.starts_with("N") && !values.starts_with("NAME");
    return whole || values == "X";
}

std::string number_text(const SearchedSetting& setting, double number) {
    if (setting.whole) return fmt::format("{}", std::llround(number));
    return to_text(std::clamp(to_number(fmt::format("{:.3g}", number)), setting.low, setting.high));
}

void read_range(SearchedSetting& setting, const std::string& word, const std::string& place) {
    const std::size_t dots = word.find("..");
    setting.low = to_number(word.substr(0, dots));
    setting.high = to_number(word.substr(dots + 2));
    const auto refuse = [&](const std::string& expected) {
        throw Error(Fault::input, {.place = place, .found = in_quotes(word), .expected = expected});
    };
    if (!takes_numbers(setting.id, setting.whole)) refuse(say("names, for {} is no number", setting.id));
    if (!(std::isfinite(setting.low) && setting.low < setting.high && std::isfinite(setting.high)))
        refuse(say("two numbers, the smaller first, as in {}", "0.0001..0.01"));
    if (setting.log && setting.low <= 0) refuse(say("numbers above 0, for they have a logarithm"));
    const auto no_whole = [](double x) { return x != std::floor(x) || std::abs(x) > 1e15; };
    if (setting.whole && (no_whole(setting.low) || no_whole(setting.high))) refuse(say("whole numbers"));
    require_value(setting, number_text(setting, setting.low));
    require_value(setting, number_text(setting, setting.high));
}

SearchedSetting setting_in(std::vector<std::string> words, const std::string& place) {
    SearchedSetting setting{.id = id_of(words.front(), place)};
    words.erase(words.begin());
    if (words.empty())
        throw Error(Fault::input, {.place = place,
                                   .found = say("no value"),
                                   .expected = say("values, or a range as in {}", "0.0001..0.01 log")});
    if (words.size() > most_values)
        throw Error(Fault::input, {.place = place,
                                   .found = say("{} values", words.size()),
                                   .expected = say("at most {}", most_values)});
    const bool range = words.front().find("..") != std::string::npos;
    setting.log = range && words.size() == 2 && words[1] == "log";
    if (range && (words.size() == 1 || setting.log)) {
        read_range(setting, words.front(), place);
        return setting;
    }
    setting.values = std::move(words);
    for (std::size_t i = 0; i < setting.values.size(); ++i) {
        const std::string& value = setting.values[i];
        require_value(setting, value);
        if (std::find(setting.values.begin(), setting.values.begin() + std::ptrdiff_t(i), value) !=
            setting.values.begin() + std::ptrdiff_t(i))
            throw Error(Fault::input, {.place = place, .found = say("{} twice", in_quotes(value))});
    }
    return setting;
}

// What the default network is made of, as far as it is the same from layer to layer.
struct Pieces {
    std::string before;  // "flatten, ", "pbld, "
    std::string width = "64", activation = "relu", dropout = "0";
    Index depth = 0;
};

Pieces pieces_of(const std::string& hidden) {
    Pieces found;
    if (is_blank(hidden)) return found;
    bool first = true;
    for (const auto& layer : read_layers<float>(hidden)) {
        const LayerDescription what = layer->describe();
        const LayerKind* row = find_layer(what.kind);
        if (first && (what.kind == "flatten" || what.kind == "pbld")) {
            found.before = layer->text() + ", ";
        } else if (what.kind == "dense") {
            if (++found.depth == 1) found.width = std::to_string(what.whole("units"));
        } else if (what.kind == "dropout") {
            found.dropout = layer->text().substr(layer->text().find(' ') + 1);
        } else if (row != nullptr && row->activation) {
            found.activation = layer->text();
        } else {
            throw Error(Fault::usage, {.place = setting("net", hidden),
                                       .found = say("a layer that is not dense has no width"),
                                       .hint = say("a space with \"net\"")});
        }
        first = false;
    }
    return found;
}

std::string piece_of(const Pieces& pieces, const std::string& id) {
    return id == "width"        ? pieces.width
           : id == "depth"      ? std::to_string(pieces.depth)
           : id == "activation" ? pieces.activation
                                : pieces.dropout;
}

std::string hidden_of(Pieces pieces, const Drawn& drawn) {
    for (const auto& [id, value] : drawn) {
        if (id == "width") pieces.width = value;
        if (id == "depth") pieces.depth = whole_number(id, value, 1, deepest_network);
        if (id == "activation") pieces.activation = value;
        if (id == "dropout") pieces.dropout = value;
    }
    std::string text;
    for (Index layer = 0; layer < std::max<Index>(1, pieces.depth); ++layer) {
        if (layer > 0) text += ", ";
        text += pieces.width + " " + pieces.activation;
        if (to_number(pieces.dropout) > 0) text += ", dropout " + pieces.dropout;
    }
    return pieces.before + text;
}

}  // namespace

SearchSpace read_search_space(std::string_view text, const std::string& name) {
    SearchSpace space;
    for (Index line = 1; !text.empty(); ++line) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string place = fmt::format("{}:{}", name, line);
        const std::vector<std::string> words = words_of(text.substr(0, end), place);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (words.empty()) continue;
        SearchedSetting setting;
        try {
            setting = setting_in(words, place);
        } catch (const Error& error) {
            if (error.fault() == Fault::input) throw;
            throw Error(Fault::input, {.place = place, .found = error.with_options()});
        }
        for (const SearchedSetting& other : space.settings) {
            const bool same = other.id == setting.id;
            if (same || (other.id == "net" && is_piece(setting.id)) ||
                (setting.id == "net" && is_piece(other.id)))
                throw Error(Fault::input,
                            {.place = place,
                             .found = same ? say("{} a second time", in_quotes(words.front()))
                                           : say("{} beside {}, which is a piece of the network", "net",
                                                 same || other.id == "net" ? setting.id : other.id)});
        }
        space.settings.push_back(std::move(setting));
    }
    if (space.settings.empty())
        throw Error(Fault::input,
                    {.place = name,
                     .found = say("nothing to search"),
                     .expected = say("a line for each setting, as in {}", "learning-rate 0.0001..0.01 log")});
    return space;
}

std::string to_text(const SearchSpace& space) {
    std::string text;
    for (const SearchedSetting& setting : space.settings) {
        text += is_piece(setting.id) ? setting.id : option_of(setting.id).substr(2);
        for (const std::string& value : setting.values) text += " \"" + value + '"';
        if (setting.values.empty())
            text += fmt::format(" {}..{}{}", to_text(setting.low), to_text(setting.high),
                                setting.log ? " log" : "");
        text += '\n';
    }
    return text;
}

SearchSpace left_open(const SearchSpace& space, const Choices& said, const Recipe& usual) {
    const Choices known = choices_of(usual);
    const std::string hidden = hidden_layers(usual.network);
    const auto usual_value = [&](const std::string& id) -> std::optional<std::string> {
        return is_piece(id) ? piece_of(pieces_of(hidden), id) : setting_called(id).text(known);
    };
    SearchSpace open;
    for (SearchedSetting setting : space.settings) {
        const std::string id = is_piece(setting.id) ? "net" : setting.id;
        const bool how_long = id == "epochs" && said.iterations;
        if (how_long || setting_called(id).text(said)) continue;
        const bool listed = !setting.values.empty();
        if (listed) std::erase(setting.values, usual_value(setting.id));
        if (!listed || !setting.values.empty()) open.settings.push_back(std::move(setting));
    }
    return open;
}

Drawn draw(const SearchSpace& space, RandomState& random) {
    Drawn drawn;
    for (const SearchedSetting& setting : space.settings) {
        const bool says = random.random_sample() < 0.5;
        const double u = random.random_sample();
        if (!says) continue;
        if (!setting.values.empty()) {
            const auto place = static_cast<std::size_t>(u * double(setting.values.size()));
            drawn.emplace_back(setting.id, setting.values[std::min(place, setting.values.size() - 1)]);
            continue;
        }
        const double low = setting.log ? gradus::log(setting.low) : setting.low,
                     high = setting.log ? gradus::log(setting.high) : setting.high;
        const double at = low + (high - low) * u;
        drawn.emplace_back(setting.id, number_text(setting, setting.log ? gradus::exp(at) : at));
    }
    return drawn;
}

Choices choices_of(const Drawn& drawn, const std::string& usual_hidden) {
    Choices choices;
    bool pieces = false;
    for (const auto& [id, value] : drawn) {
        if (is_piece(id)) {
            pieces = true;
        } else {
            setting_called(id).read(choices, value);
        }
    }
    if (pieces) choices.hidden = hidden_of(pieces_of(usual_hidden), drawn);
    return choices;
}

}  // namespace gradus
