# The rows in PyTorch, as its manual writes a training loop.
import torch
from torch import nn

from measure import THREADS, report

torch.set_num_threads(THREADS)
torch.manual_seed(1)
PEER = "PyTorch " + ".".join(torch.__version__.split(".")[:2])


def step_of(net, loss, optimizer, batches):
    """A function that does forward, backward and update with the next batch."""
    position = 0

    def step():
        nonlocal position
        X, Y = batches[position]
        position = (position + 1) % len(batches)
        optimizer.zero_grad(set_to_none=True)
        loss(net(X), Y).backward()
        optimizer.step()

    return step


def batches_of(shape, classes, batch, rows=20_000):
    X, Y = torch.rand(rows, *shape), torch.randint(classes, (rows,))
    return [(X[i:i + batch], Y[i:i + batch]) for i in range(0, rows - batch + 1, batch)]


def classifier(row, net, shape, classes, batch, optimizer=torch.optim.SGD):
    step = step_of(net, nn.CrossEntropyLoss(), optimizer(net.parameters(), lr=0.001), batches_of(shape, classes, batch))
    report(PEER, row, step)


def xor():
    net = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1)).double()
    X = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=torch.double)
    Y = torch.tensor([[0], [1], [1], [0]], dtype=torch.double)
    report(PEER, "xor", step_of(net, nn.BCEWithLogitsLoss(), torch.optim.SGD(net.parameters(), lr=0.3), [(X, Y)]))


def dense(*sizes):
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def cnn():
    layers = []
    for inputs, size in ((1, 5), (25, 3), (25, 3)):
        layers += [nn.Conv1d(inputs, 25, size, stride=2, padding=1), nn.ReLU()]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(125, 10))


def fcn():
    layers = []
    for inputs, outputs, size in ((1, 128, 8), (128, 256, 5), (256, 128, 3)):
        layers += [nn.Conv1d(inputs, outputs, size, padding="same"), nn.BatchNorm1d(outputs), nn.ReLU()]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(128, 2))


xor()
classifier("784-32-10, batch 32", dense(784, 32, 10), (784,), 10, 32)
classifier("784-128-10, batch 64", dense(784, 128, 10), (784,), 10, 64)
classifier("784-512-512-10, batch 64", dense(784, 512, 512, 10), (784,), 10, 64)
classifier("784-512-512-10, batch 64, Adam", dense(784, 512, 512, 10), (784,), 10, 64, torch.optim.Adam)
classifier("MNIST-1D CNN, batch 100", cnn(), (1, 40), 10, 100)
classifier("FCN 128-256-128, batch 16", fcn(), (1, 150), 2, 16)
