#include <algorithm>
#include <array>
#include <numeric>

#include "gradus/core/say.h"
#include "gradus/export/onnx/operators.h"

namespace gradus::onnx {
namespace {

using Ints = std::vector<Index>;

// A number or a text from one array to another.
void copy(const Array& from, Index i, Array& to, Index j) {
    if (from.is_text()) {
        to.texts[static_cast<std::size_t>(j)] = from.texts[static_cast<std::size_t>(i)];
    } else {
        to[j] = from[i];
    }
}

void with_dims(Call& call, Ints dims) {
    const Array& x = call.in(0);
    if (product_of(dims) != x.size()) reject(call.node, say("its input has {} numbers", x.size()));
    call.work.spend(static_cast<double>(x.size()));
    call.outputs.push_back(x);
    call.outputs.back().dims = std::move(dims);
}

void identity(Call& call) {
    with_dims(call, call.in(0).dims);
}

// In a trained network it lets everything through.
void dropout(Call& call) {
    const Array* rate = call.optional(1);
    const Array* training = call.optional(2);
    const bool trains = training != nullptr && training->size() == 1 && (*training)[0] != 0;
    if (trains && (rate == nullptr || rate->size() != 1 || (*rate)[0] != 0))
        reject(call.node, say("it is in training"), say("a network that has been trained"));
    identity(call);
    if (call.node.outputs.size() < 2) return;
    Array& mask = call.make(Type::boolean, call.in(0).dims);
    std::ranges::fill(mask.numbers, 1.);
}

void reshape(Call& call) {
    const Array& x = call.in(0);
    Ints to = call.wholes(1, "shape");
    Index known = 1;
    for (std::size_t i = 0; i < to.size(); ++i) {
        if (to[i] == 0 && call.get<Index>("allowzero") == 0) {
            if (i >= x.dims.size()) reject(call.node, say("it has no axis {}", i));
            to[i] = x.dims[i];
        }
        if (to[i] < -1) reject(call.node, say("it makes a negative size"));
        if (to[i] >= 0) known = product_of(Ints{known, to[i]});
    }
    const auto open = std::ranges::find(to, Index{-1});
    if (open != to.end()) *open = known > 0 ? x.size() / known : 0;
    if (std::ranges::count(to, Index{-1}) > 0) reject(call.node, say("it leaves two sizes open"));
    with_dims(call, std::move(to));
}

void flatten(Call& call) {
    const Array& x = call.in(0);
    const Index given = call.get<Index>("axis");
    const Index axis = given == x.rank() ? given : call.axis(given, x.rank());
    const auto middle = x.dims.begin() + axis;
    with_dims(call, {std::accumulate(x.dims.begin(), middle, Index{1}, std::multiplies<>()),
                     std::accumulate(middle, x.dims.end(), Index{1}, std::multiplies<>())});
}

void squeeze(Call& call) {
    const Array& x = call.in(0);
    const Ints axes = call.wholes(1, "axes");
    std::vector<bool> gone(x.dims.size());
    for (const Index axis : axes) gone[static_cast<std::size_t>(call.axis(axis, x.rank()))] = true;
    Ints dims;
    for (std::size_t i = 0; i < x.dims.size(); ++i) {
        if (axes.empty() && x.dims[i] == 1) continue;
        if (gone[i] && x.dims[i] != 1) reject(call.node, say("it removes something else than a length of 1"));
        if (!gone[i]) dims.push_back(x.dims[i]);
    }
    with_dims(call, std::move(dims));
}

void unsqueeze(Call& call) {
    const Array& x = call.in(0);
    const Ints axes = call.wholes(1, "axes");
    const Index rank = x.rank() + static_cast<Index>(axes.size());
    if (rank > 16) reject(call.node, say("its inputs do not fit each other"));
    std::vector<bool> fresh(static_cast<std::size_t>(rank));
    for (const Index axis : axes) fresh[static_cast<std::size_t>(call.axis(axis, rank))] = true;
    if (std::ranges::count(fresh, true) != std::ssize(axes))
        reject(call.node, say("its inputs do not fit each other"));
    Ints dims;
    auto next = x.dims.begin();
    for (const bool is_fresh : fresh) dims.push_back(is_fresh ? 1 : *next++);
    with_dims(call, std::move(dims));
}

void transpose(Call& call) {
    const Array& x = call.in(0);
    Ints order = call.get<Ints>("perm");
    if (order.empty())
        for (Index i = x.rank(); i-- > 0;) order.push_back(i);
    Ints sorted = order, all(x.dims.size());
    std::ranges::sort(sorted);
    std::iota(all.begin(), all.end(), Index{0});
    if (sorted != all) reject(call.node, say("its inputs do not fit each other"));
    Ints dims, step(x.dims.size(), 1), at(x.dims.size(), 0);
    for (const Index axis : order) dims.push_back(x.dims[static_cast<std::size_t>(axis)]);
    for (std::size_t i = step.size(); i-- > 1;) step[i - 1] = step[i] * x.dims[i];
    Array& y = call.make(x.type, dims);
    Index from = 0;
    for (Index n = 0; n < y.size(); ++n) {
        copy(x, from, y, n);
        for (std::size_t i = dims.size(); i-- > 0;) {
            const Index one = step[static_cast<std::size_t>(order[i])];
            from += one;
            if (++at[i] < dims[i]) break;
            from -= one * dims[i];
            at[i] = 0;
        }
    }
}

// An axis of an array: how many numbers stand before, on and behind it.
struct Axis {
    Index before = 1, size = 1, behind = 1;

