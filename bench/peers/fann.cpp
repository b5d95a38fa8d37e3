// The tutorial's XOR in FANN: batch training, one epoch is one iteration. (Its other rows would be other
// work: FANN has neither relu, nor softmax, nor mini-batches.)
#include <doublefann.h>

#include <algorithm>

#include "bench/peers/measure.h"

int main(int argc, char** argv) {
    double inputs[4][2] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}}, truth[4] = {0, 1, 1, 0};
    fann_train_data* data = fann_create_train(4, 2, 1);
    for (int i = 0; i < 4; ++i) {
        std::copy_n(inputs[i], 2, data->input[i]);
        data->output[i][0] = truth[i];
    }
    fann* net = fann_create_standard(3, 2, 2, 1);
    fann_set_activation_function_hidden(net, FANN_SIGMOID_SYMMETRIC);  // tanh
    fann_set_activation_function_output(net, FANN_SIGMOID);
    fann_set_activation_steepness_hidden(net, 1);
    fann_set_train_error_function(net, FANN_ERRORFUNC_LINEAR);
    fann_set_training_algorithm(net, FANN_TRAIN_BATCH);
    fann_set_learning_rate(net, 0.3F);
    report("FANN 2.2", "xor", argc > 1 ? argv[1] : "1", [&] { fann_train_epoch(net, data); });
    fann_destroy(net);
    fann_destroy_train(data);
}
