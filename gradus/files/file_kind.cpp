#include "gradus/files/file_kind.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <vector>

#include "gradus/core/error.h"
#include "gradus/core/letters.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/core/shell_word.h"

namespace gradus {
namespace {

using namespace std::string_view_literals;

// {} is the file, {csv} the file of the same name that ends in .csv.
struct Signature {
    std::string_view bytes;
    Phrase what;
    std::string_view hint;
};

constexpr std::string_view pandas = "python3 -c \"import pandas, sys; ";

constexpr std::array signatures{
    Signature{"PAR1"sv, say_later("a Parquet file"), "pandas.read_parquet"},
    Signature{"ARROW1"sv, say_later("an Arrow (Feather) file"), "pandas.read_feather"},
    Signature{"FEA1"sv, say_later("a Feather file"), "pandas.read_feather"},
    Signature{"ORC"sv, say_later("an ORC file"), "pandas.read_orc"},
    Signature{"<stata_dta>"sv, say_later("a Stata file"), "pandas.read_stata"},
    Signature{"$FL2"sv, say_later("an SPSS file"), "pandas.read_spss"},
    Signature{"\xD0\xCF\x11\xE0"sv, say_later("an Excel workbook of the old kind (.xls)"),
              "pandas.read_excel"},
    Signature{"\x89HDF\r\n\x1A\n"sv, say_later("an HDF5 file"), "h5py"},
    Signature{"MATLAB 5.0 MAT-file"sv, say_later("a MATLAB file"), "scipy.io"},
    Signature{"SQLite format 3\0"sv, say_later("an SQLite data base"), "sqlite3"},
    Signature{"RDX2\n"sv, say_later("an R data file"), "Rdata"},
    Signature{"RDX3\n"sv, say_later("an R data file"), "Rdata"},
    Signature{"X\n\0\0\0"sv, say_later("an R data file (.rds)"), "Rds"},
    Signature{"BZh"sv, say_later("packed with bzip2"), "bunzip2 -k"},
    Signature{"\xFD"
              "7zXZ\0"sv,
              say_later("packed with xz"), "unxz -k"},
    Signature{"\x28\xB5\x2F\xFD"sv, say_later("packed with zstd"), "unzstd -k"},
    Signature{"7z\xBC\xAF\x27\x1C"sv, say_later("a 7z archive"), "7z x"},
    Signature{"Rar!\x1A\x07"sv, say_later("a RAR archive"), "unrar x"},
    Signature{"%PDF-"sv, say_later("a PDF document"), ""},
    Signature{"\x89PNG\r\n"sv, say_later("a PNG picture"), "pictures"},
    Signature{"\xFF\xD8\xFF"sv, say_later("a JPEG picture"), "pictures"},
    Signature{"GIF8"sv, say_later("a GIF picture"), "pictures"},
    Signature{"\x7F"
              "ELF"sv,
              say_later("a program"), ""},
};

std::string csv_name(const std::string& path) {
    return path == "-" ? "FILE.csv"
                       : std::filesystem::path(path).filename().replace_extension(".csv").string();
}

// "python3 -c ..." that reads the file with this call and writes it as CSV.
std::string by_pandas(std::string_view call, const std::string& path) {
    return std::string(pandas) + std::string(call) + "(sys.argv[1]).to_csv(sys.argv[2], index=False)\" " +
           shell_word(path == "-" ? "FILE" : path) + " " +
           shell_word(csv_name(path) == path ? path + ".csv" : csv_name(path));
}

// A name that may stand between quotes of any language.
std::string plain_name(const std::string& path) {
    return path.find_first_of("\"'\\\n$`") == path.npos ? path : "FILE";
}

std::string hint_of(std::string_view how, const std::string& path) {
    const std::string file = shell_word(path == "-" ? "FILE" : path);
    if (how.starts_with("pandas.")) return by_pandas(how, path);
    if (how == "h5py")
        return say("{}; h5ls {} lists the names",
                   "python3 -c \"import h5py, numpy, sys; numpy.save('X.npy', "
                   "h5py.File(sys.argv[1])[sys.argv[2]][:])\" " +
                       file + " NAME",
                   file);
    if (how == "scipy.io")
        return "python3 -c \"import scipy.io, numpy, sys; numpy.save('X.npy', "
               "scipy.io.loadmat(sys.argv[1])[sys.argv[2]])\" " +
               file + " NAME";
    if (how == "sqlite3")
        return "sqlite3 -header -csv " + file + " 'SELECT * FROM TABLE' > " + shell_word(csv_name(path));
    if (how == "Rdata")
        return say("in R: {}", "write.csv(get(load(\"" + plain_name(path) + "\")), \"" +
                                   plain_name(csv_name(path)) + "\", row.names = FALSE)");
    if (how == "Rds")
        return say("in R: {}", "write.csv(readRDS(\"" + plain_name(path) + "\"), \"" +
                                   plain_name(csv_name(path)) + "\", row.names = FALSE)");
    if (how == "pictures")
        return say("one array of all pictures: {}, and --labels y.npy",
                   "numpy.save('X.npy', numpy.stack([numpy.asarray(PIL.Image.open(p)) for p in names]))");
    return how.empty() ? "" : std::string(how) + " " + file;
}

OtherKind zip(std::string_view beginning, const std::string& path) {
    const auto holds = [&](std::string_view name) { return beginning.find(name) != beginning.npos; };
    const std::string file = shell_word(path == "-" ? "FILE" : path);
    if (holds("xl/") || path.ends_with(".xlsx"))
        return {say("an Excel workbook (.xlsx)"), by_pandas("pandas.read_excel", path)};
    if (holds("opendocument.spreadsheet"))
        return {say("an OpenDocument table (.ods)"), by_pandas("pandas.read_excel", path)};
    if (holds(".npy"))
        return {say("a NumPy archive of several arrays (.npz)"),
                say("{} writes each as an .npy",
                    "python3 -c \"import numpy, sys; [numpy.save(k, v) for k, v in "
                    "numpy.load(sys.argv[1]).items()]\" " +
                        file)};
    if (holds("data.pkl"))
        return {say("a PyTorch file"), "numpy.save('X.npy', torch.load('" + plain_name(path) + "').numpy())"};
    return {say("a zip archive"), "unzip " + file};
}

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    for (std::size_t i = 0; i < line.size();) {
        const std::size_t begin = std::min(line.find_first_not_of(" \t\r", i), line.size());
        const std::size_t end = std::min(line.find_first_of(" \t\r", begin), line.size());
        if (end > begin) words.push_back(line.substr(begin, end - begin));
        i = end;
    }
    return words;
}

// The first lines that are not empty; the last, which may be cut off, is none of them.
std::vector<std::string_view> lines_of(std::string_view text, std::size_t most) {
    std::vector<std::string_view> lines;
    for (std::size_t i = 0, end = 0; lines.size() < most && (end = text.find('\n', i)) != text.npos;
         i = end + 1) {
        const std::string_view line = text.substr(i, end - i);
        if (line.find_first_not_of(" \t\r") != line.npos) lines.push_back(line);
    }
    return lines;
}

bool is_whole(std::string_view word) {
    return !word.empty() && word.size() < 10 &&
           std::ranges::all_of(word, [](unsigned char c) { return std::isdigit(c) != 0; });
}

// @relation, behind comments that begin with %.
bool is_arff(std::string_view text) {
    for (const std::string_view line : lines_of(text, 1000)) {
        if (line.starts_with('%')) continue;
        return lower(line).starts_with("@relation");
    }
    return false;
}

// "+1 3:0.5 7:1": a label, then places with their numbers.
bool is_libsvm(std::string_view text) {
    bool rises = false;  // "20240101 10:15" is a time, and no place with its number
    for (const std::string_view line : lines_of(text, 10)) {
        const std::vector<std::string_view> words = words_of(line);
        double place = 0, places = 0;
        for (std::size_t i = 1; i < words.size(); ++i) {
            const std::size_t colon = words[i].find(':');
            if (words[i].starts_with('#')) break;
            const bool is_pair = colon != words[i].npos && is_whole(words[i].substr(0, colon)) &&
                                 number_in(words[i].substr(colon + 1));
            if (!is_pair && !words[i].starts_with("qid:")) return false;
            const double next = number_in(words[i].substr(0, colon)).value_or(0);
            places = next > place ? places + 1 : 0;
            place = next;
            rises = rises || places > 1;
        }
        if (words.empty() || !number_in(words[0].substr(0, words[0].find(',')))) return false;
    }
    return rises;
}

// "4 2 1": pairs, inputs and outputs; then a line of inputs and a line of outputs in turn.
bool is_fann(std::string_view text) {
    const std::vector<std::string_view> lines = lines_of(text, 5);
    if (lines.size() < 3) return false;
    const std::vector<std::string_view> sizes = words_of(lines[0]);
    if (sizes.size() != 3 || !std::ranges::all_of(sizes, is_whole)) return false;
    if (sizes[1] == "3" && sizes[2] == "3") return false;  // then it is a table of three columns as well
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const std::vector<std::string_view> words = words_of(lines[i]);
        if (std::to_string(words.size()) != sizes[2 - i % 2]) return false;
        if (!std::ranges::all_of(words, [](std::string_view word) { return number_in(word).has_value(); }))
            return false;
    }
    return true;
}

