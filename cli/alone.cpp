#include "cli/ranks.h"

namespace gradus::cli {

Ranks& ranks() {
    return no_other_ranks();
}

void let_the_first_speak() {}

void end_all(int /*status*/) {}

}  // namespace gradus::cli
