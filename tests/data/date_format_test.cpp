#include "gradus/data/date_format.h"

#include <gtest/gtest.h>

#include <cmath>

#include "gradus/data/csv.h"
#include "gradus/data/dataset.h"
#include "gradus/data/date_feature.h"
#include "tests/support/compare.h"

namespace gradus::test {
namespace {

double seconds(std::string_view text, DateOrder order = DateOrder::ymd) {
    return number_in(text, DateFormat{.order = order}).value_or(-1e18);
}

bool is_date(std::string_view text) {
    return !date_formats_of(text, {}, {}).empty();
}

// In truth of Python: datetime(...).timestamp() in UTC.
TEST(DateFormat, CountsTheSecondsSince1970) {
    EXPECT_EQ(seconds("1970-01-01"), 0);
    EXPECT_EQ(seconds("2024-02-29"), 1709164800);
    EXPECT_EQ(seconds("1900-03-01"), -2203891200);
    EXPECT_EQ(seconds("2000-02-29 23:59:59"), 951868799);
    EXPECT_EQ(seconds("1969-12-31T23:59:59.5Z"), -0.5);
    EXPECT_EQ(seconds("0001-01-01"), -62135596800);
    EXPECT_EQ(seconds("9999-12-31"), 253402214400);
    EXPECT_EQ(seconds("2023-06-15T12:30"), 1686832200);
}

TEST(DateFormat, KnowsTheFormsOfIso8601AndOthers) {
    const double noon = 1686832200;  // 2023-06-15 12:30 UTC
    for (const char* text :
         {"2023-06-15T12:30:00Z", "2023-06-15 12:30", "2023-06-15T14:30:00+02:00", "2023-06-15T14:30+0200",
          "2023-06-15 08:30:00.000 -04", "20230615T123000Z", "20230615T1230", "2023/06/15 12:30",
          "2023/6/15 12:30:00", "2023-06-15 12:30:00 UTC", "2023-06-15 12:30 PM",
          "2023-06-15T12:30:00,000000000"})
        EXPECT_EQ(seconds(text), noon) << text;
    EXPECT_EQ(seconds("15.06.2023 12:30", DateOrder::dmy), noon);
    EXPECT_EQ(seconds("15/6/2023 12:30", DateOrder::dmy), noon);
    EXPECT_EQ(seconds("15-06-2023 12:30", DateOrder::dmy), noon);
    EXPECT_EQ(seconds("06/15/2023 12:30 pm", DateOrder::mdy), noon);
    EXPECT_EQ(seconds("6/15/2023 12:30 AM", DateOrder::mdy), noon - 12 * 3600);
    EXPECT_EQ(seconds("2023-06"), seconds("2023-06-01"));
    EXPECT_EQ(seconds("2023-06-15 24:00"), seconds("2023-06-16"));
}

// In truth of Python: strptime with %d/%m/%y, %d.%m.%y and %m/%d/%y.
TEST(DateFormat, KnowsYearsOfTwoDigits) {
    EXPECT_EQ(seconds("15/06/23", DateOrder::dmy), seconds("2023-06-15"));
    EXPECT_EQ(seconds("15/6/23 12:30", DateOrder::dmy), seconds("2023-06-15 12:30"));
    EXPECT_EQ(seconds("15.06.23", DateOrder::dmy), seconds("2023-06-15"));
    EXPECT_EQ(seconds("6/15/23", DateOrder::mdy), seconds("2023-06-15"));
    EXPECT_EQ(seconds("6/15/68", DateOrder::mdy), seconds("2068-06-15"));
    EXPECT_EQ(seconds("6/15/69", DateOrder::mdy), seconds("1969-06-15"));
    for (const char* text :
         {"15-06-23", "23-06-15", "1.2.10", "1.02.10", "10.2.10", "15/06/3", "15/06/023", "6/15"})
        EXPECT_FALSE(is_date(text)) << text;
}

// In truth of Python: strptime with %d %b %Y and its like.
TEST(DateFormat, KnowsTheNamesOfMonths) {
    const double noon = 1686832200;  // 2023-06-15 12:30 UTC
    for (const char* text :
         {"15 Jun 2023 12:30", "15-Jun-2023 12:30", "15-JUN-23 12:30", "15 June 2023, 12:30",
          "Thu, 15 Jun 2023 12:30:00 GMT", "Thursday 15 June, 2023 12:30"})
        EXPECT_EQ(seconds(text, DateOrder::dmy), noon) << text;
    for (const char* text :
         {"Jun 15, 2023 12:30", "June 15 2023 12:30 PM", "Jun-15-2023 12:30", "jun. 15, 2023 12:30"})
        EXPECT_EQ(seconds(text, DateOrder::mdy), noon) << text;
    EXPECT_EQ(seconds("Jun 2023", DateOrder::mdy), seconds("2023-06-01"));
    EXPECT_EQ(seconds("1 Sept 2023", DateOrder::dmy), seconds("2023-09-01"));
    EXPECT_EQ(seconds("1 Feb 68", DateOrder::dmy), seconds("2068-02-01"));
    EXPECT_EQ(seconds("1 Feb 69", DateOrder::dmy), seconds("1969-02-01"));
}

TEST(DateFormat, KnowsChineseDates) {
    const double noon = 1686832200;
    for (const char* text : {"2023年6月15日 12:30", "2023年06月15日12时30分", "23年6月15日 12:30:00",
                             "2023 年 6 月 15 日 12:30", "2023年6月15日12点30分0秒", "2023年6月15号12:30"})
        EXPECT_EQ(seconds(text), noon) << text;
    EXPECT_EQ(seconds("2023年6月"), seconds("2023-06-01"));
    EXPECT_EQ(seconds("12时30分", DateOrder::time_of_day), 45000);
}

TEST(DateFormat, RefusesWhatIsNoDate) {
    for (const char* text : {"",
                             "2023",
                             "20230615",
                             "2023-13-01",
                             "2023-02-29",
                             "1900-02-29",
                             "2023-06-31",
                             "0000-01-01",
                             "2023-06-15T",
                             "2023-06-15T25:00",
                             "2023-06-15 12:60",
                             "2023-06-15 12",
                             "2023-06-15x",
                             "2023-06-15 12:30 XY",
                             "15.6.23",
                             "15 Foo 2023",
                             "31 Jun 2023",
                             "Jun 31, 2023",
                             "Jun 15",
                             "June",
                             "15 Jun",
                             "15Jun2023",
                             "15 Jun-2023",
                             "Jun-2023-15",
                             "Mon 2023",
                             "2023年13月1日",
                             "2023年6月15",
                             "2023年",
                             "6月15日",
                             "2023年6月15日25时",
                             "2023年6月15日 x",
                             "2023-06-15T12:30+2",
                             "1.2.3",
                             "2023.5",
                             "12:60",
                             "24:01",
                             "12:3",
                             "123:00",
                             "12:30 XM",
                             "12:30+02:00",
                             "13:00 PM",
                             "31/31/2023",
                             "2023-06/15",
                             "-2023-06-15",
                             "2023-06-15 13:00 PM",
                             "12345-06-15",
                             "2023-06-15T12:30:00.",
                             "2023/06"})
        EXPECT_FALSE(is_date(text)) << text;
}

TEST(DateFormat, KnowsTimesOfDayWithoutADay) {
    const auto since_midnight = [](std::string_view text) { return seconds(text, DateOrder::time_of_day); };
    EXPECT_EQ(since_midnight("00:00"), 0);
    EXPECT_EQ(since_midnight("12:30"), 45000);
    EXPECT_EQ(since_midnight("9:05:30"), 32730);
    EXPECT_EQ(since_midnight("9:05 PM"), 75900);
    EXPECT_EQ(since_midnight("23:59:59.25"), 86399.25);
    EXPECT_EQ(since_midnight("2024-01-01 12:30"), -1e18);
    EXPECT_EQ(seconds("12:30"), -1e18);
}

TEST(DateFormat, WritesADateAsItWas) {
    for (const char* text : {"12:30", "00:00:00", "23:59:59", "2023-06-15", "2023/6/5",
                             "2023-06-15T12:30:00Z", "2023-06-15 02:30", "15.06.2023", "1/6/2023 00:00",
                             "2023-06-15T14:30:00+02:00", "0001-01-01", "1969-12-31 23:59:59"}) {
        const DateFormat format = date_formats_of(text, {}, {}).front();
        EXPECT_EQ(text_of(*number_in(text, format), format), text);
    }
    EXPECT_EQ(text_of(0.25, DateFormat{}), "1970-01-01 00:00:00.250000");
    EXPECT_EQ(text_of(-1e-7, DateFormat{}), "1970-01-01");  // to the microsecond that is the whole second
    EXPECT_EQ(text_of(59.9999996, DateFormat{}), "1970-01-01 00:01");
    EXPECT_EQ(text_of(86399.9999996, DateFormat{.between = "T"}), "1970-01-02T00:00");
}

TEST(DateFormat, CannotTellDayFromMonthWhereNoneIsAbove12) {
    const auto ambiguous = [](const std::string& text) {
        const DateFormat format = date_formats_of(text, {}, {}).front();
        return is_ambiguous({*number_in(text, format), missing}, format);
    };
    EXPECT_TRUE(ambiguous("03/04/2024"));
    EXPECT_TRUE(ambiguous("3-4-2024 23:59"));
    EXPECT_FALSE(ambiguous("13/04/2024"));
    EXPECT_FALSE(ambiguous("04/13/2024"));
    EXPECT_FALSE(ambiguous("04/04/2024"));  // the same both ways
    EXPECT_FALSE(ambiguous("03.04.2024"));
    EXPECT_FALSE(ambiguous("2024-03-04"));
    const DateFormat format{.order = DateOrder::dmy, .separator = '/'};
    EXPECT_EQ(with_day_and_month_swapped(seconds("03/04/2024 07:08", DateOrder::dmy), format),
              seconds("03/04/2024 07:08", DateOrder::mdy));
}

Column when(const std::string& text, const CsvOptions& options = {}) {
    return read_csv(*in_memory("when,x,y\n" + text, "x.csv"), options).columns[0];
}

TEST(Dates, AreAColumnWhoseFieldsAllAreDates) {
    const Column column = when("2024-01-01,1,1\nNA,2,2\n2024-01-02 12:00,3,3\n");
    EXPECT_TRUE(column.is_date());
    EXPECT_EQ(column.numbers[0], 1704067200);
    EXPECT_TRUE(std::isnan(column.numbers[1]));
    EXPECT_EQ(column.numbers[2], 1704067200 + 36 * 3600);
    EXPECT_TRUE(when("2024-01-01,1,1\nsoon,2,2\n").is_text());
    EXPECT_FALSE(when("2024,1,1\n2025,2,2\n").is_date());
}

TEST(Dates, MayBeTimesOfDayAlone) {
    const Column column = when("10:15,1,1\nNA,2,2\n22:15:30,3,3\n");
    EXPECT_TRUE(column.is_date());
    EXPECT_EQ(column.numbers[2], 80130);
    const DateFeature feature =
        fit_date("when", column.numbers, std::get<DateFormat>(column.format), /*minmax=*/false);
    EXPECT_EQ(feature.names(), (std::vector<std::string>{"when: time", "when: time of day, sine",
                                                         "when: time of day, cosine"}));
    EXPECT_TRUE(when("10:15,1,1\n2024-01-01 10:15,2,2\n").is_text());
    EXPECT_TRUE(when("10:15,1,1\nnoon,2,2\n").is_text());
}

TEST(Dates, AreDecidedByTheWholeColumn) {
    const double third_of_april = 1712102400, fourth_of_march = 1709510400;
    EXPECT_EQ(when("03/04/2024,1,1\n13/04/2024,2,2\n").numbers[0], third_of_april);
    EXPECT_EQ(when("03/04/2024,1,1\n04/13/2024,2,2\n").numbers[0], fourth_of_march);
    EXPECT_EQ(when("03/04/2024,1,1\n", {.date_order = DateOrder::mdy}).numbers[0], fourth_of_march);
    EXPECT_EQ(when("03/04/2024,1,1\n", {.date_order = DateOrder::dmy}).numbers[0], third_of_april);
    EXPECT_TRUE(when("13/04/2024,1,1\n", {.date_order = DateOrder::mdy}).is_text());
    EXPECT_TRUE(when("13/04/2024,1,1\n04/13/2024,2,2\n").is_text());  // neither
    EXPECT_EQ(when("3 Apr 2024,1,1\n14 May 2024,2,2\n").numbers[0], third_of_april);
    EXPECT_EQ(when("2024年4月3日,1,1\n2024年12月31日,2,2\n").numbers[0], third_of_april);
}

TEST(Dates, WithMonthsInTheFirstRowAreNames) {
    const Table table = read_csv(*in_memory("姓名,2024年1月,2024年2月\n张,1,2\n王,3,4\n", "x.csv"), {});
    EXPECT_EQ(table.columns[1].name, "2024年1月");
    EXPECT_EQ(table.rows, 2);
}

std::string date_error(const std::string& text, const ColumnChoices& choices = {}) {
    std::vector<std::string> notes;
    return error_of(
        [&] { make_dataset(read_csv(*in_memory("when,x,y\n" + text, "x.csv"), {}), choices, notes); });
}

TEST(Dates, AreRefusedInOneSentence) {
    EXPECT_EQ(date_error("03/04/2024,1,0\n05/06/2024,2,1\n"),
              "input: x.csv: column \"when\": nothing says which part of \"03/04/2024\" is the day (hint: "
              "date_order = "
              "dmy or date_order = mdy)");
    EXPECT_EQ(date_error("2024-01-01,1,0\n2024-01-02,2,1\nsoon,2,1\n"),
              "input: x.csv:4: column \"when\" holds \"soon\", expected a date (hint: missing \"soon\" or "
              "categorical \"when\")");
    EXPECT_EQ(date_error("2024-01-01,1,0\n2024-01-02,2,1\n", {.targets = {"when"}}),
              "input: x.csv: column \"when\": it holds dates, expected numbers (hint: target names another "
              "column to "
              "predict)");
    EXPECT_EQ(date_error("3 Apr 2024,1,0\n5 Jun 2024,2,1\n"), "no error");
    EXPECT_EQ(date_error("03/04/2024,1,0\n05/06/2024,2,1\n", {.ignored = {"when"}}), "no error");
    EXPECT_EQ(date_error("03/04/2024,1,0\n05/06/2024,2,1\n", {.categorical = {"when"}}), "no error");
}

}  // namespace
}  // namespace gradus::test
