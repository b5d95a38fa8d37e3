#include "tests/cli/program.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "tests/cli/advice.h"
#include "tests/support/folder.h"

namespace gradus::tests {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point then) {
    return std::chrono::duration<double>(Clock::now() - then).count();
}

void require(bool success, const char* what) {
    if (!success) throw std::runtime_error(std::string("the test's own ") + what + " failed");
}

// The end that the test reads, and the end that the program writes.
struct Channel {
    int reading = -1;
    int writing = -1;
};

Channel pipe_channel() {
    std::array<int, 2> ends{};
    require(pipe2(ends.data(), O_CLOEXEC) == 0, "pipe");
    return {ends[0], ends[1]};
}

Channel terminal_channel() {
    Channel channel;
    winsize size{};
    size.ws_col = 80;
    size.ws_row = 24;
    require(openpty(&channel.reading, &channel.writing, nullptr, nullptr, &size) == 0, "terminal");
    fcntl(channel.reading, F_SETFD, FD_CLOEXEC);
    fcntl(channel.writing, F_SETFD, FD_CLOEXEC);
    return channel;
}

std::vector<std::string> environment_of(const Situation& situation) {
    std::vector<std::string> environment = situation.environment;
    environment.emplace_back("TERM=xterm");  // the first of a name counts
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string text = *entry;
        constexpr std::array ours{"TERM=", "NO_COLOR=", "LC_ALL=", "LC_MESSAGES=", "LANG="};
        if (std::ranges::none_of(ours, [&](const char* name) { return text.starts_with(name); }))
            environment.push_back(text);
    }
    return environment;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (std::string& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
}

// Made when a test first asks for it; removed when the next one does, or the program ends.
const test::Folder& folder() {
    static std::optional<test::Folder> here;
    static const void* owner = nullptr;
    const void* test = testing::UnitTest::GetInstance()->current_test_info();
    if (!here || owner != test) here.emplace();
    owner = test;
    return *here;
}

// A process that is started while it lives cannot write larger files.
class FileLimit {
public:
    explicit FileLimit(std::optional<std::size_t> bytes) {
        getrlimit(RLIMIT_FSIZE, &before_);
        if (bytes) set({*bytes, before_.rlim_max});
    }
    ~FileLimit() { set(before_); }
    FileLimit(const FileLimit&) = delete;
    FileLimit& operator=(const FileLimit&) = delete;

private:
    static void set(const rlimit& limit) { setrlimit(RLIMIT_FSIZE, &limit); }

    rlimit before_{};
};

class Process {
public:
    Process(std::vector<std::string> words, const Situation& situation, const test::Folder& where)
        : situation_(situation) {
        words.insert(words.begin(), "gradus");
        std::vector<std::string> environment = environment_of(situation);
        out_ = situation.output_file.empty()
                   ? pipe_channel()
                   : Channel{-1, open(situation.output_file.c_str(), O_WRONLY | O_CLOEXEC)};
        err_ = situation.terminal ? terminal_channel() : pipe_channel();
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addchdir_np(&actions, (where / "").c_str());
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&actions, out_.writing, STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions, err_.writing, STDERR_FILENO);
        const FileLimit limit(situation.disk);
        require(posix_spawn(&id_, GRADUS_PROGRAM, &actions, nullptr, pointers(words).data(),
                            pointers(environment).data()) == 0,
                "start of the program");
        posix_spawn_file_actions_destroy(&actions);
        close(out_.writing);
        close(err_.writing);
    }

    Outcome outcome() {
        while (out_.reading >= 0 || err_.reading >= 0) {
            constexpr double patience = 120;
            if (seconds_since(began_) > patience) kill(id_, SIGKILL);
            std::array<pollfd, 2> waiting{{{out_.reading, POLLIN, 0}, {err_.reading, POLLIN, 0}}};
            poll(waiting.data(), waiting.size(), 100);
            outcome_.most_threads = std::max(outcome_.most_threads, threads_now());
            if (waiting[0].revents != 0) read_from(out_.reading, outcome_.out);
            if (waiting[1].revents != 0) read_from(err_.reading, outcome_.err);
            react();
        }
        finish();
        return outcome_;
    }

