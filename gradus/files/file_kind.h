// What kind of file is this? Its first bytes say it, whatever its name says.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gradus {

/// A kind of file that is no table of ours, and how it becomes one.
struct OtherKind {
    std::string what;          ///< "an Excel workbook"
    std::string hint;          ///< what to type; empty where nobody knows
    bool may_be_text = false;  ///< in an encoding that somebody names
};

/// Zip files and what is packed in them (Excel, NumPy's .npz, PyTorch), Parquet, Arrow, HDF5, MATLAB,
/// pickles, SQLite, ONNX, pictures, PDF, HTML, JSON, XML, ARFF, libsvm, FANN, and bytes that are no text.
/// `path` names the file in the hint. `beginning`: its first bytes, unpacked.
std::optional<OtherKind> other_kind(std::string_view beginning, const std::string& path);

}  // namespace gradus
