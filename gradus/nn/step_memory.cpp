#include "gradus/nn/step_memory.h"

#include <algorithm>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/nn/fits.h"

namespace gradus {

template <class T>
Index numbers_per_example(const Network<T>& network) {
    Index numbers = network.in().size() + network.out().size();
    for (std::size_t i = 0; i < network.size(); ++i)
        numbers += network.plan(i).out.size() + network.in_of(i).size() + network.plan(i).scratch;
    return numbers;
}

template <class T>
void require_step_memory(const Network<T>& network, Index batch) {
    require_whole(network);
    if (batch < 1)
        throw Error(Fault::usage, {.found = say("batch is {}", batch), .expected = say("at least 1")});
    constexpr Index most = Index{1} << 36;
    const Index numbers = numbers_per_example(network);
    if (numbers > most / batch)
        throw Error(Fault::input,
                    {.place = say("network \"{}\"", network.text()),
                     .found = say("needs {} numbers for each of {} examples at a time", numbers, batch),
                     .expected = say("at most {} in all", most),
                     .hint = say("a smaller batch")});
}

template <class T>
Index useful_threads(const Network<T>& network, Index batch, Index most) {
    double work = 0;
    for (std::size_t i = 0; i < network.size(); ++i)
        work += double(network.parameters_of(i).size()) * double(network.plan(i).out.length) * double(batch);
    constexpr double worth_a_thread = 500'000;  // multiply-adds: some ten microseconds
    return std::clamp<Index>(static_cast<Index>(work / worth_a_thread), 1, most);
}

template Index useful_threads(const Network<float>&, Index, Index);
template Index useful_threads(const Network<double>&, Index, Index);
template Index numbers_per_example(const Network<float>&);
template Index numbers_per_example(const Network<double>&);
template void require_step_memory(const Network<float>&, Index);
template void require_step_memory(const Network<double>&, Index);

}  // namespace gradus
