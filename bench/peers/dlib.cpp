// The dense rows in dlib, with its own trainer.
#include <dlib/dnn.h>

#include <random>

#include "bench/peers/measure.h"

namespace {

constexpr long rows = 6'400;

template <class Net>
void measure(const char* row, const char* threads, long batch) {
    std::mt19937 random(1);
    std::uniform_real_distribution<float> uniform(0, 1);
    std::vector<dlib::matrix<float>> X(rows, dlib::matrix<float>(784, 1));
    std::vector<unsigned long> Y(rows);
    for (auto& x : X)
        for (float& number : x) number = uniform(random);
    for (auto& y : Y) y = random() % 10;

    Net net;
    dlib::dnn_trainer<Net> trainer(net, dlib::sgd(0, 0));
    trainer.set_learning_rate(0.001);
    trainer.set_iterations_without_progress_threshold(1'000'000'000);
    long position = 0;
    report("dlib 19.24", row, threads, [&] {
        trainer.train_one_step(X.begin() + position, X.begin() + position + batch, Y.begin() + position);
        position = position + 2 * batch > rows ? 0 : position + batch;
    });
    trainer.get_net();  // waits for the trainer's thread
}

template <class Below>
using Relu = dlib::relu<Below>;
using Input = dlib::input<dlib::matrix<float>>;
template <class Below>
using Classifier = dlib::loss_multiclass_log<dlib::fc<10, Below>>;

}  // namespace

int main(int argc, char** argv) {
    const char* threads = argc > 1 ? argv[1] : "1";
    measure<Classifier<Relu<dlib::fc<32, Input>>>>("784-32-10, batch 32", threads, 32);
    measure<Classifier<Relu<dlib::fc<128, Input>>>>("784-128-10, batch 64", threads, 64);
    measure<Classifier<Relu<dlib::fc<512, Relu<dlib::fc<512, Input>>>>>>("784-512-512-10, batch 64", threads,
                                                                         64);
}
