// What does `gradus export` write? A program, to stdout or whole into a file.

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "tests/cli/program.h"
#include "tests/support/folder.h"
#include "tests/support/numpy.h"

namespace gradus::tests {
namespace {

using test::bytes_of;
using test::Folder;

TEST(Export, ThePythonProgramOfXorPrintsTheTutorialsFifteenLines) {
    GRADUS_NEEDS_NUMPY();
    std::FILE* pipe = ::popen((GRADUS_PROGRAM " export xor --to numpy | " + test::python()).c_str(), "r");
    ASSERT_NE(pipe, nullptr);
    std::array<char, 4096> text{};
    const std::size_t size = std::fread(text.data(), 1, text.size(), pipe);
    EXPECT_EQ(::pclose(pipe), 0);
    EXPECT_EQ(std::string(text.data(), size),
              "Cost after iteration# 0: 0.856267\n"
              "Cost after iteration# 100: 0.347426\n"
              "Cost after iteration# 200: 0.101195\n"
              "Cost after iteration# 300: 0.053631\n"
              "Cost after iteration# 400: 0.036031\n"
              "Cost after iteration# 500: 0.027002\n"
              "Cost after iteration# 600: 0.021543\n"
              "Cost after iteration# 700: 0.017896\n"
              "Cost after iteration# 800: 0.015293\n"
              "Cost after iteration# 900: 0.013344\n"
              "Cost after iteration# 1000: 0.011831\n"
              "Neural Network prediction for example (0, 0) is 0\n"
              "Neural Network prediction for example (0, 1) is 1\n"
              "Neural Network prediction for example (1, 0) is 1\n"
              "Neural Network prediction for example (1, 1) is 0\n");
}

TEST(Export, TheProgramGoesToStdout) {
    const Outcome outcome = run("export moons --noise 0.2 --net '8 tanh' --to numpy");
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(outcome.err, "");
    EXPECT_TRUE(
        outcome.out.starts_with("# The run of\n#\n#     gradus train moons --noise 0.2 --task classify "))
        << outcome.out;
    EXPECT_NE(outcome.out.find("\ndef backward_prop("), std::string::npos);
}

TEST(Export, OrWholeIntoAFileThatItReplaces) {
    const Folder folder;
    const std::string file = folder.with("xor.py", "old");
    const Outcome outcome = run_words({"export", "xor", "--to", "numpy", "-o", file});
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.err, "written   " + file + "\n");
    EXPECT_EQ(bytes_of(file), run("export xor --to numpy").out);
    EXPECT_EQ(folder.names(), std::vector<std::string>{"xor.py"});
}

TEST(Export, JsonHasTheProgramOrItsFile) {
    const Folder folder;
    const nlohmann::json program = nlohmann::json::parse(run("export xor --to numpy --json").out);
    EXPECT_EQ(program["program"], run("export xor --to numpy").out);
    const Outcome outcome =
        run_words({"export", "xor", "--to", "numpy", "--json", "--quiet", "-o", folder / "a.py"});
    EXPECT_EQ(nlohmann::json::parse(outcome.out)["file"], folder / "a.py");
    EXPECT_EQ(outcome.err, "");
}

TEST(Export, OfAModelItIsTheProgramOfItsRun) {
    const std::string moons = "moons --net '8 tanh' --batch 16 --epochs 3 --optimizer momentum --seed 4";
    for (const std::string& options : {std::string("xor"), moons}) {
        ASSERT_EQ(run("train " + options + " --quiet -o saved.onnx").status, 0);
        const Outcome outcome =
            run("export saved.onnx " + options.substr(0, options.find(' ')) + " --to numpy");
        EXPECT_EQ(outcome.status, 0) << outcome.err;
        EXPECT_EQ(outcome.out, run("export " + options + " --to numpy").out);
    }
    EXPECT_EQ(run("export saved.onnx moons --examples 60 --to numpy").err,
              "error: saved.onnx: moons is not the data of the run, which had 500 examples of moons\n");
    EXPECT_EQ(run("export saved.onnx moons --batch 17 --to numpy").err,
              "error: saved.onnx: the run had --batch 16, and now it is --batch 17 (hint: without --batch it "
              "goes on as it was)\n");
}

TEST(Export, OfAModelItsDataIsReadAsTheRunDid) {
    std::string text = "x,y,z\n";
    for (int i = 0; i < 60; ++i)
        text += std::to_string(i * 37 % 60) + "," + std::to_string(i * 37 % 60 < 30 ? 3 : 4) + "," +
                std::to_string(i * i % 97) + "\n";
    write_here("t.csv", text);
    for (const auto& [data, said] : {std::pair<std::string, std::string>("t.csv", " --target y --ignore z"),
                                     {"t.csv", " --target y --task regress"},
                                     {"moons", " --examples 60 --noise 0.3"}}) {
        const std::string options = said + " --net '3 tanh' --ensemble 1 --epochs 3";
        ASSERT_EQ(run("train " + data + options + " --quiet -o saved.onnx").status, 0);
        const Outcome outcome = run("export saved.onnx " + data + " --to numpy");
        EXPECT_EQ(outcome.status, 0) << outcome.err;
        EXPECT_EQ(outcome.out, run("export " + data + options + " --to numpy").out);
    }
}

TEST(Export, AMistakeIsOneSentence) {
    const struct {
        std::string command_line;
        int status;
        std::string sentence;
    } mistakes[] = {
        {"export xor", 2, "--to: is missing, expected numpy (hint: --to numpy)"},
        {"export xor --to nunpy", 2, "--to: \"nunpy\", expected numpy (hint: did you mean numpy?)"},
        {"export --to numpy", 2, "gradus export: DATA is missing (hint: gradus export --help)"},
        {"export xor --to numpy -o", 2, "-o: the value is missing"},
        {"export xor --to numpy -o /no/such/x.py", 3,
         "/no/such/x.py: cannot be written (there is no folder /no/such) (hint: mkdir -p /no/such)"},
        {"export spiral --to numpy", 3,
         "spiral: there is no such data set, expected xor, and, or, circles, moons, spirals, gauss or sine "
         "(hint: did you mean spirals?)"},
    };
    for (const auto& mistake : mistakes) {
        const Outcome outcome = run(mistake.command_line);
        EXPECT_EQ(outcome.err, "error: " + mistake.sentence + "\n") << mistake.command_line;
        EXPECT_EQ(outcome.out, "") << mistake.command_line;
        EXPECT_EQ(outcome.status, mistake.status) << mistake.command_line;
    }
}

TEST(Export, AFullDiskIsNoticed) {
    const Outcome outcome = run("export xor --to numpy", {.output_file = "/dev/full"});
    EXPECT_EQ(outcome.status, 3);
    EXPECT_TRUE(outcome.err.starts_with("error: ")) << outcome.err;
}

}  // namespace
}  // namespace gradus::tests
