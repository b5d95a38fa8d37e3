#include "gradus/files/file_kind.h"

#include <gtest/gtest.h>

#include "gradus/files/read_table.h"
#include "tests/support/compare.h"
#include "tests/support/folder.h"

namespace gradus::test {
namespace {

using std::string_view_literals::operator""sv;

std::string kind_of(std::string_view bytes, const std::string& path = "a.csv") {
    const auto kind = other_kind(bytes, path);
    return kind ? kind->what : "";
}

TEST(FileKind, IsNoOtherKindForTextTables) {
    for (const std::string_view text :
         {"a,b\n1,2\n"sv, "1 2 3\n4 5 6\n"sv, "[a],b\n1,2\n"sv, "{x},y\n1,2\n"sv, "time:1,b\n5:3,1\n"sv,
          "% of all,b\n1,2\n"sv,
          "\xFF\xFE"
          "a\0,\0b\0"sv,
          "4 2 1\n1 2 3\n4 5 6\n"sv, "5 3 3\n1 2 3\n4 5 6\n"sv, "ORCID,age\n1,2\n"sv, "PAR1,y\n1,2\n"sv,
          "20240101 10:15\n20240101 10:30\n"sv, ""sv, "<5,>7\n1,2\n"sv})
        EXPECT_EQ(kind_of(text), "") << text;
}

TEST(FileKind, NamesPackedAndBinaryFilesByTheirFirstBytes) {
    EXPECT_EQ(kind_of("PK\3\4....[Content_Types].xml....xl/workbook.xml"), "an Excel workbook (.xlsx)");
    EXPECT_EQ(kind_of("PK\3\4....x.npy"), "a NumPy archive of several arrays (.npz)");
    EXPECT_EQ(kind_of("PK\3\4....a.csv"), "a zip archive");
    EXPECT_EQ(kind_of("PAR1\x15\0\x15"sv), "a Parquet file");
    EXPECT_EQ(kind_of("\x89HDF\r\n\x1A\n\0"sv), "an HDF5 file");
    EXPECT_EQ(kind_of("\x80\x04\x95\x1B\0\0"sv), "a pickle of Python");
    EXPECT_EQ(kind_of("%PDF-1.7\n"), "a PDF document");
    EXPECT_EQ(kind_of("\0\1\2\3\4\5\6\7\0\0\0\1"sv), "a file of bytes that are no text");
    EXPECT_EQ(kind_of("a\0,\0b\0\n\0"sv), "text in UTF-16 without a mark");
}

TEST(FileKind, NamesKindsOfTextThatAreNoTables) {
    EXPECT_EQ(kind_of("% a comment\n\n@RELATION iris\n@attribute a numeric\n@data\n1\n"),
              "an ARFF file (Weka)");
    EXPECT_EQ(kind_of("+1 1:0.5 3:1\n-1 2:0.25\n"), "a libsvm file");
    EXPECT_EQ(kind_of("4 2 1\n-1 -1\n-1\n-1 1\n1\n"), "a training file of FANN");
    EXPECT_EQ(kind_of("<!DOCTYPE html>\n<html>"), "a web page (HTML)");
    EXPECT_EQ(kind_of("<?xml version=\"1.0\"?>"), "an XML file");
    EXPECT_EQ(kind_of(" [\n {\"a\": 1}]"), "a JSON file");
    EXPECT_EQ(kind_of("{\"a\": 1}\n{\"a\": 2}\n"), "a JSON file");
}

TEST(FileKind, IsToldInOneSentenceWithTheWayToConvertIt) {
    const Folder folder;
    const auto error_in = [&](const std::string& name, std::string_view bytes) {
        const std::string path = folder.with(name, std::string(bytes));
        return error_of([&] { read_table(path); }).substr(("input: " + path).size());
    };
    const std::string path = folder.with("xor.data", "");
    EXPECT_EQ(error_in("xor.data", "4 2 1\n-1 -1\n-1\n-1 1\n1\n"),
              ": is a training file of FANN, expected a text table, .npy, .ts or IDX (hint: tail -n +2 " +
                  path + " | paste -d ' ' - - > xor.csv)");
    const std::string parquet = folder.with("a.csv", "");
    EXPECT_EQ(error_in("a.csv", "PAR1\x15"),
              ": is a Parquet file, expected a text table, .npy, .ts or IDX (hint: python3 -c \"import "
              "pandas, sys; "
              "pandas.read_parquet(sys.argv[1]).to_csv(sys.argv[2], index=False)\" " +
                  parquet + " a.csv)");
}

TEST(FileKind, LetsTextInANamedEncodingPass) {
    const Folder folder;
    const std::string path = folder.with("a.csv", {"a\0,\0b\0\n\0"
                                                   "1\0,\0"
                                                   "2\0\n\0",
                                                   16});
    EXPECT_EQ(read_table(path, {.encoding = "utf-16le"}).columns[1].numbers, (std::vector<double>{2}));
}

}  // namespace
}  // namespace gradus::test