    Axis(const Array& x, Index axis) : size(x.dims[static_cast<std::size_t>(axis)]) {
        for (Index i = 0; i < x.rank(); ++i)
            if (i != axis) (i < axis ? before : behind) *= x.dims[static_cast<std::size_t>(i)];
    }
    [[nodiscard]] Index place(Index b, Index i, Index r) const { return (b * size + i) * behind + r; }
};

// Takes these places of an axis.
void take(Call& call, const Array& x, Index axis, const Ints& chosen, Ints dims) {
    const Axis along(x, axis);
    Array& y = call.make(x.type, std::move(dims));
    Index n = 0;
    for (Index b = 0; b < along.before; ++b)
        for (const Index i : chosen)
            for (Index r = 0; r < along.behind; ++r) copy(x, along.place(b, i, r), y, n++);
}

Ints chosen_places(Call& call, Index size) {
    Ints chosen;
    for (const double i : call.in(1).numbers) {
        const Index place = i >= -1e9 && i <= 1e9 ? static_cast<Index>(i) : size;
        if (place < -size || place >= size) reject(call.node, say("it has no place {}", i));
        chosen.push_back(place < 0 ? place + size : place);
    }
    return chosen;
}

void gather(Call& call) {
    const Array& x = call.in(0);
    const Index axis = call.axis(call.get<Index>("axis"), x.rank());
    Ints dims(x.dims.begin(), x.dims.begin() + axis);
    dims.insert(dims.end(), call.in(1).dims.begin(), call.in(1).dims.end());
    dims.insert(dims.end(), x.dims.begin() + axis + 1, x.dims.end());
    take(call, x, axis, chosen_places(call, x.dim(axis)), std::move(dims));
}

// Of the last axis.
void array_feature_extractor(Call& call) {
    const Array& x = call.in(0);
    if (x.rank() == 0) reject(call.node, say("its inputs do not fit each other"));
    const Ints chosen = chosen_places(call, x.dim(-1));
    Ints dims = x.dims;
    if (dims.size() == 1) dims.insert(dims.begin(), 1);
    dims.back() = static_cast<Index>(chosen.size());
    take(call, x, x.rank() - 1, chosen, std::move(dims));
}

void slice(Call& call) {
    const Array& x = call.in(0);
    const Ints starts = call.wholes(1, "starts"), ends = call.wholes(2, "ends");
    Ints axes = call.wholes(3, "axes"), steps = call.wholes(4, "");
    if (axes.empty())
        for (std::size_t i = 0; i < starts.size(); ++i) axes.push_back(static_cast<Index>(i));
    steps.resize(starts.size(), 1);
    if (ends.size() != starts.size() || axes.size() != starts.size())
        reject(call.node, say("its inputs do not fit each other"));
    Array part = x;
    for (std::size_t i = 0; i < starts.size(); ++i) {
        const Index axis = call.axis(axes[i], x.rank()), size = part.dim(axis), step = steps[i];
        if (step == 0) reject(call.node, say("its inputs do not fit each other"));
        const auto from_front = [size](Index at) { return at < 0 ? at + size : at; };
        const Index last = step > 0 ? size : size - 1;
        const Index from = std::clamp(from_front(starts[i]), Index{0}, last);
        const Index to = std::clamp(from_front(ends[i]), step > 0 ? Index{0} : Index{-1}, last);
        Ints chosen, dims = part.dims;
        for (Index at = from; step > 0 ? at < to : at > to; at += step) chosen.push_back(at);
        dims[static_cast<std::size_t>(axis)] = static_cast<Index>(chosen.size());
        take(call, part, axis, chosen, std::move(dims));
        part = std::move(call.outputs.back());
        call.outputs.pop_back();
    }
    call.outputs.push_back(std::move(part));
}

void concat(Call& call) {
    const Array& first = call.in(0);
    const Index axis = call.axis(call.get<Index>("axis"), first.rank());
    Ints dims = first.dims;
    Index size = 0;
    for (std::size_t i = 0; i < call.inputs.size(); ++i) {
        const Array& x = call.in(i);
        if (x.rank() != first.rank() || x.is_text() != first.is_text())
            reject(call.node, say("its inputs do not fit each other"));
        for (Index a = 0; a < x.rank(); ++a)
            if (a != axis && x.dim(a) != first.dim(a))
                reject(call.node, say("its inputs do not fit each other"));
        size += x.dim(axis);
    }
    dims[static_cast<std::size_t>(axis)] = size;
    Array& y = call.make(first.type, dims);
    const Axis to(y, axis);
    Index begin = 0;
    for (std::size_t i = 0; i < call.inputs.size(); ++i) {
        const Array& x = call.in(i);
        const Axis from(x, axis);
        for (Index b = 0; b < from.before; ++b)
            for (Index at = 0; at < from.size; ++at)
                for (Index r = 0; r < from.behind; ++r)
                    copy(x, from.place(b, at, r), y, to.place(b, begin + at, r));
        begin += from.size;
    }
}

// The same number of each axis before and behind.
void pad(Call& call) {
    if (call.get<std::string>("mode") != "constant")
        reject(call.node, say("its {} is of another kind", "mode"));
    const Array& x = call.in(0);
    const Ints pads = call.wholes(1, "pads");
    const Array* given = call.optional(2);
    const double value =
        given != nullptr && given->size() == 1 ? (*given)[0] : static_cast<double>(call.get<float>("value"));
    const auto rank = x.dims.size();
    const bool fits = !x.is_text() && pads.size() == 2 * rank && call.optional(3) == nullptr &&
                      std::ranges::all_of(pads, [](Index n) { return n >= 0; });
    if (!fits) reject(call.node, say("its inputs do not fit each other"));
    Ints dims = x.dims, at(rank, 0);
    for (std::size_t i = 0; i < rank; ++i) dims[i] += pads[i] + pads[rank + i];
    Array& y = call.make(x.type, dims);
    for (Index n = 0; n < y.size(); ++n) {
        Index from = 0;
        bool inside = true;
        for (std::size_t i = 0; i < rank; ++i) {
            const Index place = at[i] - pads[i];
            inside = inside && place >= 0 && place < x.dims[i];
            from = from * x.dims[i] + place;
        }
        y[n] = inside ? x[from] : value;
        for (std::size_t i = rank; i-- > 0;) {
            if (++at[i] < dims[i]) break;
            at[i] = 0;
        }
    }
}

void expand(Call& call) {
    const Array& x = call.in(0);
    Array like{.type = Type::boolean, .dims = call.wholes(1, "")};
    if (like.dims.size() > 16 || product_of(like.dims) > (1 << 26))
        reject(call.node, say("its inputs do not fit each other"));
    const std::array<const Array*, 2> both{&x, &like};
    const Ints dims = broadcast(call.node, both);
    Array& y = call.make(x.type, dims);
    Walk walk({both.data(), 1}, dims);
    for (Index n = 0; n < y.size(); ++n, walk.next()) copy(x, walk[0], y, n);
}

void shape(Call& call) {
    const Ints& dims = call.in(0).dims;
    const auto rank = std::ssize(dims);
    const auto place = [rank](Index at) { return std::clamp(at < 0 ? at + rank : at, Index{0}, rank); };
    const Index from = place(call.get<Index>("start")), to = std::max(from, place(call.get<Index>("end")));
    call.outputs.push_back(integers({dims.begin() + from, dims.begin() + to}));
}

void constant(Call& call) {
    for (const Attribute& attribute : call.node.attributes) {
        if (const auto* tensor = std::get_if<Tensor>(&attribute.value)) {
            call.outputs.push_back(array_of(*tensor));
        } else if (const auto* number = std::get_if<float>(&attribute.value)) {
            call.outputs.push_back({.type = Type::float32, .numbers = {static_cast<double>(*number)}});
        } else if (const auto* whole = std::get_if<Index>(&attribute.value)) {
            call.outputs.push_back({.type = Type::int64, .numbers = {static_cast<double>(*whole)}});
        } else if (const auto* wholes = std::get_if<Ints>(&attribute.value)) {
            call.outputs.push_back(integers(*wholes));
        } else if (const auto* list = std::get_if<std::vector<float>>(&attribute.value)) {
            call.outputs.push_back({.type = Type::float32,
                                    .dims = {std::ssize(*list)},
                                    .numbers = {list->begin(), list->end()}});
        }
        if (!call.outputs.empty()) return;
    }
    reject(call.node, say("it is no tensor"));
}

void constant_of_shape(Call& call) {
    const Tensor& value = call.get<Tensor>("value");
    const Array one = array_of(value);
    Array& y = call.make(value.type == Type::none ? Type::float32 : value.type, call.wholes(0, ""));
    if (y.is_text() || one.size() > 1) reject(call.node, say("it is no tensor"));
    if (one.size() == 1) std::ranges::fill(y.numbers, one[0]);
}

}  // namespace

std::vector<Operator> movement_operators() {
    constexpr Nature moves = Nature::movement;
    return {
        {"Identity", "", moves, {}, identity},
        {"Dropout", "", moves, {{"ratio", 0.5F}, {"seed", Index{0}}, {"is_test", Index{1}}}, dropout},
        {"Reshape", "", moves, {{"allowzero", Index{0}}, {"shape", Ints{}}}, reshape},
        {"Flatten", "", moves, {{"axis", Index{1}}}, flatten},
        {"Squeeze", "", moves, {{"axes", Ints{}}}, squeeze},
        {"Unsqueeze", "", moves, {{"axes", Ints{}}}, unsqueeze},
        {"Transpose", "", moves, {{"perm", Ints{}}}, transpose},
        {"Gather", "", moves, {{"axis", Index{0}}}, gather},
        {"ArrayFeatureExtractor", "ai.onnx.ml", moves, {}, array_feature_extractor},
        {"Slice", "", moves, {{"starts", Ints{}}, {"ends", Ints{}}, {"axes", Ints{}}}, slice},
        {"Concat", "", moves, {{"axis", Index{1}}}, concat},
        {"Pad", "", moves, {{"mode", std::string("constant")}, {"pads", Ints{}}, {"value", 0.F}}, pad},
        {"Expand", "", moves, {}, expand},
        {"Shape", "", Nature::other, {{"start", Index{0}}, {"end", Index{64}}}, shape},
        {"Constant",
         "",
         Nature::other,
         {{"value", Tensor{}},
          {"value_float", 0.F},
          {"value_floats", std::vector<float>{}},
          {"value_int", Index{0}},
          {"value_ints", Ints{}}},
         constant},
        {"ConstantOfShape", "", Nature::other, {{"value", Tensor{}}}, constant_of_shape},
    };
}

}  // namespace gradus::onnx
