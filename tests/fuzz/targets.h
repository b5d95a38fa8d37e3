// Which readers get random bytes? Each takes any bytes, may refuse them by an Error, and otherwise keeps its
// word.
#pragma once

#include <span>
#include <string_view>

namespace gradus::fuzz {

struct Target {
    std::string_view name;
    void (*run)(std::string_view bytes);
};

/// Aborts where a promise of the reader is broken.
void csv(std::string_view bytes);
void npy(std::string_view bytes);
void idx(std::string_view bytes);
void ts(std::string_view bytes);
void gzip(std::string_view bytes);
void encoding(std::string_view bytes);
void onnx(std::string_view bytes);
void onnx_external(std::string_view bytes);
void search_space(std::string_view bytes);
void tune_log(std::string_view bytes);

inline constexpr Target targets[]{
    {"csv", csv},
    {"npy", npy},
    {"idx", idx},
    {"ts", ts},
    {"gzip", gzip},
    {"encoding", encoding},
    {"onnx", onnx},
    {"onnx_external", onnx_external},
    {"search_space", search_space},
    {"tune_log", tune_log},
};

}  // namespace gradus::fuzz
