// The engine's interface for WebAssembly: functions of C, texts in and JSON out. page/src/engine.ts calls
// them.
//
// Every function returns a text that is valid until the next call: an answer (session.h), or {"error": "one
// sentence"}. A session is a number from open or branch, until close.

#include <emscripten.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "page/session.h"
#include "page/study.h"

namespace gradus::page {
namespace {

std::map<int, std::unique_ptr<Session>>& sessions() {
    static std::map<int, std::unique_ptr<Session>> all;
    return all;
}

Session& session(int number) {
    const auto found = sessions().find(number);
    if (found == sessions().end()) throw Error(Fault::usage, {.found = say("there is no such run")});
    return *found->second;
}

std::map<int, Seeds>& all_seeds() {
    static std::map<int, Seeds> all;
    return all;
}

Seeds& seeds_of(int number) {
    return all_seeds().try_emplace(number, session(number).problem()).first->second;
}

// {"session": 1, "about": {...}}
std::string kept(std::unique_ptr<Session> session) {
    static int last = 0;
    const std::string about = session->about();
    sessions()[++last] = std::move(session);
    return R"({"session":)" + std::to_string(last) + R"(,"about":)" + about + "}";
}

// What the engine says in another language, by the English.
std::map<std::string, std::string, std::less<>>& words() {
    static std::map<std::string, std::string, std::less<>> all;
    return all;
}

std::string_view translated(std::string_view english) {
    const auto found = words().find(english);
    return found == words().end() ? std::string_view{} : found->second;
}

std::string error_text(const std::string& sentence) {
    return nlohmann::json{{"error", sentence}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

template <class Work>
const char* answer(const Work& work) {
    static std::string text;
    try {
        text = work();
    } catch (const Error& error) {
        text = error_text(error.with_options());
    } catch (const std::exception& error) {
        text = error_text(error.what());
    }
    return text.c_str();
}

}  // namespace
}  // namespace gradus::page

using namespace gradus;
using namespace gradus::page;

extern "C" {

/// The language of all sentences from now on: its lines, an English one and its translation in turn, each
/// ended by the character 1. None: English.
EMSCRIPTEN_KEEPALIVE const char* gradus_speak(const char* lines) {
    return answer([&] {
        words().clear();
        std::string_view rest = lines;
        const auto next = [&] {
            const std::string_view line = rest.substr(0, rest.find('\1'));
            rest.remove_prefix(std::min(line.size() + 1, rest.size()));
            return std::string(line);
        };
        while (!rest.empty()) {
            std::string english = next();
            words()[std::move(english)] = next();
        }
        set_language(words().empty() ? nullptr : translated);
        return std::string("{}");
    });
}

/// A run: request.h. {"session","about"}
EMSCRIPTEN_KEEPALIVE const char* gradus_open(const char* request) {
    return answer([&] { return kept(open(read_problem(request))); });
}

/// Another run from here on. {"session","about"}
EMSCRIPTEN_KEEPALIVE const char* gradus_branch(int number, const char* request) {
    return answer([&] { return kept(session(number).branch(request)); });
}

/// Forgets a run.
EMSCRIPTEN_KEEPALIVE const char* gradus_close(int number) {
    return answer([&] {
        sessions().erase(number);
        all_seeds().erase(number);
        return std::string("{}");
    });
}

/// Iterations are whole numbers, which a double holds up to 2^53.
EMSCRIPTEN_KEEPALIVE const char* gradus_go_to(int number, double updates, double most, double below) {
    return answer(
        [&] { return session(number).go_to(static_cast<Index>(updates), static_cast<Index>(most), below); });
}

EMSCRIPTEN_KEEPALIVE const char* gradus_trace(int number) {
    return answer([&] { return session(number).trace(); });
}

EMSCRIPTEN_KEEPALIVE const char* gradus_phase(int number, int phase) {
    return answer([&] { return session(number).phase(static_cast<std::size_t>(phase)); });
}

/// `phase` below 0: where the cell is made.
EMSCRIPTEN_KEEPALIVE const char* gradus_cell(int number, const char* name, int phase) {
    return answer([&] {
        return session(number).cell(name, phase < 0 ? std::nullopt : std::optional<std::size_t>(phase));
    });
}

EMSCRIPTEN_KEEPALIVE const char* gradus_check(int number) {
    return answer([&] { return session(number).check(); });
}

EMSCRIPTEN_KEEPALIVE const char* gradus_costs(int number, int most) {
    return answer([&] { return session(number).costs(most); });
}

EMSCRIPTEN_KEEPALIVE const char* gradus_examples(int number, int most) {
    return answer([&] { return session(number).examples(most); });
}

EMSCRIPTEN_KEEPALIVE const char* gradus_grid(int number, double low_1, double high_1, double low_2,
                                             double high_2, int n) {
    return answer([&] { return session(number).grid(low_1, high_1, low_2, high_2, n); });
}

EMSCRIPTEN_KEEPALIVE const char* gradus_slice(int number, int n) {
    return answer([&] { return session(number).slice(n); });
}

EMSCRIPTEN_KEEPALIVE const char* gradus_machine(int number) {
    return answer([&] { return session(number).machine(); });
}

EMSCRIPTEN_KEEPALIVE const char* gradus_doctor(int number) {
    return answer([&] { return doctor(session(number).problem()); });
}

/// The whole training, and the answers to all rows.
EMSCRIPTEN_KEEPALIVE const char* gradus_finish(int number) {
    return answer([&] { return finish(session(number).problem()); });
}

/// The run of this problem with another seed, kept until the run is closed.
EMSCRIPTEN_KEEPALIVE const char* gradus_seed(int number, double seed) {
    return answer([&] { return seeds_of(number).try_one(static_cast<std::uint32_t>(seed)); });
}

EMSCRIPTEN_KEEPALIVE const char* gradus_seed_groups(int number) {
    return answer([&] { return seeds_of(number).groups(); });
}

}  // extern "C"
