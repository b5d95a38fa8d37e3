#include "gradus/export/numpy/twin.h"

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/export/numpy/program.h"
#include "gradus/model/prepared.h"

namespace gradus {
namespace {

// Without scaling these are centred all the same (prepared.h, features.h), which the program does not know.
void require_float_holds(const Dataset& data) {
    const auto require = [&](const std::string& name, bool holds) {
        if (!holds)
            throw Error(Fault::input, {.place = file_of(data),
                                       .found = say("float would merge numbers of \"{}\", which cannot be "
                                                    "written in NumPy without scaling",
                                                    name),
                                       .hint = say("{} or {}", setting("scale", "standard"),
                                                   setting("precision", "double"))});
    };
    for (const Column& column : data.table.columns) require(column.name, !float_merges(column.numbers));
    for (Index i = 0; i < data.Y.rows() && !data.has_classes() && !data.multilabel; ++i) {
        std::vector<double> values;
        for (Index j = 0; j < data.Y.columns(); ++j) values.push_back(data.Y(i, j));
        require(data.target_names[static_cast<std::size_t>(i)], !float_is_coarse(values));
    }
}

}  // namespace

std::string numpy_program(const Dataset& data, const Recipe& recipe, const NumpyData& source) {
    const std::string what = !recipe.from.empty()              ? setting("from")
                             : !recipe.validation_file.empty() ? setting("validation") + " FILE"
                             : !data.weights.empty()           ? setting("weight")
                             : fold_count(recipe) > 0 && recipe.member == 0
                                 ? setting(recipe.ensemble > 1 ? "ensemble" : "folds")
                             : recipe.member > 0 && recipe.validation > 0 ? setting("validation")
                                                                          : "";
    if (!what.empty())
        throw Error(Fault::input, {.place = what, .found = say("cannot be written in NumPy yet")});
    if (recipe.scaling == Scaling::none && recipe.precision == Precision::single) require_float_holds(data);
    return NumpyProgram(data, recipe, source).text();
}

}  // namespace gradus