std::optional<OtherKind> text_kind(std::string_view text, const std::string& path) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    const std::string file = shell_word(path == "-" ? "FILE" : path), csv = shell_word(csv_name(path));
    const std::string begin = lower(text.substr(0, 200));
    if (is_arff(text))
        return OtherKind{
            say("an ARFF file (Weka)"),
            "python3 -c \"import scipy.io.arff, pandas, sys; d = "
            "pandas.DataFrame(scipy.io.arff.loadarff(sys.argv[1])[0]); d.map(lambda v: v.decode() if "
            "isinstance(v, bytes) else v).to_csv(sys.argv[2], index=False)\" " +
                file + " " + csv};
    if (begin.starts_with("<!doctype html") || begin.starts_with("<html"))
        return OtherKind{say("a web page (HTML)"),
                         say("download the file itself, not the page that shows it")};
    if (begin.starts_with("<?xml")) return OtherKind{say("an XML file"), by_pandas("pandas.read_xml", path)};
    if (begin.starts_with("{\\rtf"))
        return OtherKind{say("a text document (RTF)"), say("save it as plain text")};
    const std::size_t next = begin.find_first_not_of(" \t\r\n", 1);
    const char second = next == begin.npos ? char(0) : begin[next];
    const bool object = begin.starts_with('{') && (second == '"' || second == '}');
    if (object || (begin.starts_with('[') && (second == '{' || second == '[')))
        return OtherKind{say("a JSON file"), by_pandas(object && text.find("}\n{") != text.npos
                                                           ? "(lambda f: pandas.read_json(f, lines=True))"
                                                           : "pandas.read_json",
                                                       path)};
    if (is_libsvm(text))
        return OtherKind{
            say("a libsvm file"),
            say("{}, then X.npy --labels y.npy",
                "python3 -c \"import sklearn.datasets, numpy, sys; X, y = "
                "sklearn.datasets.load_svmlight_file(sys.argv[1]); numpy.save('X.npy', X.toarray()); "
                "numpy.save('y.npy', y)\" " +
                    file)};
    if (is_fann(text))
        return OtherKind{say("a training file of FANN"),
                         "tail -n +2 " + file + " | paste -d ' ' - - > " + csv};
    return std::nullopt;
}

