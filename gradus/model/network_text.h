// Which of a network's layers is the output? It follows from the task; the others are hidden.
#pragma once

#include <string>

#include "gradus/data/dataset.h"
#include "gradus/nn/layer.h"
#include "gradus/nn/metrics.h"

namespace gradus {

/// How many outputs this network has.
Index outputs_of(const std::string& network, Shape in);

/// Does the text of a network say nothing?
bool is_blank(const std::string& text);

/// Do its first weights see all places of a series alike? Then these are scaled alike, too: not where
/// `flatten` makes a vector of them at once.
bool sees_places_alike(const std::string& network, Shape in);

/// The output layer of a task: "1 sigmoid" for two classes, "K softmax" for more, "T identity" for T values.
std::string output_layer(Task task, const Dataset& data);
/// The same for so many outputs: "1 sigmoid" for one.
std::string output_layer(Task task, Index outputs);

/// The network of which somebody said `text`: the hidden layers, or all with `output` at the end. Throws
/// Error (input) when it ends in a layer as large as the output that is softmax, sigmoid or linear, but
/// another.
std::string whole_network(const std::string& text, const std::string& output);

/// The reverse: what is to be said for this network; the hidden layers alone wherever that is understood.
std::string said_network(const std::string& network);

/// An autoencoder: `encoder`, and the same way back to the inputs (Hinton and Salakhutdinov 2006), each dense
/// layer with what follows it but dropout; the last of all as `activation` says, "sigmoid" or "identity".
/// Throws Error (input) for a layer with no way back, or when none is dense.
std::string unrolled(const std::string& encoder, Index inputs, const std::string& activation);

/// The reverse: the first half of its dense layers, and what follows each.
std::string encoder_of(const std::string& network);

/// The hidden layers of a network whose output layer stands at its end.
std::string hidden_layers(const std::string& network);

}  // namespace gradus
