#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "gradus/core/say.h"
#include "gradus/export/onnx/operators.h"

namespace gradus::onnx {
namespace {

using Ints = std::vector<Index>;

void gemm(Call& call) {
    const Array &A = call.in(0), &B = call.in(1);
    if (A.rank() != 2 || B.rank() != 2) reject(call.node, say("its weights are no matrix"));
    const bool turn_a = call.get<Index>("transA") != 0, turn_b = call.get<Index>("transB") != 0;
    const double alpha = call.get<float>("alpha"), beta = call.get<float>("beta");
    const Index M = A.dim(turn_a ? 1 : 0), K = A.dim(turn_a ? 0 : 1), N = B.dim(turn_b ? 0 : 1);
    if (B.dim(turn_b ? 1 : 0) != K)
        reject(call.node, say("what it sees is {} numbers", K), say("{} numbers", B.dim(turn_b ? 1 : 0)));
    call.work.spend(0, double(M) * double(N) * double(K));
    Array& Y = call.make(A.type, {M, N});
    const Array* C = call.optional(2);
    Ints from;
    if (C != nullptr) {
        const std::array<const Array*, 2> both{C, &Y};
        if (broadcast(call.node, both) != Y.dims) reject(call.node, say("its inputs do not fit each other"));
        from = places(*C, Y.dims);
    }
    for (Index i = 0; i < M; ++i)
        for (Index j = 0; j < N; ++j) {
            double sum = 0;
            for (Index k = 0; k < K; ++k)
                sum += A[turn_a ? k * M + i : i * K + k] * B[turn_b ? j * K + k : k * N + j];
            const double c = C != nullptr ? (*C)[from[static_cast<std::size_t>(i * N + j)]] : 0;
            Y[i * N + j] = alpha * sum + (c == 0 ? 0 : beta * c);
        }
}

// The last two axes are matrices, those before are broadcast.
void mat_mul(Call& call) {
    Array A = call.in(0), B = call.in(1);
    if (A.rank() == 0 || B.rank() == 0 || A.is_text() || B.is_text())
        reject(call.node, say("its weights are no matrix"));
    const bool row = A.rank() == 1, column = B.rank() == 1;
    if (row) A.dims.insert(A.dims.begin(), 1);
    if (column) B.dims.push_back(1);
    const Index M = A.dim(-2), K = A.dim(-1), N = B.dim(-1);
    if (B.dim(-2) != K) reject(call.node, say("what it sees is {} numbers", K), say("{} numbers", B.dim(-2)));
    Array before_a{.dims = {A.dims.begin(), A.dims.end() - 2}},
        before_b{.dims = {B.dims.begin(), B.dims.end() - 2}};
    const std::array<const Array*, 2> both{&before_a, &before_b};
    Ints dims = broadcast(call.node, both);
    const auto count = static_cast<double>(product_of(dims));
    call.work.spend(2 * count, count * double(M) * double(N) * double(K));
    const Ints of_a = places(before_a, dims), of_b = places(before_b, dims);
    if (!row) dims.push_back(M);
    if (!column) dims.push_back(N);
    Array& Y = call.make(A.type, dims);
    Index n = 0;
    for (std::size_t each = 0; each < of_a.size(); ++each)
        for (Index i = 0; i < M; ++i)
            for (Index j = 0; j < N; ++j) {
                double sum = 0;
                for (Index k = 0; k < K; ++k)
                    sum += A[(of_a[each] * M + i) * K + k] * B[(of_b[each] * K + k) * N + j];
                Y[n++] = sum;
            }
}

// The windows of a convolution or of pooling over any number of axes.
struct Windows {
    Ints size, in, out, stride, dilation, before, behind;

