#include "gradus/files/read_table.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "gradus/core/number.h"
#include "tests/support/compare.h"
#include "tests/support/folder.h"

namespace gradus::test {
namespace {

using Names = std::vector<std::string>;

std::string error_in(const std::string& path, const ReadOptions& options = {}) {
    return error_of([&] { read_table(path, options); });
}

/// While it lives, the standard input is a file.
class Input {
public:
    explicit Input(const std::string& path) : before_(::dup(STDIN_FILENO)) {
        if (std::freopen(path.c_str(), "r", stdin) == nullptr) std::abort();
    }
    ~Input() {
        ::dup2(before_, STDIN_FILENO);
        ::close(before_);
    }
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;

private:
    int before_;
};

const std::string npy_of_7 = std::string("\x93NUMPY\x01\0:\0", 10) +  // ':' is 58, the size of the header
                             "{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }\n\x07";

TEST(ReadTable, KnowsAFileByItsName) {
    const Folder folder;
    EXPECT_EQ(read_table(folder.with("a.csv", "a\tb,c\n1,2\n")).columns.size(), 2U);
    EXPECT_EQ(read_table(folder.with("a.TSV", "a,b\tc\n1\t2\n")).columns[0].name, "a,b");
    EXPECT_EQ(read_table(folder.with("a.npy", npy_of_7)).columns[0].numbers[0], 7);
    EXPECT_EQ(read_table(folder.with("a-ubyte", {"\0\0\x08\1\0\0\0\1\7", 9})).columns[0].numbers[0], 7);
}

TEST(ReadTable, KnowsAFileByItsFirstBytesWhereItsNameSaysNothing) {
    const Folder folder;
    EXPECT_EQ(read_table(folder.with("a.txt", "a\tb\n1\t2\n")).columns.size(), 2U);
    EXPECT_EQ(read_table(folder.with("b", npy_of_7)).columns[0].numbers[0], 7);
    EXPECT_EQ(read_table(folder.with("c.idx", {"\0\0\x08\1\0\0\0\1\7", 9})).columns[0].numbers[0], 7);
}

TEST(ReadTable, ReadsTheStandardInputAsCsv) {
    const Folder folder;
    const Input input(folder.with("in", "a\tb\n1\tx\n"));
    const Table table = read_table("-");
    EXPECT_EQ(table.name, "standard input");
    EXPECT_EQ(table.columns[1].texts, (Names{"x"}));
}

TEST(ReadTable, ReadsAFileTwiceForTheLettersOfTextThatLookedLikeNumbers) {
    const Folder folder;
    std::string text = "zip\n";
    for (int i = 0; i < 3000; ++i) text += "0" + std::to_string(10'000 + i) + "\n";
    const std::string path = folder.with("a.csv", text + "W1A\n");
    EXPECT_EQ(read_table(path).columns[0].texts[2999], "012999");
    const Input input(path);
    const Column column = read_table("-").columns[0];
    EXPECT_EQ(column.texts[999], "010999");
    EXPECT_FALSE(column.texts_are_exact);
}

TEST(ReadTable, DecodesText) {
    const Folder folder;
    const std::string path = folder.with("a.csv", "\xC3\xFB\xD7\xD6,n\n\xD6\xD0,1\n");
    EXPECT_EQ(read_table(path, {.encoding = "gb18030"}).columns[0].name, "名字");
    EXPECT_EQ(error_in(path),
              "input: " + path +
                  ":1: column \"1\" holds \"\\xc3\\xfb\\xd7\\xd6\", which is not UTF-8 (hint: "
                  "encoding = latin1, gb18030 or another)");
}

TEST(ReadTable, PutsTheLabelsOfAnotherFileBehind) {
    const Folder folder;
    const std::string data = folder.with("a.csv", "1,2\n3,4\n");
    const Table table = read_table(data, {.labels = folder.with("labels.csv", "x\ny\n")});
    ASSERT_EQ(table.columns.size(), 3U);
    EXPECT_EQ(table.label, 2);
    EXPECT_EQ(table.columns[2].name, "label");
    EXPECT_EQ(table.columns[2].texts, (Names{"x", "y"}));
    const Table named = read_table(data, {.labels = folder.with("labels.csv", "kind\n7\n9\n")});
    EXPECT_EQ(named.columns[2].name, "label");
    EXPECT_EQ(named.columns[2].numbers, (std::vector<double>{7, 9}));
}

TEST(ReadTable, RefusesLabelsThatDoNotFit) {
    const Folder folder;
    const std::string data = folder.with("a.csv", "1,2\n3,4\n");
    const std::string four = folder.with("four.csv", "1\n2\n3\n4\n");
    EXPECT_EQ(error_in(data, {.labels = four}),
              "input: " + four + ": 4 labels, expected 2, one for each row of " + data);
    EXPECT_EQ(error_in(data, {.labels = data}),
              "input: " + data +
                  ": 2 columns, expected one, the labels, or 0 and 1 in every row (one-hot, or a "
                  "column for each of several labels)");
}

TEST(ReadTable, ReadsWhatPythonWrites) {
    for (const std::string name : {"excel", "quoted", "tabs"}) {
        const Table table = read_table(GRADUS_GOLDEN "/csv_rows/" + name + (name == "tabs" ? ".tsv" : ".csv"),
                                       {.header = Header::yes});
        std::istringstream fields(bytes_of(GRADUS_GOLDEN "/csv_rows/" + name + ".txt"));
        const auto next = [&] {
            std::string line, text;
            std::getline(fields, line);
            for (std::size_t i = 0; i < line.size(); ++i)
                text += line[i] != '\\' ? line[i] : line[++i] == 'n' ? '\n' : line[i] == 'r' ? '\r' : '\\';
            return text;
        };
        ASSERT_EQ(table.rows, 151);
        for (const Column& column : table.columns) EXPECT_EQ(column.name, next());
        for (std::size_t row = 0; row < 151; ++row)
            for (const Column& column : table.columns) {
                const std::int32_t code = column.codes.at(row);
                const std::string field = next();  // among them are "-" and ".", which stand for nothing
                EXPECT_EQ(code < 0 ? "" : column.texts[static_cast<std::size_t>(code)],
                          is_missing(field) ? "" : field)
                    << name << " " << row;
            }
        EXPECT_EQ(next(), "");
    }
}

// ---- The data sets that people know
// ---------------------------------------------------------------------------------

std::string data_set(const std::string& path) {
    const char* folder = std::getenv("GRADUS_DATA");
    return folder == nullptr ? "" : std::string(folder) + "/" + path;
}

#define NEEDS_DATA \
    if (data_set("").empty()) GTEST_SKIP() << "GRADUS_DATA names no folder of data sets"

TEST(DataSets, IrisHasFourNumbersAndThreeSpecies) {
    NEEDS_DATA;
    const Table iris = read_table(data_set("tables/iris.csv"));
    EXPECT_EQ(iris.rows, 150);
    ASSERT_EQ(iris.columns.size(), 5U);
    double sum = 0;
    for (const double length : iris.columns[0].numbers) sum += length;
    EXPECT_NEAR(sum / 150, 5.843333, 1e-6);
}

TEST(DataSets, TitanicHasMissingAges) {
    NEEDS_DATA;
    const Table titanic = read_table(data_set("tables/titanic.csv"));
    EXPECT_EQ(titanic.rows, 891);
    const Column& age = titanic.columns[3];
    EXPECT_EQ(age.name, "age");
    EXPECT_EQ(std::ranges::count_if(age.numbers, [](double number) { return number != number; }), 177);
    EXPECT_EQ(titanic.columns[11].name, "deck");
    EXPECT_EQ(std::ranges::count(titanic.columns[11].codes, Column::no_text), 688);
}

TEST(DataSets, MnistIsUnpackedWithItsLabels) {
    NEEDS_DATA;
    const Table mnist = read_table(data_set("mnist10k/t10k-images-idx3-ubyte.gz"),
                                   {.labels = data_set("mnist10k/t10k-labels-idx1-ubyte.gz")});
    EXPECT_EQ(mnist.rows, 10'000);
    ASSERT_EQ(mnist.columns.size(), 785U);
    EXPECT_EQ(mnist.divisor, 255);
    const auto& labels = mnist.columns[784].numbers;
    EXPECT_EQ(std::vector<double>(labels.begin(), labels.begin() + 5), (std::vector<double>{7, 2, 1, 0, 4}));
    EXPECT_EQ(std::ranges::count(labels, 1), 1135);
}

TEST(DataSets, Mnist1dIsAnArrayWithLabels) {
    NEEDS_DATA;
    const Table series =
        read_table(data_set("mnist1d/train_x.npy"), {.labels = data_set("mnist1d/train_y.npy")});
    EXPECT_EQ(series.rows, 4000);
    EXPECT_EQ(series.columns.size(), 41U);
    EXPECT_EQ(series.label, 40);
}

TEST(DataSets, UcrSeriesHaveTheirLabelInFront) {
    NEEDS_DATA;
    const Table points = read_table(data_set("ucr/GunPoint_TRAIN.tsv"), {.label_first = true});
    EXPECT_EQ(points.rows, 50);
    EXPECT_EQ(points.columns.size(), 151U);
    EXPECT_EQ(points.label, 0);
    const Table motions = read_table(data_set("ucr/BasicMotions_TRAIN.tsv"), {.label_first = true});
    EXPECT_EQ(motions.rows, 40);
    EXPECT_EQ(motions.columns.size(), 601U);
    EXPECT_EQ(motions.columns[0].texts.size(), 4U);
}

}  // namespace
}  // namespace gradus::test
