// What does a model look like whose weights lie in another file? The bytes that onnx.save_model and PyTorch
// write, by the field numbers of onnx.proto3; ours are never so.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace gradus::test {

inline std::string varint(std::uint64_t number) {
    std::string bytes;
    for (; number >= 128; number >>= 7) bytes += static_cast<char>(128 | (number & 127));
    return bytes + static_cast<char>(number);
}
inline std::string whole(std::uint64_t field, std::uint64_t number) {
    return varint(field << 3) + varint(number);
}
inline std::string text(std::uint64_t field, const std::string& bytes) {
    return varint(field << 3 | 2) + varint(bytes.size()) + bytes;
}

inline std::string raw(const std::vector<float>& numbers) {
    std::string bytes(numbers.size() * sizeof(float), '\0');
    std::memcpy(bytes.data(), numbers.data(), bytes.size());
    return bytes;
}

/// A tensor of floats; `place` has the keys and values of its external_data.
struct ExternalTensor {
    std::string name;
    std::vector<std::uint64_t> dims;
    std::vector<std::pair<std::string, std::string>> place;
    std::string beside = {};  ///< bytes within the model, too

    [[nodiscard]] std::string bytes() const {
        std::string tensor;
        for (const std::uint64_t dim : dims) tensor += whole(1, dim);
        for (const auto& [key, value] : place) tensor += text(13, text(1, key) + text(2, value));
        return tensor + whole(2, 1) + text(8, name) + whole(14, 1) + (beside.empty() ? "" : text(9, beside));
    }
};

/// y = x W + b, of x with the first dimension of W, where W and b lie elsewhere.
inline std::string external_model(const ExternalTensor& W, const ExternalTensor& b) {
    const auto value = [](const std::string& name, std::uint64_t size) {
        const std::string shape = text(1, text(2, "N")) + text(1, whole(1, size));
        return text(1, name) + text(2, text(1, whole(1, 1) + text(2, shape)));
    };
    const auto node = [](const std::string& operation, const std::string& a, const std::string& b,
                         const std::string& to) {
        return text(1, text(1, a) + text(1, b) + text(2, to) + text(4, operation));
    };
    const std::string graph = node("MatMul", "x", "W", "z") + node("Add", "z", "b", "y") + text(2, "g") +
                              text(5, W.bytes()) + text(5, b.bytes()) + text(11, value("x", W.dims.at(0))) +
                              text(12, value("y", W.dims.at(1)));
    return whole(1, 8) + text(2, "others") + text(7, graph) + text(8, whole(2, 17));
}

/// The same with W = [1 2; 3 4] and b = [10 20], which lie in `weights`: the bytes of external_weights().
inline std::string external_model(const std::string& weights = "weights") {
    return external_model({"W", {2, 2}, {{"location", weights}, {"offset", "0"}, {"length", "16"}}},
                          {"b", {2}, {{"location", weights}, {"offset", "16"}, {"length", "8"}}});
}
inline std::string external_weights() {
    return raw({1, 2, 3, 4, 10, 20});
}

}  // namespace gradus::test
