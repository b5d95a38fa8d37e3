// Which of a network's layers is the output? It follows from the task; the others are hidden.
#pragma once

#include <string>

#include "gradus/data/dataset.h"
#include "gradus/nn/metrics.h"

namespace gradus {

/// Does the text of a network say nothing?
bool is_blank(const std::string& text);

/// The output layer of a task: "1 sigmoid" for two classes, "K softmax" for more, "T identity" for T values.
std::string output_layer(Task task, const Dataset& data);

/// The network of which somebody said `text`: the hidden layers, or all with `output` at the end. Throws
/// Error (input) when it ends in a layer as large as the output that is softmax, sigmoid or linear, but
/// another.
std::string whole_network(const std::string& text, const std::string& output);

/// The reverse: what is to be said for this network; the hidden layers alone wherever that is understood.
std::string said_network(const std::string& network);

/// The hidden layers of a network whose output layer stands at its end.
std::string hidden_layers(const std::string& network);

}  // namespace gradus
