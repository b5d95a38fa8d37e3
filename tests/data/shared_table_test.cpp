// A table that several ranks share: what one process reads, and nobody has the whole.
#include "gradus/data/shared_table.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gradus/core/error.h"
#include "gradus/data/csv.h"
#include "gradus/data/dataset.h"
#include "gradus/data/division.h"
#include "gradus/data/features.h"
#include "tests/support/compare.h"
#include "tests/support/rank_threads.h"

namespace gradus::test {
namespace {

// Numbers, words, dates, money, numbers that turn out to be text at the end, a column of nothing but row
// numbers.
std::string messy() {
    std::string text = "Unnamed: 0,size,kind,day,price,code,answer\n";
    for (int i = 0; i < 90; ++i) {
        const std::string k = std::to_string(i % 7), row = std::to_string(i);
        text += row + "," + (i % 11 == 0 ? "" : "0." + row) + ",k" + k + ",2024-03-0" +
                std::to_string(1 + i % 9) + ",\"$1,00" + k + ".50\"," + (i < 88 ? k : "low") + "," +
                (i % 3 == 0 ? "yes" : "no") + "\n";
    }
    return text;
}

Table read(const std::string& text, Ranks* ranks) {
    return read_csv(*in_memory(text, "messy.csv"), {.ranks = ranks});
}

void expect_same(const Column& shared, const Column& whole) {
    const Shown shown(shared);
    EXPECT_EQ(shared.name, whole.name);
    EXPECT_EQ(shared.is_text(), whole.is_text());
    EXPECT_EQ(shared.is_date(), whole.is_date());
    EXPECT_EQ(shared.format, whole.format);
    EXPECT_EQ(shared.codes, whole.codes);
    EXPECT_EQ(shared.texts, whole.texts);
    EXPECT_EQ(shared.first_text, whole.first_text);
    EXPECT_EQ(shared.first_text_line, whole.first_text_line);
    EXPECT_EQ(shared.counts_rows, whole.counts_rows);
    EXPECT_TRUE(same_bits<double>(shared.numbers, whole.numbers));
}

TEST(SharedTable, HasTheColumnsOfOneProcess) {
    const Table whole = read(messy(), nullptr);
    ASSERT_TRUE(whole.columns[5].is_text());
    ASSERT_TRUE(whole.columns[0].counts_rows);
    for (const Index count : {2, 3, 9})
        RankThreads(count).run([&](Ranks& ranks) {
            const Table table = read(messy(), &ranks);
            ASSERT_EQ(table.columns.size(), whole.columns.size());
            EXPECT_EQ(table.rows, whole.rows);
            EXPECT_EQ(table.notes, whole.notes);
            for (std::size_t j = 0; j < table.columns.size(); ++j)
                expect_same(table.columns[j], whole.columns[j]);
        });
}

TEST(SharedTable, KeepsAColumnOnOneRankAlone) {
    RankThreads(3).run([&](Ranks& ranks) {
        const Table table = read(messy(), &ranks);
        for (std::size_t j = 0; j < table.columns.size(); ++j) {
            const Column& column = table.columns[j];
            const auto room = [&] {
                return column.numbers.capacity() + column.codes.capacity() + column.texts.capacity();
            };
            const bool mine = keeper_of(j, ranks) == ranks.rank();
            EXPECT_EQ(room() > 0, mine) << column.name;
            {
                const Shown shown(column), again(column);
                EXPECT_EQ(column.is_text() ? column.codes.size() : column.numbers.size(), 90U);
            }
            EXPECT_EQ(room() > 0, mine) << column.name;
            EXPECT_EQ(rows_of(column), 90);
        }
    });
}

TEST(SharedTable, BecomesTheDataSetOfOneProcess) {
    std::vector<std::string> notes;
    const ColumnChoices choices{.targets = {"answer"}, .categorical = {"size", "code"}, .group = "kind"};
    const Dataset whole = make_dataset(read(messy(), nullptr), choices, notes);
    std::vector<Index> rows{3, 0, 88, 41};
    const Features features = fit_features(whole.table, rows, Scaling::standard);
    Matrix<float> X(features.width(), 4);
    Encoder(features, whole.table)(X.view(), rows);
    RankThreads(3).run([&](Ranks& ranks) {
        std::vector<std::string> said;
        const Dataset data = make_dataset(read(messy(), &ranks), choices, said);
        EXPECT_EQ(said, notes);
        EXPECT_EQ(data.class_names, whole.class_names);
        EXPECT_EQ(data.together, whole.together);
        EXPECT_EQ(fingerprint(data), fingerprint(whole));
        EXPECT_EQ(equal_rows(data.table, data.table), equal_rows(whole.table, whole.table));
        EXPECT_EQ(fit_features(data.table, rows, Scaling::standard), features);
        // each asks for other rows; one for none
        const std::span<const Index> wanted =
            std::span(rows).first(static_cast<std::size_t>(2 * ranks.rank()));
        Matrix<float> mine(features.width(), std::ssize(wanted));
        Encoder(features, data.table)(mine.view(), wanted);
        const auto numbers = static_cast<std::size_t>(mine.rows() * mine.columns());
        EXPECT_TRUE(same_bits<float>(std::span(mine.data(), numbers), std::span(X.data(), numbers)));
    });
}

// Every rank judges by the column itself, which one of them keeps.
TEST(SharedTable, OfOneColumnIsRefusedAsThatOfOneProcess) {
    std::string text = "x#1\n";
    for (int i = 0; i < 9; ++i) text += "w" + std::to_string(i % 3) + "\n";
    const auto said = [&](Ranks* ranks) -> std::string {
        std::vector<std::string> notes;
        try {
            make_dataset(read(text, ranks), {}, notes);
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    };
    const std::string alone = said(nullptr);
    ASSERT_EQ(alone, "messy.csv: no column is left to learn from");
    RankThreads(3).run([&](Ranks& ranks) { EXPECT_EQ(said(&ranks), alone); });
}

TEST(SharedTable, IsReadByAllFromTheSameBytes) {
    std::vector<std::string> said(3);
    RankThreads(3).run([&](Ranks& ranks) {
        std::string text = messy();
        if (ranks.rank() == 2) text[text.find("k3") + 1] = '4';
        try {
            read(text, &ranks);
        } catch (const Error& error) {
            said[static_cast<std::size_t>(ranks.rank())] = error.what();
        }
    });
    for (const std::string& each : said)
        EXPECT_EQ(each,
                  "messy.csv: process 3 has read other data than the first, expected the same file for all");
}

}  // namespace
}  // namespace gradus::test
