#include "gradus/files/open.h"

#include <gtest/gtest.h>

#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <vector>

#include "tests/support/compare.h"
#include "tests/support/folder.h"

namespace gradus::test {
namespace {

std::string all_of(const Bytes& bytes) {
    std::string all;
    std::vector<char> part(1000);
    while (const std::size_t got = bytes->read(part)) all.append(part.data(), got);
    return all;
}

std::string packed(const std::string& text) {
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    std::string bytes(deflateBound(&stream, text.size()) + 100, '\0');
    std::string in = text;
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
    stream.avail_out = static_cast<uInt>(bytes.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    bytes.resize(stream.total_out);
    deflateEnd(&stream);
    return bytes;
}

std::string unpack(const std::string& bytes) {
    return all_of(unpacked(in_memory(bytes, "x.gz")));
}

std::string decode(std::string_view text, const std::string& encoding) {
    return all_of(decoded(in_memory(text, "x.csv"), encoding));
}

// 300 kB that do not repeat too soon.
std::string long_text() {
    std::string text;
    for (int i = 0; i < 50'000; ++i) text += std::to_string(i * 7919) + "\n";
    return text;
}

TEST(ByteSource, GivesTheBytesOfAFileAndTellsHowFarItIs) {
    const Folder folder;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> told;
    const Bytes bytes =
        open_file(folder.with("x", std::string(2500, 'x')),
                  [&](std::uint64_t done, std::uint64_t total) { told.emplace_back(done, total); });
    EXPECT_EQ(bytes->share_read(), 0);
    EXPECT_EQ(all_of(bytes), std::string(2500, 'x'));
    EXPECT_EQ(bytes->share_read(), 1);
    EXPECT_EQ(told, (decltype(told){{1000, 2500}, {2000, 2500}, {2500, 2500}, {2500, 2500}}));
}

TEST(ByteSource, UnpacksWhatBeginsAsGzipFilesDo) {
    const std::string text = long_text();
    EXPECT_EQ(unpack(packed(text)), text);
    EXPECT_EQ(unpack(packed("")), "");
    EXPECT_EQ(unpack(text), text);
    EXPECT_EQ(unpack("x"), "x");
    EXPECT_EQ(unpack(""), "");
}

TEST(ByteSource, UnpacksFilesThatAreJoinedAndFilledUpWithZeros) {
    EXPECT_EQ(unpack(packed("one ") + packed("two")), "one two");
    EXPECT_EQ(unpack(packed("one") + std::string(100'000, '\0')), "one");
}

TEST(ByteSource, SeesThatAPackedFileIsCutOffAtAnyByte) {
    const std::string bytes = packed("7,8\n9,10\n");
    for (std::size_t size = 2; size < bytes.size(); ++size)
        EXPECT_EQ(error_of([&] { unpack(bytes.substr(0, size)); }),
                  "input: x.gz: ends in the middle of what is compressed (hint: download or copy it again)");
}

TEST(ByteSource, SeesThatAPackedFileIsDamaged) {
    const std::string bytes = packed("7,8\n9,10\n");
    std::string wrong_sum = bytes;
    wrong_sum[bytes.size() - 8] ^= 1;
    EXPECT_EQ(error_of([&] { unpack(wrong_sum); }),
              "input: x.gz: is damaged (gzip: incorrect data check) (hint: download or copy it again)");
    EXPECT_EQ(error_of([&] { unpack(bytes + "rest"); }),
              "input: x.gz: is damaged (gzip: incorrect header check) (hint: download or copy it again)");
}

TEST(ByteSource, DecodesToUtf8) {
    EXPECT_EQ(decode("J\xF6rg", "latin1"), "Jörg");
    EXPECT_EQ(decode("\xD6\xD0\xCE\xC4", "gb18030"), "中文");
    EXPECT_EQ(decode({"\xFF\xFE"
                      "a\0,\0",
                      6},
                     "utf-16"),
              "a,");
    EXPECT_EQ(decode({"\xFE\xFF\0a", 4}, "UTF-16"), "a");
    EXPECT_EQ(decode("\x1B$BF|K\\\x1B(B", "iso-2022-jp"), "日本");
    EXPECT_EQ(decode("as it is \xF6", ""), "as it is \xF6");
    const std::string text = long_text();
    std::string wide;
    for (const char c : text) wide.append({c, '\0'});
    EXPECT_EQ(decode(wide, "utf-16le"), text);
    std::string chinese = "x", decoded = "x";  // where a block ends, a letter has one of its two bytes
    for (int i = 0; i < 50'000; ++i) {
        chinese += "\xD6\xD0";
        decoded += "中";
    }
    EXPECT_EQ(decode(chinese, "gb18030"), decoded);
}

TEST(ByteSource, NamesTheLineOfWhatIsNotOfItsEncoding) {
    EXPECT_EQ(error_of([] { decode("a\nb\n\xFFzz", "gb18030"); }),
              "input: x.csv:3: the bytes \"\\xffzz\" are not gb18030 (hint: another encoding)");
    EXPECT_EQ(error_of([] { decode("a\n\xD6", "gb18030"); }),
              "input: x.csv:2: the bytes \"\\xd6\" are not gb18030 (hint: another encoding)");
    EXPECT_EQ(error_of([] { decode("caf\xE9", "utf-8"); }),
              "input: x.csv:1: the bytes \"\\xe9\" are not utf-8 (hint: another encoding)");
}

TEST(ByteSource, TakesNoCharacterThatUnicodeDoesNotHave) {
    EXPECT_EQ(decode("\xF4\x8F\xBF\xBF", "utf-8"), "\xF4\x8F\xBF\xBF");  // U+10FFFF, the last one
    const std::string sentence =
        "input: x.csv:2: a character beyond the last one of Unicode (hint: another encoding)";
    EXPECT_EQ(error_of([] { decode("a\nb\xF4\x90\x80\x80", "utf-8"); }), sentence);
    EXPECT_EQ(error_of([] { decode({"\0\0\0\n\0\x20\0\0", 8}, "ucs-4"); }), sentence);
}

TEST(ByteSource, KnowsNoEncodingThatDoesNotExist) {
    EXPECT_EQ(error_of([] { decode("", "gb18031"); }),
              "usage: encoding: \"gb18031\" is unknown, expected a name that iconv knows, such as latin1, "
              "utf-16 or "
              "gb18030 (hint: did you mean gb18030?)");
    EXPECT_EQ(
        error_of([] { decode("", "latin1//IGNORE"); }),
        "usage: encoding: \"latin1//IGNORE\" is unknown, expected a name that iconv knows, such as latin1, "
        "utf-16 or gb18030");
}

TEST(ByteSource, SaysWhyAFileCannotBeRead) {
    const Folder folder;
    const std::string iris = folder.with("iris.csv", "1");
    EXPECT_EQ(
        error_of([&] { open_file(folder / "irs.csv"); }),
        "input: " + (folder / "irs.csv") + ": there is no such file (hint: did you mean " + iris + "?)");
    EXPECT_EQ(error_of([&] { open_file(folder / "no/such/folder"); }),
              "input: " + (folder / "no/such/folder") + ": there is no such file");
    EXPECT_EQ(error_of([&] { open_file(folder / ""); }),
              "input: " + (folder / "") + ": is a folder, expected a file");
    EXPECT_EQ(error_of([] { open_file(""); }), "input: \"\": there is no such file");
    std::filesystem::create_symlink("nowhere.csv", folder / "link.csv");
    EXPECT_EQ(error_of([&] { open_file(folder / "link.csv"); }),
              "input: " + (folder / "link.csv") + ": is a link to nowhere.csv, which is not there");
    EXPECT_EQ(error_of([&] { open_file(iris + "/x"); }),
              "input: " + iris + "/x: cannot be read (Not a directory)");
}

TEST(ByteSource, SaysThatAFileMayNotBeRead) {
    const Folder folder;
    const std::string path = folder.with("iris.csv", "1");
    std::filesystem::permissions(path, std::filesystem::perms::none);
    const auto id = ::geteuid();
    std::filesystem::permissions(folder / "", std::filesystem::perms{0755});
    const bool root = id == 0 && ::seteuid(65534) == 0;  // root may read everything, nobody nothing
    const std::string error = error_of([&] { open_file(path); });
    const bool back = !root || ::seteuid(0) == 0;
    ASSERT_TRUE(back);
    EXPECT_EQ(error, "input: " + path + ": cannot be read (Permission denied)");
}

}  // namespace
}  // namespace gradus::test
