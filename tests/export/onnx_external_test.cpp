// Weights in a second file: read where that is allowed, from nowhere else than the model's own folder, and
// never more than the file has.

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>

#include "gradus/core/random.h"
#include "gradus/export/onnx/onnx.h"
#include "tests/support/compare.h"
#include "tests/support/external_onnx.h"
#include "tests/support/folder.h"

namespace gradus::test {
namespace {

// What y = x W + b is for x = [1 10].
Matrix<float> answer(const std::string& path) {
    const auto model = load<float>(path, true);
    const std::vector<Column> columns{{.name = "1", .numbers = {1}}, {.name = "2", .numbers = {10}}};
    return outputs(model, {.name = "row", .rows = 1, .columns = columns});
}

const Matrix<float> right{{1 + 30 + 10}, {2 + 40 + 20}};

class OnnxExternal : public testing::Test {
protected:
    // The sentence without the model's path; only W lies elsewhere in an odd way.
    std::string error_with(const std::vector<std::pair<std::string, std::string>>& place,
                           const std::vector<std::uint64_t>& dims = {2, 2}, const std::string& beside = {}) {
        const std::string path =
            folder.with("m.onnx", external_model({"W", dims, place, beside},
                                                 {"b", {2}, {{"location", "weights"}, {"offset", "16"}}}));
        std::string error = error_of([&] { read_model(path, true); });
        if (const std::size_t at = error.find(path + ": "); at != std::string::npos)
            error.erase(at, path.size() + 2);
        return error;
    }
    std::string error_at(const std::string& location) { return error_with({{"location", location}}); }