// Zeros at every second place: letters of two bytes.
bool is_utf16(std::string_view bytes, std::size_t first) {
    std::size_t zeros = 0, others = 0;
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
        zeros += bytes[i + first] == 0 ? 1 : 0;
        others += bytes[i + 1 - first] == 0 ? 1 : 0;
    }
    return others == 0 && 4 * zeros > bytes.size();
}

bool is_pickle(std::string_view bytes) {
    return bytes.size() > 2 && bytes[0] == '\x80' && bytes[1] >= 2 && bytes[1] <= 5 &&
           (bytes[1] < 4 ? bytes.find('c', 2) == 2 || bytes.find('}', 2) == 2 || bytes.find(']', 2) == 2
                         : bytes[2] == '\x95');
}

// "ORC" begins a table whose first column is ORCID, too: such a file has to hold bytes that no text has.
bool could_be_text(const Signature& signature) {
    return signature.bytes != "%PDF-" &&
           std::ranges::all_of(signature.bytes, [](unsigned char c) { return c >= ' ' && c < 0x7F; });
}

bool has_control(std::string_view bytes) {
    return std::ranges::any_of(bytes, [](unsigned char c) { return c < '\t' || ('\r' < c && c < ' '); });
}

}  // namespace

std::optional<OtherKind> other_kind(std::string_view beginning, const std::string& path) {
    if (beginning.starts_with("PK\3\4") || beginning.starts_with("PK\5\6")) return zip(beginning, path);
    for (const Signature& signature : signatures)
        if (beginning.starts_with(signature.bytes) && (!could_be_text(signature) || has_control(beginning)))
            return OtherKind{say(signature.what), hint_of(signature.hint, path)};
    if (is_pickle(beginning))
        return OtherKind{say("a pickle of Python"), by_pandas("pandas.read_pickle", path)};
    if (beginning.size() > 262 && beginning.substr(257, 5) == "ustar")
        return OtherKind{say("a tar archive"), "tar xf " + shell_word(path == "-" ? "FILE" : path)};
    const bool marked = beginning.starts_with("\xFF\xFE") || beginning.starts_with("\xFE\xFF");
    if (marked || beginning.find('\0') == beginning.npos) return text_kind(beginning, path);
    if (path.ends_with(".onnx") ||
        (beginning.starts_with('\x08') && beginning.find("onnx") != beginning.npos))
        return OtherKind{say("a model (ONNX)"), say("MODEL stands before DATA")};
    for (const std::size_t first : {std::size_t{0}, std::size_t{1}})
        if (is_utf16(beginning, first))
            return OtherKind{.what = say("text in UTF-16 without a mark"),
                             .hint = setting("encoding", first == 0 ? "utf-16be" : "utf-16le"),
                             .may_be_text = true};
    return OtherKind{.what = say("a file of bytes that are no text"), .hint = "", .may_be_text = true};
}

}  // namespace gradus