    Windows(const Call& call, Ints window, const Array& x) : size(std::move(window)) {
        const auto axes = size.size();
        if (x.dims.size() != axes + 2 || axes == 0 || axes > 3)
            reject(call.node, say("its window has {} dimensions", axes));
        const auto list = [&](std::string_view name, Index usual, std::size_t count) {
            Ints all = call.get<Ints>(name);
            if (all.empty()) all.assign(count, usual);
            if (all.size() != count ||
                std::ranges::any_of(all, [&](Index n) { return n < usual || n > 1 << 20; }))
                reject(call.node, say("its {} do not fit its window", name));
            return all;
        };
        stride = list("strides", 1, axes), dilation = list("dilations", 1, axes);
        const Ints pads = list("pads", 0, 2 * axes);
        const auto& automatic = call.get<std::string>("auto_pad");
        for (std::size_t i = 0; i < axes; ++i) {
            if (size[i] < 1) reject(call.node, say("its window is empty"));
            if (size[i] > 1 << 20) reject(call.node, say("its window is larger than what it sees"));
            in.push_back(x.dims[i + 2]);
            const Index reach = (size[i] - 1) * dilation[i] + 1;
            before.push_back(pads[i]), behind.push_back(pads[axes + i]);
            if (automatic.starts_with("SAME")) {
                const Index count = (in[i] + stride[i] - 1) / stride[i];
                const Index all = std::max((count - 1) * stride[i] + reach - in[i], Index{0});
                before[i] = automatic == "SAME_LOWER" ? all - all / 2 : all / 2;
                behind[i] = all - before[i];
            } else if (automatic == "VALID") {
                before[i] = behind[i] = 0;
            }
            const Index room = in[i] + before[i] + behind[i] - reach;
            if (room < 0) reject(call.node, say("its window is larger than what it sees"));
            out.push_back(room / stride[i] + 1);
        }
    }

    // Calls f(place in the window, place in what it sees or -1 for padding) for the window at this place.
    template <class F>
    void at(Index place, F f) const {
        const Index count = product_of(size);
        for (Index w = 0; w < count; ++w) {
            Index from = 0, step = 1, left = place, rest = w;
            bool inside = true;
            for (std::size_t i = size.size(); i-- > 0;) {
                const Index to = (left % out[i]) * stride[i] + (rest % size[i]) * dilation[i] - before[i];
                left /= out[i], rest /= size[i];
                inside = inside && to >= 0 && to < in[i];
                from += to * step, step *= in[i];
            }
            f(w, inside ? from : Index{-1});
        }
    }

