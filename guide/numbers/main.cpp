//     build/guide_numbers                    prints every section
//     build/guide_numbers forward update     prints these two
//
// The mathematics is the tutorial's own program where it is the tutorial's; the files beside this one train,
// look and print. `scripts/guide check build` compares the output with the chapters.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "numbers.h"

void print(double value, int decimals) {
    if (std::abs(value) < 1e-9) value = 0;  // no "-0.000000"
    std::printf(" %*.*f", decimals + 4, decimals, value);
}

void print(const char* name, const Eigen::MatrixXd& M, int decimals) {
    std::printf("%s (%dx%d)\n", name, int(M.rows()), int(M.cols()));
    for (int i = 0; i < M.rows(); ++i) {
        for (int j = 0; j < M.cols(); ++j) print(M(i, j), decimals);
        std::printf("\n");
    }
}

int main(int count, char** words) {
    char** const end = words + count;
    bool found = false;
    for (const auto sections : {step_sections, seed_sections, optimizer_sections, machine_sections})
        for (const Section& section : sections()) {
            const auto is_named = [&](const char* word) { return std::strcmp(word, section.name) == 0; };
            if (count > 1 && std::none_of(words + 1, end, is_named)) continue;
            std::printf("== %s ==\n", section.name);
            section.print();
            found = true;
        }
    return found ? 0 : 1;
}
