#include "gradus/export/onnx/onnx.h"

#include <filesystem>
#include <type_traits>
#include <utility>
#include <variant>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/export/onnx/import.h"
#include "gradus/files/atomic_file.h"
#include "gradus/files/open.h"

namespace gradus {

static std::string read_file(const std::string& path) {
    constexpr std::size_t block = std::size_t{1} << 20, most = std::size_t{1} << 31;
    const Bytes file = open_file(path);
    std::string bytes;
    std::size_t size = 0;
    for (;;) {
        bytes.resize(size + block);
        const std::size_t count = file->read(std::span(bytes).subspan(size));
        size += count;
        if (size > most)
            throw Error(Fault::input, {.place = path,
                                       .found = say("this is too large for a model"),
                                       .expected = say("at most 2 GiB")});
        if (count < block) {
            bytes.resize(size);
            return bytes;
        }
    }
}

static std::string to_onnx_for(const std::string& path, const AnyModel& model) {
    try {
        return to_onnx(model);
    } catch (const Error& error) {
        throw error.at(path);
    }
}

void write_model(const std::string& path, const AnyModel& model) {
    write_file(path, to_onnx_for(path, model));
}

AnyModel read_model(const std::string& path, bool allow_external) {
    const std::string folder = std::filesystem::path(path).parent_path().string();
    onnx::ExternalFiles external(folder.empty() ? "." : folder, allow_external);
    return onnx::read_with(read_file(path), path, path == "-" ? onnx::ExternalFiles() : std::move(external));
}

template <class T>
void save(const Model<T>& model, const std::string& path) {
    write_model(path, model);
}

template <class T>
void save(const Network<T>& network, const std::string& path, const Features& features) {
    write_model(path, Model<T>{.network = network, .features = features});
}

template <class T>
Model<T> load(const std::string& path, bool allow_external) {
    AnyModel model = read_model(path, allow_external);
    if (Model<T>* right = std::get_if<Model<T>>(&model)) return std::move(*right);
    constexpr bool asked_double = std::is_same_v<T, double>;
    throw Error(Fault::input, {.place = path,
                               .found = asked_double ? say("a model in float") : say("a model in double"),
                               .expected = asked_double ? say("one in double") : say("one in float"),
                               .hint = asked_double ? "load<float>" : "load<double>"});
}

#define GRADUS_INSTANTIATE(T)                                                   \
    template void save(const Model<T>&, const std::string&);                    \
    template void save(const Network<T>&, const std::string&, const Features&); \
    template Model<T> load(const std::string&, bool);
GRADUS_INSTANTIATE(float)
GRADUS_INSTANTIATE(double)
#undef GRADUS_INSTANTIATE

}  // namespace gradus
