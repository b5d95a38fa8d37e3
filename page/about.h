// What do all runs say about their problem?
#pragma once

#include "gradus/data/features.h"
#include "gradus/model/prepared.h"
#include "page/json.h"
#include "page/request.h"

namespace gradus::page {

/// {"recipe","task","precision","inputs","outputs","classes","examples","notes","options":{...},"scaling":[{"column",
/// "offset","divisor"},...],"machine","machines"}: see Session::about.
Json about_json(const Problem& problem, const Features& features, Index examples);

/// How many machines a recipe has.
Index machine_count(const Recipe& recipe);

}  // namespace gradus::page
