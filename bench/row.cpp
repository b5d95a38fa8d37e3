#include "bench/row.h"

#include <algorithm>

#include <sched.h>

namespace gradus::bench {

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

void set_goal(benchmark::State& state, const Goal& goal, double ratio) {
    state.SetLabel(goal.yardstick);
    state.counters["ratio"] = ratio;
    state.counters["target"] = goal.target;
    state.counters["moonshot"] = goal.moonshot;
}

static const cpu_set_t& given() {
    static const cpu_set_t set = [] {
        cpu_set_t s;
        sched_getaffinity(0, sizeof s, &s);
        return s;
    }();
    return set;
}

static int chosen = -1;

int Processors::count() {
    return CPU_COUNT(&given());
}

void Processors::choose(int n) {
    chosen = n;
}

void Processors::stay_on_one() {
    cpu_set_t one = given();
    int n = chosen;
    if (n < 0)
        for (n = 0; !CPU_ISSET(n, &given());) ++n;
    CPU_ZERO(&one);
    CPU_SET(n, &one);
    sched_setaffinity(0, sizeof one, &one);
}

void Processors::use_all() {
    sched_setaffinity(0, sizeof(cpu_set_t), &given());
}

}  // namespace gradus::bench