    [[nodiscard]] Ints dims(Index examples, Index channels) const {
        Ints all{examples, channels};
        all.insert(all.end(), out.begin(), out.end());
        return all;
    }
};

void conv(Call& call) {
    const Array &x = call.in(0), &W = call.in(1);
    const Array* b = call.optional(2);
    if (W.rank() < 3 || x.rank() != W.rank()) reject(call.node, say("its weights are not [M, C, k]"));
    const Index filters = W.dim(0), channels = W.dim(1), groups = call.get<Index>("group");
    if (groups < 1 || groups > 1 << 20 || filters % groups != 0 || channels * groups != x.dim(1))
        reject(call.node, say("its weights are for {} channels in {} groups", channels, groups),
               say("{} channels", x.dim(1)));
    if (b != nullptr && b->size() != filters) reject(call.node, say("its inputs do not fit each other"));
    const Windows windows(call, {W.dims.begin() + 2, W.dims.end()}, x);
    const Index out = product_of(windows.out), in = product_of(windows.in), size = product_of(windows.size);
    call.work.spend(0, double(x.dim(0)) * double(filters) * double(channels) * double(out) * double(size));
    Array& y = call.make(x.type, windows.dims(x.dim(0), filters));
    for (Index place = 0; place < out; ++place)
        windows.at(place, [&](Index w, Index from) {
            if (from < 0) return;
            for (Index n = 0; n < x.dim(0); ++n)
                for (Index f = 0; f < filters; ++f) {
                    const Index first = f / (filters / groups) * channels;
                    double sum = 0;
                    for (Index c = 0; c < channels; ++c)
                        sum += W[(f * channels + c) * size + w] * x[(n * x.dim(1) + first + c) * in + from];
                    y[(n * filters + f) * out + place] += sum;
                }
        });
    if (b == nullptr) return;
    for (Index i = 0; i < y.size(); ++i) y[i] += (*b)[i / out % filters];
}

// start, then f for each number under the window, then g(result, how many).
template <class F, class G>
void pool(Call& call, const Ints& window, double start, F f, G g) {
    const Array& x = call.in(0);
    const Windows windows(call, window, x);
    const Index out = product_of(windows.out), in = product_of(windows.in), both = x.dim(0) * x.dim(1);
    call.work.spend(0, double(both) * double(out) * double(product_of(windows.size)));
    Array& y = call.make(x.type, windows.dims(x.dim(0), x.dim(1)));
    std::ranges::fill(y.numbers, start);
    for (Index place = 0; place < out; ++place) {
        Index count = 0;
        windows.at(place, [&](Index, Index from) {
            if (from < 0) return;
            ++count;
            for (Index c = 0; c < both; ++c) y[c * out + place] = f(y[c * out + place], x[c * in + from]);
        });
        for (Index c = 0; c < both; ++c) y[c * out + place] = g(y[c * out + place], count);
    }
}

double larger_number(double a, double b) {
    return std::isnan(a) || a > b ? a : b;
}

void max_pool(Call& call) {
    if (call.node.outputs.size() > 1)
        reject(call.node, say("it has {} results", call.node.outputs.size()), "1");
    pool(call, call.get<Ints>("kernel_shape"), -std::numeric_limits<double>::infinity(), larger_number,
         [](double y, Index) { return y; });
}

void average_pool(Call& call) {
    const Ints window = call.get<Ints>("kernel_shape");
    const bool with_padding = call.get<Index>("count_include_pad") != 0;
    pool(
        call, window, 0, [](double a, double b) { return a + b; },
        [&](double sum, Index count) { return sum / double(with_padding ? product_of(window) : count); });
}

// Numbers along these axes become one.
template <class F>
void reduce(Call& call, const Ints& axes, bool keep, F f) {
    const Array& x = call.in(0);
    std::vector<bool> gone(x.dims.size(), axes.empty());
    for (const Index axis : axes) gone[static_cast<std::size_t>(call.axis(axis, x.rank()))] = true;
    Ints dims, kept;
    for (std::size_t i = 0; i < gone.size(); ++i) {
        kept.push_back(gone[i] ? 1 : x.dims[i]);
        if (keep || !gone[i]) dims.push_back(kept.back());
    }
    constexpr double list = 7;  // numbers that take as much memory as a list of one
    call.work.spend(2 * double(x.size()) + list * double(product_of(dims)));
    Array& y = call.make(x.type, dims);
    std::vector<std::vector<double>> lists(static_cast<std::size_t>(y.size()));
    const Array shape{.dims = kept};
    const Ints to = places(shape, x.dims);
    for (Index i = 0; i < x.size(); ++i)
        lists[static_cast<std::size_t>(to[static_cast<std::size_t>(i)])].push_back(x[i]);
    for (Index i = 0; i < y.size(); ++i) y[i] = f(lists[static_cast<std::size_t>(i)]);
}

double sum_of(const std::vector<double>& list) {
    double sum = 0;
    for (const double x : list) sum += x;
    return sum;
}

double mean_of(const std::vector<double>& list) {
    return sum_of(list) / static_cast<double>(list.size());
}

double largest_of(const std::vector<double>& list) {
    double result = -std::numeric_limits<double>::infinity();
    for (const double x : list) result = larger_number(result, x);
    return result;
}

using OfList = double (*)(const std::vector<double>&);

template <OfList f>
void reduce_axes(Call& call) {
    const Ints axes = call.wholes(1, "axes");
    if (axes.empty() && call.get<Index>("noop_with_empty_axes") != 0)
        reject(call.node, say("its {} is of another kind", "noop_with_empty_axes"));
    reduce(call, axes, call.get<Index>("keepdims") != 0, f);
}

template <OfList f>
void reduce_global(Call& call) {
    Ints axes;
    for (Index i = 2; i < call.in(0).rank(); ++i) axes.push_back(i);
    if (axes.empty())
        reject(call.node, say("what it sees is {} numbers", call.in(0).size()), say("a series [N, C, L]"));
    reduce(call, axes, true, f);
}

void arg_max(Call& call) {
    const bool last = call.get<Index>("select_last_index") != 0;
    reduce(call, {call.get<Index>("axis")}, call.get<Index>("keepdims") != 0,
           [last](const std::vector<double>& list) {
               std::size_t best = 0;
               for (std::size_t i = 1; i < list.size(); ++i)
                   if (list[i] > list[best] || (last && list[i] == list[best])) best = i;
               return static_cast<double>(best);
           });
    call.outputs.back().type = Type::int64;
}

// Before version 13 over all axes from this one on, as if they were one.
template <bool logarithm>
void softmax(Call& call) {
    const Array& x = call.in(0);
    const bool old = call.version < 13;
    const bool given =
        std::ranges::find(call.node.attributes, "axis", &Attribute::name) != call.node.attributes.end();
    const Index axis = call.axis(given ? call.get<Index>("axis") : old ? 1 : -1, x.rank());
    Index before = 1, size = 1, behind = 1;
    for (Index i = 0; i < x.rank(); ++i) (i < axis ? before : i == axis || old ? size : behind) *= x.dim(i);
    Array& y = call.make(x.type, x.dims);
    for (Index b = 0; b < before; ++b)
        for (Index r = 0; r < behind; ++r) {
            const auto place = [&](Index i) { return (b * size + i) * behind + r; };
            double most = -std::numeric_limits<double>::infinity(), sum = 0;
            for (Index i = 0; i < size; ++i) most = larger_number(most, x[place(i)]);
            for (Index i = 0; i < size; ++i) sum += std::exp(x[place(i)] - most);
            for (Index i = 0; i < size; ++i) {
                const double z = x[place(i)] - most;
                y[place(i)] = logarithm ? z - std::log(sum) : std::exp(z) / sum;
            }
        }
}

void batch_normalization(Call& call) {
    const Array& x = call.in(0);
    const double epsilon = call.get<float>("epsilon");
    if (x.rank() < 2 || call.node.outputs.size() > 1) reject(call.node, say("it is in training"));
    const Index channels = x.dim(1);
    for (std::size_t i = 1; i < 5; ++i)
        if (call.in(i).size() != channels)
            reject(call.node, say("input {} has {} numbers", i + 1, call.in(i).size()),
                   std::to_string(channels));
    const Index behind = channels * x.dim(0) == 0 ? 1 : x.size() / (channels * x.dim(0));
    Array& y = call.make(x.type, x.dims);
    for (Index i = 0; i < x.size(); ++i) {
        const Index c = i / behind % channels;
        y[i] = call.in(1)[c] * (x[i] - call.in(3)[c]) / std::sqrt(call.in(4)[c] + epsilon) + call.in(2)[c];
    }
}

std::vector<KnownAttribute> with_window(std::vector<KnownAttribute> more) {
    std::vector<KnownAttribute> list{{"kernel_shape", Ints{}},
                                     {"strides", Ints{}},
                                     {"dilations", Ints{}},
                                     {"pads", Ints{}},
                                     {"auto_pad", std::string("NOTSET")}};
    list.insert(list.end(), more.begin(), more.end());
    return list;
}

}  // namespace

std::vector<Operator> layer_operators() {
    constexpr Nature other = Nature::other;
    const std::vector<KnownAttribute> reduces{
        {"axes", Ints{}}, {"keepdims", Index{1}}, {"noop_with_empty_axes", Index{0}}};
    return {
        {"Gemm",
         "",
         other,
         {{"alpha", 1.F}, {"beta", 1.F}, {"transA", Index{0}}, {"transB", Index{0}}, {"broadcast", Index{0}}},
         gemm},
        {"MatMul", "", other, {}, mat_mul},
        {"Conv", "", other, with_window({{"group", Index{1}}}), conv},
        {"MaxPool", "", other, with_window({{"ceil_mode", Index{0}, true}, {"storage_order", Index{0}}}),
         max_pool},
        {"AveragePool", "", other,
         with_window({{"ceil_mode", Index{0}, true}, {"count_include_pad", Index{0}}}), average_pool},
        {"GlobalAveragePool", "", other, {}, reduce_global<mean_of>},
        {"GlobalMaxPool", "", other, {}, reduce_global<largest_of>},
        {"ReduceMean", "", other, reduces, reduce_axes<mean_of>},
        {"ReduceMax", "", other, reduces, reduce_axes<largest_of>},
        {"ReduceSum", "", other, reduces, reduce_axes<sum_of>},
        {"ArgMax",
         "",
         other,
         {{"axis", Index{0}}, {"keepdims", Index{1}}, {"select_last_index", Index{0}}},
         arg_max},
        {"Softmax", "", other, {{"axis", Index{1}}}, softmax<false>},
        {"LogSoftmax", "", other, {{"axis", Index{1}}}, softmax<true>},
        {"BatchNormalization",
         "",
         other,
         {{"epsilon", 1e-5F},
          {"momentum", 0.9F},
          {"training_mode", Index{0}, true},
          {"spatial", Index{1}, true},
          {"is_test", Index{1}},
          {"consumed_inputs", Ints{}}},
         batch_normalization},
    };
}

}  // namespace gradus::onnx