private:
    static void read_from(int& file, std::string& text) {
        std::array<char, 4096> buffer{};
        const ssize_t count = read(file, buffer.data(), buffer.size());
        if (count > 0) {
            text.append(buffer.data(), static_cast<std::size_t>(count));
        } else {
            close(std::exchange(file, -1));
        }
    }

    [[nodiscard]] int threads_now() const {
        std::error_code gone;
        const std::filesystem::directory_iterator tasks("/proc/" + std::to_string(id_) + "/task", gone);
        return static_cast<int>(std::distance(tasks, {}));
    }

    void react() {
        if (situation_.reader_leaves && out_.reading >= 0 && !outcome_.out.empty())
            close(std::exchange(out_.reading, -1));
        const auto stands_in = [this](const std::string& text) {
            return text.find(situation_.at) != std::string::npos;
        };
        if (situation_.signal == 0 || !(stands_in(outcome_.out) || stands_in(outcome_.err))) return;
        kill(id_, std::exchange(situation_.signal, 0));
        signalled_ = Clock::now();
    }

    void finish() {
        int status = 0;
        rusage usage{};
        wait4(id_, &status, 0, &usage);
        outcome_.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        outcome_.seconds = seconds_since(began_);
        outcome_.seconds_after_signal = seconds_since(signalled_);
        outcome_.peak_megabytes = double(usage.ru_maxrss) / 1024;
    }

    Situation situation_;
    Channel out_, err_;
    pid_t id_ = 0;
    Clock::time_point began_ = Clock::now();
    Clock::time_point signalled_ = began_;
    Outcome outcome_;
};

}  // namespace

void write_here(const std::string& name, const std::string& content) {
    std::ofstream(folder() / name, std::ios::binary) << content;
}

std::string read_here(const std::string& name) {
    std::ifstream file(folder() / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> names_here() {
    return folder().names();
}

// With GRADUS_TRY_HINTS=1 (scripts/weekly) whatever a test's run advises is typed, in a copy of its folder:
// it must not be a wrong usage in turn.
static void try_advice(const std::vector<std::string>& words, const Outcome& outcome) {
    for (const Advice& advice : advice_in(outcome.err + outcome.out, words)) {
        const test::Folder copy;
        std::filesystem::copy(folder() / "", copy / "", std::filesystem::copy_options::recursive);
        const Outcome typed = Process(advice.words, {}, copy).outcome();
        // what was incomplete before is so behind the correction too
        const bool incomplete = typed.err.find(" is missing") != std::string::npos;
        if (typed.status == 2 && !incomplete)
            ADD_FAILURE() << outcome.err << "advice: " << advice.hint << "\n" << typed.err;
    }
}

Outcome run_words(std::vector<std::string> words, const Situation& situation) {
    Outcome outcome = Process(words, situation, folder()).outcome();
    static const bool tries = std::getenv("GRADUS_TRY_HINTS") != nullptr;
    if (tries && situation.signal == 0 && std::ranges::count(words, "--") == 0) try_advice(words, outcome);
    return outcome;
}

Outcome run(const std::string& command_line, const Situation& situation) {
    std::vector<std::string> words;
    bool quoted = false, inside = false;
    for (const char c : command_line) {
        if (c == '\'') {
            if (!quoted && !inside) words.emplace_back();
            quoted = !quoted;
            inside = true;
        } else if (c == ' ' && !quoted) {
            inside = false;
        } else {
            if (!inside) words.emplace_back();
            inside = true;
            words.back() += c;
        }
    }
    return run_words(std::move(words), situation);
}

std::string without_error(const std::string& command_line) {
    const Outcome outcome = run(command_line);
    EXPECT_EQ(outcome.status, 0) << command_line << "\n" << outcome.err;
    return outcome.out;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

std::vector<nlohmann::json> objects_of(const std::string& text) {
    std::vector<nlohmann::json> objects;
    for (const std::string& line : lines_of(text)) objects.push_back(nlohmann::json::parse(line));
    return objects;
}

}  // namespace gradus::tests