    Folder folder;
    std::string weights = folder.with("weights", external_weights());
    std::string path = folder.with("model.onnx", external_model());
};

TEST_F(OnnxExternal, is_read_where_it_is_allowed) {
    EXPECT_EQ(answer(path), right);
}

TEST_F(OnnxExternal, is_found_in_the_folder_where_one_stands) {
    const std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::current_path(std::filesystem::path(path).parent_path());
    EXPECT_EQ(answer("model.onnx"), right);
    std::filesystem::current_path(before);
}

TEST_F(OnnxExternal, needs_neither_offset_nor_length) {
    static_cast<void>(folder.with("W.bin", raw({1, 2, 3, 4})));
    static_cast<void>(folder.with("b.bin", raw({10, 20})));
    const std::string two =
        external_model({"W", {2, 2}, {{"location", "W.bin"}}}, {"b", {2}, {{"location", "b.bin"}}});
    EXPECT_EQ(answer(folder.with("two.onnx", two)), right);
}

TEST_F(OnnxExternal, is_refused_unless_it_is_allowed) {
    EXPECT_EQ(error_of([&] { read_model(path); }),
              "input: " + path +
                  ": the tensor \"W\" lies in another file, \"weights\", expected a model in one file "
                  "(hint: allow_external reads it from the model's own folder)");
    EXPECT_EQ(
        error_of([&] { from_onnx(external_model(), "bytes"); }),
        "input: bytes: the tensor \"W\" lies in another file, \"weights\", expected a model in one file "
        "(hint: onnx.save_model(onnx.load(FILE), FILE) in Python puts them in)");
    try {
        read_model(path);
    } catch (const Error& error) {
        EXPECT_NE(error.with_options().find("(hint: --allow-external reads it"), std::string::npos);
    }
}

TEST_F(OnnxExternal, lies_in_a_file_of_a_plain_name) {
    const std::string beyond = "input: the tensor \"W\" lies in another file, ";
    std::filesystem::create_directory(folder / "sub");
    static_cast<void>(folder.with("sub/weights", external_weights()));
    for (const std::string& name :
         {std::string(), std::string("."), std::string(".."), std::string("../weights"),
          std::string("./weights"), std::string("sub/weights"), std::string("sub\\weights"), weights,
          std::string("weights/"), std::string("weights\0", 8),
          std::string("weights\0/../../etc/passwd", 25)}) {
        const std::string error = error_at(name);
        EXPECT_TRUE(error.starts_with(beyond) &&
                    error.ends_with(", expected the plain name of a file in the model's own folder"))
            << error;
    }
    EXPECT_EQ(error_with({}), beyond + "\"\", expected the plain name of a file in the model's own folder");
}

TEST_F(OnnxExternal, lies_in_an_ordinary_file_and_no_link) {
    std::filesystem::create_symlink(weights, folder / "link");
    std::filesystem::create_symlink("nowhere", folder / "dangling");
    std::filesystem::create_directory(folder / "sub");
    ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
    EXPECT_EQ(error_at("link"), "input: \"link\": is a link, expected a file in the model's own folder");
    EXPECT_EQ(error_at("dangling"),
              "input: \"dangling\": is a link, expected a file in the model's own folder");
    EXPECT_EQ(error_at("sub"), "input: \"sub\": is no ordinary file, expected one in the model's own folder");
    EXPECT_EQ(error_at("pipe"),
              "input: \"pipe\": is no ordinary file, expected one in the model's own folder");
    EXPECT_EQ(error_at("other"), "input: \"other\": there is no such file beside the model");
}

TEST_F(OnnxExternal, must_be_as_long_as_its_shape_says) {
    const std::pair<std::string, std::string> here{"location", "weights"};
    EXPECT_EQ(error_with({here, {"length", "12"}}),
              "input: the tensor \"W\" has 12 bytes in another file, expected 16, as its shape says");
    EXPECT_EQ(error_with({here}),
              "input: the tensor \"W\" has 24 bytes in another file, expected 16, as its shape says");
    EXPECT_EQ(error_with({here, {"offset", "9"}, {"length", "16"}}),
              "input: \"weights\": it has 24 bytes, expected 16 behind the first 9, of the tensor \"W\"");
    EXPECT_EQ(
        error_with({here, {"offset", "18446744073709551615"}, {"length", "16"}}),
        "input: \"weights\": it has 24 bytes, expected 16 behind the first 18446744073709551615, of the "
        "tensor \"W\"");
    EXPECT_EQ(
        error_with({here, {"offset", "-1"}, {"length", "16"}}),
        "input: the tensor \"W\" has \"-1\" as offset or length in another file, expected a number of bytes");
    EXPECT_EQ(error_with({here, {"length", "16"}}, {2, 2}, raw({1, 2, 3, 4})),
              "input: the tensor \"W\" lies in another file, and in this, expected numbers in one of them");
    const std::uint64_t many = std::uint64_t{1} << 33;
    EXPECT_EQ(error_with({here, {"length", std::to_string(many * many / 2)}}, {many, many}),
              "input: the tensor \"W\" has no shape that a model could have, expected at most 2 GiB");
}

// Else a small file could fill the memory.
TEST_F(OnnxExternal, never_takes_more_bytes_than_its_file_has) {
    const std::string twice = external_model({"W", {2, 2}, {{"location", "weights"}, {"length", "16"}}},
                                             {"b", {4}, {{"location", "weights"}, {"length", "16"}}});
    const std::string file = folder.with("twice.onnx", twice);
    EXPECT_EQ(
        error_of([&] { read_model(file, true); }),
        "input: " + file + ": \"weights\": the tensors of the model take more bytes than the 24 that it has");
}

// Whatever stands there: W is read if, and only if, it lies within its file.
TEST_F(OnnxExternal, takes_any_offset_and_length_without_harm) {
    static_cast<void>(folder.with("long", std::string(8, 'x') + raw({1, 2, 3, 4}) + std::string(8, 'x')));
    RandomState random(5);
    const auto below = [&](Index n) { return static_cast<std::size_t>(random.permutation(n).front()); };
    const std::string letters = "0123456789+-.ex \n\x00";
    const auto any_number = [&]() -> std::string {
        switch (below(4)) {
            case 0:
                return std::to_string(below(40));
            case 1:
                return std::to_string(std::uint64_t{1} << below(64));
            case 2:
                return std::to_string(~std::uint64_t{0} - below(40));
            default: {
                std::string text;
                for (std::size_t i = below(22); i > 0; --i)
                    text += letters[below(static_cast<Index>(letters.size()))];
                return text;
            }
        }
    };
    const auto number = [](const std::string& text) {
        std::uint64_t value = 0;
        const char* const end = text.data() + text.size();
        const auto [behind, problem] = std::from_chars(text.data(), end, value);
        return problem == std::errc() && behind == end && !text.empty() ? std::optional(value) : std::nullopt;
    };
    int read = 0;
    for (int i = 0; i < 600; ++i) {
        const std::string offset = any_number(), length = below(2) == 0 ? "16" : any_number();
        const bool within = number(offset) && *number(offset) <= 16 && number(length) == 16;
        const std::string error = error_with({{"location", "long"}, {"offset", offset}, {"length", length}});
        EXPECT_EQ(error == "no error", within) << offset << ' ' << length << ' ' << error;
        EXPECT_TRUE(within || error.starts_with("input: ")) << error;
        read += within ? 1 : 0;
    }
    EXPECT_GT(read, 10);
}

}  // namespace
}  // namespace gradus::test
