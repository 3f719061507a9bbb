"""The claims of the lab in PyTorch: the same rows, networks, settings and margins, with random numbers of its own.

    node lab/pytorch/data.mjs > data.json
    python lab/pytorch/measure.py data.json [names of claims] > lab/pytorch/figures.json

Made with torch 2.13.0 on the CPU. Each function measures one claim for one seed, and returns its figures by what the margins of the claim
call them. Initial weights have the distribution that the claim's network has; the seed of PyTorch is that of the claim.
"""

import json
import math
import sys

import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)
DATA = json.load(open(sys.argv[1]))
CLAIMS = {}


def claim(f):
    CLAIMS[f.__name__] = f
    return f


def mean(values):
    return sum(values) / len(values)


# Descents on functions.


def descend(f, make, start, steps, noise=0.0, clip=None, seed=0):
    """The points and values of an optimizer's path."""
    generator = torch.Generator().manual_seed(seed)
    theta = torch.tensor([float(v) for v in start], requires_grad=True)
    optimizer = make([theta])
    points, values = [], []
    for k in range(steps + 1):
        optimizer.zero_grad()
        value = f(theta)
        points.append(theta.detach().clone())
        values.append(value.item())
        if k == steps or not math.isfinite(value.item()):
            break
        value.backward()
        if noise:
            theta.grad += noise * torch.randn(theta.shape, generator=generator)
        if clip:
            nn.utils.clip_grad_norm_([theta], clip)
        optimizer.step()
    return points, values


def sgd(rate, momentum=0.0, **more):
    return lambda parameters: torch.optim.SGD(parameters, lr=rate, momentum=momentum, **more)


def quadratic(x):
    return 0.5 * x[0] ** 2 + 50 * x[1] ** 2


def plateau(x):
    return 1 - 1 / (1 + (x**2).sum())


def double_well(x):
    return x[0] ** 4 - x[0] ** 3 / 3 - 2 * x[0] ** 2 + x[0] + 5 / 3 + x[1] ** 2


def cliff_surface(x):
    return 0.05 * (x**2).sum() + 10 * torch.sigmoid(50 * (x[0] - 1))


def first_below(values, bound):
    return next((k for k, v in enumerate(values) if v < bound), len(values))


@claim
def momentum(seed):
    both = [sgd(0.01), sgd(0.01, 0.9)]
    steps = [first_below(descend(quadratic, o, [10, 1 + 0.1 * seed], 1500)[1], 1e-3) for o in both]
    flat = [
        first_below(descend(plateau, o, [3, 0.1 * seed], 3000)[1], 0.01) for o in [sgd(0.1), sgd(0.1, 0.9)]
    ]
    noisy = [
        mean(descend(quadratic, o, [10, 1], 600, noise=20, seed=seed)[1][-300:])
        for o in [sgd(0.019), sgd(0.0019, 0.9)]
    ]
    return {
        "updates through a ravine against plain SGD": steps[1] / steps[0],
        "updates over a plateau against plain SGD": flat[1] / flat[0],
        "mean value in a noisy ravine against plain SGD": noisy[1] / noisy[0],
    }


@claim
def velocity(seed):
    alpha = [0.8, 0.9, 0.95][seed % 3]
    points, _ = descend(lambda x: x.sum(), sgd(0.01, alpha), [0], 400)
    step = (points[399] - points[400]).item()
    scale = torch.tensor([1.0, 5.0])
    bowl, _ = descend(lambda x: (scale * x**2).sum(), sgd(0.02, alpha), [1, -1], 60)
    theta, v, worst = [1.0, -1.0], [0.0, 0.0], 0.0
    for point in bowl:
        worst = max(worst, *(abs(p - w) for p, w in zip(point.tolist(), theta)))
        v = [alpha * u - 0.02 * 2 * c * w for u, c, w in zip(v, [1, 5], theta)]
        theta = [w + u for w, u in zip(theta, v)]
    return {
        "last step where the gradient is always 1, against ε/(1 − α)": step / (0.01 / (1 - alpha)),
        "difference from the formula in 60 updates": worst,
    }


@claim
def overTheHill(seed):
    def end(alpha, start):
        return descend(double_well, sgd(0.01, alpha), start, 500)[0][-1][0].item()

    start = [1.7 + 0.1 * seed, 0.5]
    starts = [[1 + 0.1 * i, 0.5] for i in range(11)]
    return {
        "x at the end of SGD (the local minimum is at 1)": end(0, start),
        "x at the end with momentum (the global minimum is at −1)": end(0.9, start),
        "share of 11 starts from which it gets there: some hope, no guarantee": mean(
            [float(end(0.9, at) < 0) for at in starts]
        ),
    }


@claim
def plateauSaddleMinimum(seed):
    def slow(start):
        return first_below(descend(plateau, sgd(0.1), [start, 0], 5000)[1], 0.01)

    def saddle(noise):
        return descend(lambda x: x[0] ** 2 - x[1] ** 2, sgd(0.1), [1, 0], 60, noise=noise, seed=seed)[1][-1]

    return {
        "updates from far out on the plateau against near the hollow": slow(4) / slow(1),
        "value at the saddle after 60 updates (0 at the saddle)": abs(saddle(0)),
        "value with a little noise": saddle(0.01),
        "x at the end (the local minimum is at 1, the global one at −1)": descend(
            double_well, sgd(0.02), [1.9, 0.5], 400
        )[0][-1][0].item(),
    }


@claim
def cliff(seed):
    def walk(clip=None):
        return descend(cliff_surface, sgd(0.5), [1.02 + 0.01 * seed, 1], 200, clip=clip)

    def far(points):
        return max(abs(p[0].item()) for p in points)

    plain, clipped = walk(), walk(0.5)
    return {
        "farthest |x| without clipping": far(plain[0]),
        "farthest |x| with clipping": far(clipped[0]),
        "value at the end with clipping": clipped[1][-1],
    }


@claim
def optimalMomentum(seed):
    scale = torch.tensor([0.5, 50.0])
    root = 10.0
    beta, rate = ((root - 1) / (root + 1)) ** 2, (2 / (1 + root)) ** 2

    def walk(optimizer, steps):
        return [p.norm().item() for p in descend(lambda x: (scale * x**2).sum(), optimizer, [1 + seed, 1], steps)[0]]

    bound = 2 * 1.9 / 100
    plain, heavy = walk(sgd(2 / 101), 200), walk(sgd(rate, beta), 60)
    return {
        "factor of plain descent by update, 99/101": plain[200] / plain[199] / (99 / 101),
        "factor of momentum in 40 updates, where plain descent has 0.449": heavy[60] / heavy[20],
        "distance 2 % below the bound": walk(sgd(0.98 * bound, 0.9), 400)[-1],
        "distance 2 % above the bound": walk(sgd(1.02 * bound, 0.9), 400)[-1],
    }


@claim
def adagrad(seed):
    slopes = torch.tensor([10, 0.1 * (seed + 1)])
    points, _ = descend(lambda x: (slopes * x).sum(), lambda p: torch.optim.Adagrad(p, lr=1.0), [0, 0], 50)
    rates = ((points[49] - points[50]) / slopes).tolist()
    first = ((points[0] - points[1]) / slopes).tolist()
    hand = (1 / (50 * slopes**2).sqrt()).tolist()
    return {
        "rate of the large partial derivative against the small one, after 50 updates": rates[0] / rates[1],
        "decline of the rate in 50 updates, of √50": first[0] / rates[0] / math.sqrt(50),
        "difference from ε/√Σg²": max(abs(r / h - 1) for r, h in zip(rates, hand)),
    }


@claim
def rmsprop(seed):
    def slope(x):
        return (5 * F.relu(x.abs() - 10) ** 2 + 0.05 * x**2).sum()

    def run(make):
        return abs(descend(slope, make, [20 + seed], 300)[0][-1].item())

    return {
        "distance of AdaGrad after 300 updates": run(lambda p: torch.optim.Adagrad(p, lr=0.3)),
        "distance of RMSProp": run(lambda p: torch.optim.RMSprop(p, lr=0.3, alpha=0.9)),
    }


@claim
def adam(seed):
    points, _ = descend(lambda x: (x**2).sum(), lambda p: torch.optim.Adam(p, lr=0.01), [2 + seed], 1)
    return {"first step in units of ε": (points[0] - points[1]).item() / 0.01}


@claim
def saddles(seed):
    sizes = [1, 2, 3, 4, 6]
    share = []
    for n, matrices in zip(sizes, DATA[seed]["matrices"]):
        count = 0
        for rows in matrices:
            a = torch.tensor(rows)
            symmetric = a + a.T
            hessian = torch.autograd.functional.hessian(lambda x: x @ symmetric @ x, torch.zeros(n))
            count += int(torch.linalg.eigvalsh(hessian).min() > 0)
        share.append(count / len(matrices))
    return {
        "minima in one dimension": share[0],
        "minima in three dimensions": share[2],
        "minima in six dimensions": share[4],
    }


# Networks.


def kaiming(layer):
    nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")


def xavier(layer):
    nn.init.xavier_normal_(layer.weight)


def normal(std):
    return lambda layer: nn.init.normal_(layer.weight, std=std)


def dense(inputs, units, init=kaiming, bias=True):
    layer = nn.Linear(inputs, units, bias=bias)
    with torch.no_grad():
        init(layer)
        if bias:
            layer.bias.zero_()
    return layer


def digits(seed, rows, wrong=False):
    """Training, validation and test rows."""
    x = torch.tensor(DATA[seed]["digits"]["x"], dtype=torch.float32) / 16
    y = torch.tensor(DATA[seed]["digits"]["y"])
    labels = torch.tensor(DATA[seed]["wrong"][str(rows)]) if wrong else y[:rows]
    return (x[:rows], labels), (x[1000:1400], y[1000:1400]), (x[1400:], y[1400:])


def pair(seed, name, regression=False):
    data = DATA[seed][name]
    x, y = torch.tensor(data["x"], dtype=torch.float32), torch.tensor(data["y"])
    return (x, y.float().reshape(-1, 1)) if regression else (x, y)


def fit(model, data, make, epochs, loss=F.cross_entropy, batch=32, after_epoch=None, schedule=None, step=None):
    """Trains on batches of shuffled rows, the last of which may be smaller. `step` computes the loss of a batch."""
    x, y = data
    optimizer = make(model.parameters())
    batch = len(x) if batch == "full" else batch
    update = 0
    for _ in range(epochs):
        model.train()
        order = torch.randperm(len(x)) if batch < len(x) else torch.arange(len(x))
        for rows in order.split(batch):
            if schedule:
                schedule(optimizer, update)
            optimizer.zero_grad()
            value = step(model, x[rows], y[rows]) if step else loss(model(x[rows]), y[rows])
            if not math.isfinite(value.item()):
                return False
            value.backward()
            optimizer.step()
            update += 1
        if after_epoch:
            after_epoch(model)
    model.eval()
    return True


def adam_of(rate=1e-3):
    return lambda parameters: torch.optim.Adam(parameters, lr=rate)


@torch.no_grad()
def loss_of(model, data, loss=F.cross_entropy):
    was = model.training
    model.eval()
    value = loss(model(data[0]), data[1]).item()
    model.train(was)
    return value


@torch.no_grad()
def accuracy(model, data):
    model.eval()
    return (model(data[0]).argmax(1) == data[1]).float().mean().item()


def slope_of(model, x, y, loss=F.cross_entropy, reduction="mean"):
    x = x.clone().requires_grad_(True)
    was = model.training
    model.eval()
    (gradient,) = torch.autograd.grad(loss(model(x), y, reduction=reduction), x)
    model.train(was)
    return gradient


def fgsm(model, x, y, epsilon):
    return (x + epsilon * slope_of(model, x, y).sign()).clamp(0, 1)


def blocks(sizes, normalize, activation=nn.ReLU, init=kaiming):
    layers = []
    for inputs, units in zip(sizes, sizes[1:]):
        layers += [dense(inputs, units, init), *([nn.BatchNorm1d(units)] if normalize else []), activation()]
    return layers


@torch.no_grad()
def sharpness(model, data, std, draws):
    """The mean rise of the loss when N(0, std²) is added to every weight."""
    weights = [p for p in model.parameters() if p.dim() > 1]
    still, rise = loss_of(model, data), 0.0
    for _ in range(draws):
        kept = [w.clone() for w in weights]
        for w in weights:
            w += std * torch.randn_like(w)
        rise += loss_of(model, data) - still
        for w, before in zip(weights, kept):
            w.copy_(before)
    return rise / draws


@claim
def explodes(seed):
    torch.manual_seed(seed)
    x = torch.tensor(DATA[seed]["deep"])

    @torch.no_grad()
    def through(init, activation=None):
        h, stds = x, []
        for _ in range(12):
            h = dense(128, 128, init)(h)
            h = activation(h) if activation else h
            stds.append(h.std(correction=0).item())
        return stds

    limit = 1 / math.sqrt(128)
    large, small = through(normal(1.0)), through(normal(0.01))
    uniform = through(lambda layer: nn.init.uniform_(layer.weight, -limit, limit), torch.tanh)
    return {
        "growth by layer with N(0, 1), of √128": large[8] / large[7] / math.sqrt(128),
        "shrinkage by layer with a hundredth, of √128/100": 100 * small[8] / small[7] / math.sqrt(128),
        "deviation at layer 12 with U(±1/√m) and tanh": uniform[11],
    }


@claim
def xavier_(seed):
    torch.manual_seed(seed)
    x = torch.tensor(DATA[seed]["deep"])

    @torch.no_grad()
    def through(init, activation):
        h = x
        for _ in range(20):
            h = activation(dense(128, 128, init)(h))
        return h.std(correction=0).item()

    uniform, even = nn.Linear(200, 60), nn.Linear(200, 60)
    nn.init.xavier_uniform_(uniform.weight)
    nn.init.kaiming_uniform_(even.weight, nonlinearity="relu")
    spread = [dense(200, 60, xavier), dense(200, 60, kaiming)]
    variances = [(layer.weight**2).mean().item() for layer in spread]
    return {
        "deviation at layer 20, Xavier with tanh": through(xavier, torch.tanh),
        "deviation at layer 20, Xavier with ReLU": through(xavier, torch.relu),
        "deviation at layer 20, Kaiming with ReLU": through(kaiming, torch.relu),
        "largest uniform weight against √(6/(m + n)) and √(6/m)": min(
            uniform.weight.abs().max().item() / math.sqrt(6 / 260), even.weight.abs().max().item() / math.sqrt(6 / 200)
        ),
        "variances against 2/(m + n) and 2/m": variances[0] / (2 / 260) * variances[1] / (2 / 200),
    }


CLAIMS["xavier"] = CLAIMS.pop("xavier_")


@claim
def symmetry(seed):
    torch.manual_seed(seed)
    train, _, _ = digits(seed, 300)
    found = {}
    for name, init in [("equal", lambda layer: nn.init.constant_(layer.weight, 0.05)), ("random", kaiming)]:
        model = nn.Sequential(dense(64, 16, init), nn.ReLU(), dense(16, 10, init))
        fit(model, train, adam_of(0.01), 60)
        w = model[0].weight.detach()
        found[name] = (accuracy(model, train), (w - w[0]).abs().max().item())
    return {
        "largest difference between units after training, from equal weights": found["equal"][1],
        "training accuracy from equal weights": found["equal"][0],
        "training accuracy from random weights": found["random"][0],
    }


@claim
def convex(seed):
    torch.manual_seed(seed)
    data = pair(seed, "convex")
    losses = []
    for init in [
        lambda layer: nn.init.zeros_(layer.weight),
        normal(5.0),
        lambda layer: nn.init.xavier_uniform_(layer.weight),
        lambda layer: nn.init.constant_(layer.weight, 3.0),
    ]:
        model = dense(2, 2, init)
        fit(model, data, sgd(1.0), 600, batch="full")
        losses.append(loss_of(model, data))
    return {"largest difference of the losses from four initializations": max(losses) - min(losses)}


@claim
def batchNorm(seed):
    torch.manual_seed(seed)
    train, _, _ = digits(seed, 400)
    found = {}
    for name, rate, init in [("0.05", 0.05, kaiming), ("2", 2.0, kaiming), ("0.01", 0.1, normal(0.01))]:
        for normalize in [False, True]:
            model = nn.Sequential(*blocks([64, 32, 32, 32], normalize, init=init), dense(32, 10))
            finite = fit(model, train, sgd(rate), 10)
            value = loss_of(model, train) if finite else 10.0
            found[name, normalize] = min(10.0, value) if math.isfinite(value) else 10.0
    ratio = {name: found[name, True] / found[name, False] for name in ["0.05", "2", "0.01"]}
    return {
        "loss at the rate 0.05, normalized against plain": ratio["0.05"],
        "loss at the rate 2, normalized against plain": ratio["2"],
        "loss at the rate 2, plain": found["2", False],
        "loss from weights × 0.01, normalized against plain": ratio["0.01"],
        "loss from weights × 0.01, plain": found["0.01", False],
    }


@claim
def batchNormRegularizes(seed):
    train, _, test = digits(seed, 400)
    found = {False: [], True: []}
    for network in range(4):
        for normalize in [False, True]:
            torch.manual_seed(10 * seed + network)
            model = nn.Sequential(*blocks([64, 64, 64, 64, 64], normalize), dense(64, 10))
            fit(model, train, sgd(0.1), 40, batch=8)
            found[normalize].append((loss_of(model, test), accuracy(model, test)))
    loss, right = ([{k: mean([v[i] for v in found[k]]) for k in found} for i in [0, 1]])
    return {
        "test loss, normalized against plain": loss[True] / loss[False],
        "accuracy, normalized minus plain": right[True] - right[False],
    }


@claim
def deepSigmoids(seed):
    torch.manual_seed(seed)
    train, _, test = digits(seed, 600)
    found = {}
    for normalize in [False, True]:
        layers = blocks([64, 32, 32, 32, 32], normalize, nn.Sigmoid, xavier)
        model = nn.Sequential(*layers, dense(32, 10))
        fit(model, train, sgd(0.5), 30)
        found[normalize] = accuracy(model, test)
    return {"accuracy with batch normalization": found[True], "accuracy without": found[False]}


@claim
def covariateShift(seed):
    torch.manual_seed(seed)
    train, _, _ = digits(seed, 400)

    def drift(normalize):
        model = nn.Sequential(*blocks([64, 64, 64, 64], normalize), dense(64, 10))
        # The third dense layer, or the normalization behind it.
        upto = 8 if normalize else 5
        stds = []

        @torch.no_grad()
        def look(_):
            kept = {name: t.clone() for name, t in model.state_dict().items()}
            model.train()
            stds.append(model[:upto](train[0]).std(correction=0).item())
            model.load_state_dict(kept)

        look(model)
        fit(model, train, sgd(0.1), 15, after_epoch=look)
        return abs(stds[15] / stds[0] - 1)

    plain, normalized = drift(False), drift(True)
    return {
        "change of the standard deviation, plain": plain,
        "that change with batch normalization against plain": normalized / plain,
    }


@claim
def smoothLandscape(seed):
    torch.manual_seed(seed)
    train, _, _ = digits(seed, 400)

    def along(normalize):
        model = nn.Sequential(*blocks([64, 32, 32, 32], normalize), dense(32, 10))
        ranges, changes = [], []

        def cut(_):
            kept = {name: t.clone() for name, t in model.state_dict().items()}
            model.train()
            parameters = list(model.parameters())
            start = [p.detach().clone() for p in parameters]

            def look(alpha, slope):
                with torch.no_grad():
                    for p, w, g in zip(parameters, start, slope or start):
                        p.copy_(w - alpha * g if slope else w)
                value = F.cross_entropy(model(train[0]), train[1])
                return value.item(), torch.autograd.grad(value, parameters)

            _, slope = look(0, None)
            line = [look(0.4 * i / 10, slope) for i in range(11)]
            ranges.append(max(v for v, _ in line) - min(v for v, _ in line))
            changes.append(math.sqrt(sum(((a - b) ** 2).sum().item() for a, b in zip(line[10][1], slope))))
            model.load_state_dict(kept)

        fit(model, train, sgd(0.1), 5, after_epoch=cut)
        return mean(ranges), mean(changes)

    plain, normalized = along(False), along(True)
    return {
        "variation of the loss, normalized against plain": normalized[0] / plain[0],
        "change of the gradient, normalized against plain": normalized[1] / plain[1],
    }


@claim
def earlyStopping(seed):
    train, validation, test = digits(seed, 300, wrong=True)
    torch.manual_seed(seed)
    model = nn.Sequential(dense(64, 64), nn.ReLU(), dense(64, 64), nn.ReLU(), dense(64, 10))
    training, held, copies = [], [], []

    def look(m):
        training.append(loss_of(m, train))
        held.append(loss_of(m, validation))
        copies.append({name: t.clone() for name, t in m.state_dict().items()})

    fit(model, train, adam_of(0.003), 80, after_epoch=look)
    at_end = loss_of(model, test)
    # The copy that training with a patience of 5 epochs would have returned.
    best = 0
    for epoch, value in enumerate(held):
        if value < held[best]:
            best = epoch
        elif epoch - best >= 5:
            break
    model.load_state_dict(copies[best])
    return {
        "training loss at the end against its half-way value": training[-1] / training[40],
        "validation loss at the end against its lowest": held[-1] / min(held),
        "test loss of the stopped network against the other": loss_of(model, test) / at_end,
    }


@claim
def dropout(seed):
    train, _, test = digits(seed, 400, wrong=True)
    found = {}
    for name, inputs, hidden in [("none", 1, 1), ("½", 1, 0.5), ("0.8", 0.8, 0.5), ("both ½", 0.5, 0.5)]:
        torch.manual_seed(seed)
        model = nn.Sequential(
            nn.Dropout(1 - inputs),
            dense(64, 128),
            nn.ReLU(),
            nn.Dropout(1 - hidden),
            dense(128, 128),
            nn.ReLU(),
            nn.Dropout(1 - hidden),
            dense(128, 10),
        )
        fit(model, train, adam_of(0.003), 60)
        found[name] = (loss_of(model, test), accuracy(model, test))
    return {
        "test loss with dropout of hidden units against none": found["½"][0] / found["none"][0],
        "test loss with inputs kept at 0.8 against ½": found["0.8"][0] / found["both ½"][0],
        "accuracy with dropout minus none": found["0.8"][1] - found["none"][1],
    }


@claim
def labelSmoothing(seed):
    train, _, test = digits(seed, 1000, wrong=True)
    right = []
    for epsilon in [0, 0.1, 0.3, 0.6]:
        torch.manual_seed(seed)
        model = nn.Sequential(dense(64, 128), nn.ReLU(), dense(128, 64), nn.ReLU(), dense(64, 10))
        # PyTorch shares ε among all ten classes, the right one too.
        share = epsilon * 10 / 9
        fit(model, train, adam_of(), 60, loss=lambda z, y: F.cross_entropy(z, y, label_smoothing=share))
        right.append(accuracy(model, test))
    return {
        "accuracy with ε = 0.3 minus without": right[2] - right[0],
        "accuracy with ε = 0.6 minus without": right[3] - right[0],
    }


@claim
def moreData(seed):
    right = {}
    for rows in [50, 200, 800]:
        train, _, test = digits(seed, rows)
        torch.manual_seed(seed)
        model = nn.Sequential(dense(64, 32), nn.ReLU(), dense(32, 10))
        fit(model, train, adam_of(0.01), math.ceil(12_000 / rows))
        right[rows] = accuracy(model, test)
    return {
        "accuracy of 800 rows minus that of 50": right[800] - right[50],
        "accuracy of 800 rows minus that of 200": right[800] - right[200],
    }


@claim
def adversarialExamples(seed):
    torch.manual_seed(seed)
    train, _, test = digits(seed, 800)
    model = nn.Sequential(dense(64, 64), nn.ReLU(), dense(64, 10))
    fit(model, train, adam_of(0.003), 40)
    attacked = {e: accuracy(model, (fgsm(model, *test, e), test[1])) for e in [0.1, 0.2]}
    return {
        "accuracy on new digits": accuracy(model, test),
        "accuracy at ε = 0.1": attacked[0.1],
        "accuracy at ε = 0.2": attacked[0.2],
    }


@claim
def adversarialTraining(seed):
    train, _, test = digits(seed, 800)

    def against(model, x, y):
        moved = fgsm(model, x, y, 0.1)
        return 0.5 * F.cross_entropy(model(x), y) + 0.5 * F.cross_entropy(model(moved), y)

    found = {}
    for name, step in [("plain", None), ("adversarial", against)]:
        torch.manual_seed(seed)
        model = nn.Sequential(dense(64, 64), nn.ReLU(), dense(64, 10))
        fit(model, train, adam_of(0.003), 40, step=step)
        slope = slope_of(model, test[0][:100], test[1][:100]).norm().item()
        attacked = accuracy(model, (fgsm(model, *test, 0.1), test[1]))
        found[name] = (accuracy(model, test), attacked, slope)
    plain, adversarial = found["plain"], found["adversarial"]
    return {
        "accuracy under attack, gain": adversarial[1] - plain[1],
        "accuracy without an attack, change": adversarial[0] - plain[0],
        "‖∂J/∂x‖ against the plain network": adversarial[2] / plain[2],
    }


@claim
def sparseActivations(seed):
    train, _, test = digits(seed, 600)
    found = {}
    for weight in [0, 0.03]:
        torch.manual_seed(seed)
        model = nn.Sequential(dense(64, 64), nn.ReLU(), dense(64, 10))

        def step(m, x, y):
            h = m[1](m[0](x))
            return F.cross_entropy(m[2](h), y) + weight * h.abs().sum() / len(x)

        fit(model, train, adam_of(0.003), 30, step=step)
        with torch.no_grad():
            active = (model[:2](test[0]) > 1e-3).float().mean().item()
        found[weight] = (active, accuracy(model, test))
    return {
        "active units with λ = 0.03 against none": found[0.03][0] / found[0][0],
        "change of the accuracy": found[0.03][1] - found[0][1],
    }


@claim
def units(seed):
    x, y = pair(seed, "units")
    train, fresh = (x[:60], y[:60]), (x[60:], y[60:])
    errors = []
    for n in [1, 2, 4, 8, 16, 64]:
        torch.manual_seed(seed)
        model = nn.Sequential(dense(2, n), nn.ReLU(), dense(n, n), nn.ReLU(), dense(n, 2))
        fit(model, train, adam_of(0.01), 300)
        errors.append((1 - accuracy(model, train), 1 - accuracy(model, fresh)))
    train_errors, fresh_errors = zip(*errors)
    return {
        "training error of 64 units against one unit": train_errors[-1] / train_errors[0],
        "error on new data, 64 units minus the best": fresh_errors[-1] - min(fresh_errors),
    }


@claim
def smallBatches(seed):
    train, _, test = digits(seed, 200, wrong=True)
    right = {}
    for batch in [8, 200]:
        found = []
        for network in range(4):
            torch.manual_seed(10 * seed + network)
            model = nn.Sequential(dense(64, 32), nn.ReLU(), dense(32, 10))
            fit(model, train, sgd(0.3), round(1500 / math.ceil(200 / batch)), batch=batch)
            found.append(accuracy(model, test))
        right[batch] = mean(found)
    return {"accuracy of batches of 8 minus the whole set": right[8] - right[200]}


@claim
def weightNoise(seed):
    data = pair(seed, "flat")

    def once(std, network):
        torch.manual_seed(10 * seed + network)
        model = nn.Sequential(dense(2, 32), nn.Tanh(), dense(32, 32), nn.Tanh(), dense(32, 2))
        weights = [p for p in model.parameters() if p.dim() > 1]

        def step(m, x, y):
            # The gradient at w + noise is the one that moves w.
            moved = {n: p + std * torch.randn_like(p) if p.dim() > 1 else p for n, p in m.named_parameters()}
            return F.cross_entropy(torch.func.functional_call(m, moved, (x,)), y)

        fit(model, data, sgd(0.2, 0.9), 150, step=step if std else None)
        return sharpness(model, data, 0.2, 16)

    plain, noisy = (mean([once(std, network) for network in range(4)]) for std in [0, 0.2])
    return {"sharpness with noise against without": noisy / plain}


@claim
def standardError(seed):
    torch.manual_seed(seed)
    (x, y), _, _ = digits(seed, 800)
    model = nn.Sequential(dense(64, 16), nn.Tanh(), dense(16, 10))
    parameters = list(model.parameters())

    def gradient(rows):
        found = torch.autograd.grad(F.cross_entropy(model(x[rows]), y[rows]), parameters)
        return torch.cat([g.flatten() for g in found])

    whole = gradient(torch.arange(800))

    def error(batch, draws):
        squares = [((gradient(torch.randint(800, (batch,))) - whole) ** 2).sum().item() for _ in range(draws)]
        return math.sqrt(mean(squares))

    sizes = [1, 4, 16, 64, 256]
    across = [math.log(n) for n in sizes]
    up = [math.log(error(n, 60)) for n in sizes]
    a, b = mean(across), mean(up)
    slope = sum((u - a) * (v - b) for u, v in zip(across, up)) / sum((u - a) ** 2 for u in across)
    return {
        "slope in the logarithms (−½)": slope,
        "error of 20 rows against 2,000": error(20, 30) / error(2000, 30),
    }


@claim
def localMinima(seed):
    x = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    y = torch.tensor([[0.0], [1], [1], [0]])
    stuck = {}
    for n in [2, 40]:
        count = 0
        for start in range(30):
            torch.manual_seed(100 * seed + start)
            model = nn.Sequential(dense(2, n), nn.Tanh(), dense(n, 1))
            fit(model, (x, y), adam_of(0.05), 400, loss=F.mse_loss, batch="full")
            count += int(loss_of(model, (x, y), F.mse_loss) > 0.05)
        stuck[n] = count / 30
    return {"share stuck with 2 units": stuck[2], "share stuck with 40 units": stuck[40]}


def least_squares(x, y, weight=0.0):
    """The weights and the bias of ridge, whose objective is the mean squared error + λ/2 ‖w‖², in float64."""
    x, y = x.double(), y.double()
    a = x - x.mean(0)
    w = torch.linalg.solve(
        2 * a.T @ a / len(x) + weight * torch.eye(x.shape[1], dtype=torch.float64), 2 * a.T @ (y - y.mean()) / len(x)
    )
    return w, y.mean() - x.mean(0) @ w


@claim
def rateDecay(seed):
    data = pair(seed, "decay", regression=True)
    w, b = least_squares(*data)
    floor = ((data[0].double() @ w + b - data[1]) ** 2).mean().item()

    def trained(rate, batch, falls=False):
        torch.manual_seed(seed)
        model = dense(2, 1)
        found, norms = [], []
        total = 40 * math.ceil(len(data[0]) / batch) if batch != "full" else 40

        def step(m, x, y):
            # The norm of the last gradients that an epoch saw.
            value = F.mse_loss(m(x), y)
            g = torch.autograd.grad(value, list(m.parameters()), retain_graph=True)
            norms[-1].append(math.sqrt(sum((v**2).sum().item() for v in g)))
            return value

        def look(m):
            found.append(loss_of(m, data, F.mse_loss) - floor)
            norms.append([])

        def fall(optimizer, k):
            share = min(1, k / total)
            optimizer.param_groups[0]["lr"] = (1 - share) * rate + share * rate / 100

        norms.append([])
        fit(
            model,
            data,
            sgd(rate),
            40,
            batch=batch,
            step=step,
            after_epoch=look,
            schedule=fall if falls else None,
        )
        return found, mean(norms[-2])

    batch, fixed, decayed = trained(0.3, "full"), trained(0.1, 4), trained(0.1, 4, True)
    return {
        "last gradient of batch descent": batch[1],
        "last gradients of batches of 4": fixed[1],
        "excess loss with decay against a fixed rate": max(1e-9, decayed[0][-1]) / max(1e-9, mean(fixed[0][-10:])),
    }


@claim
def averagedSgd(seed):
    data = pair(seed, "averaged", regression=True)
    w, b = least_squares(*data)
    least = ((data[0].double() @ w + b - data[1]) ** 2).mean().item()

    def excess(power=None, average=False):
        torch.manual_seed(seed)
        model = dense(4, 1)
        averaged = torch.optim.swa_utils.AveragedModel(model)

        def schedule(optimizer, k):
            # After update 400 the parameters that each update leaves behind count.
            if average and k >= 400:
                averaged.update_parameters(model)
            if power is not None:
                optimizer.param_groups[0]["lr"] = 0.05 / (1 + 0.05 * k) ** power

        fit(model, data, sgd(0.05), 1, batch=1, loss=F.mse_loss, schedule=schedule)
        if average:
            averaged.update_parameters(model)
        return max(1e-7, loss_of(averaged if average else model, data, F.mse_loss) - least)

    fixed, averaged = excess(), excess(0.75, True)
    return {
        "excess loss of averaged SGD": averaged,
        "excess loss of averaged SGD against a fixed rate": averaged / fixed,
    }


@claim
def tikhonov(seed):
    torch.manual_seed(seed)
    data = pair(seed, "tikhonov", regression=True)
    model = dense(4, 1)
    averaged = torch.optim.swa_utils.AveragedModel(model)

    def step(m, x, y):
        return F.mse_loss(m(x + 0.6 * torch.randn_like(x)), y)

    def schedule(_, k):
        if k >= 1000:
            averaged.update_parameters(model)

    fit(model, data, sgd(0.02), 4000, batch="full", step=step, schedule=schedule)
    noisy = averaged.module.weight.detach().double().flatten()
    near, far = [
        (noisy - least_squares(*data, weight)[0].flatten()).norm().item() for weight in [2 * 0.6 * 0.6, 0.0]
    ]
    return {
        "distance of the weights from ridge with 2σ², against that from plain least squares": near / far
    }


@claim
def weightDecay(seed):
    torch.manual_seed(seed)
    x, y = pair(seed, "shrink", regression=True)
    model = dense(4, 1)
    before = model.weight.detach().clone()
    (gradient,) = torch.autograd.grad(F.mse_loss(model(x), y), [model.weight])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, weight_decay=0.5)
    F.mse_loss(model(x), y).backward()
    optimizer.step()
    formula = (1 - 0.1 * 0.5) * before - 0.1 * gradient
    return {"largest difference from (1 − ηλ)w − η∇J": (model.weight - formula).abs().max().item()}


@claim
def stochasticPath(seed):
    data = pair(seed, "path", regression=True)

    def walk(batch):
        torch.manual_seed(seed)
        model = dense(2, 1, bias=False)
        points = [model.weight.detach().clone()]
        per = math.ceil(100 / batch)

        def schedule(_, k):
            if k:
                points.append(model.weight.detach().clone())

        fit(model, data, sgd(0.1), math.ceil(100 / per), batch=batch, loss=F.mse_loss, schedule=schedule)
        points.append(model.weight.detach().clone())
        points = points[:101]
        length = sum((b - a).norm().item() for a, b in zip(points, points[1:]))
        return length / (points[-1] - points[0]).norm().item()

    return {
        "length of the path against its way, batch": walk(100),
        "length of the path against its way, stochastic": walk(2),
    }


@claim
def dropoutRate(seed):
    torch.manual_seed(seed)
    layer = nn.Dropout(0.3)
    kept = torch.cat([(layer(torch.ones(100, 50)) != 0).float() for _ in range(40)])
    return {
        "share of units that are kept, p = 0.7": kept.mean().item(),
        "share of rows in which two neighbours are both kept, p² = 0.49": (kept[:, 3] * kept[:, 4]).mean().item(),
    }


@claim
def monteCarloDropout(seed):
    torch.manual_seed(seed)
    train, _, test = digits(seed, 400)
    model = nn.Sequential(dense(64, 64), nn.ReLU(), nn.Dropout(0.5), dense(64, 10))
    fit(model, train, adam_of(0.003), 40)
    scaled = accuracy(model, test)
    model.train()

    @torch.no_grad()
    def sampled(samples):
        summed = sum(model(test[0]) for _ in range(samples))
        return (summed.argmax(1) == test[1]).float().mean().item()

    return {
        "accuracy of 50 samples minus that of weight scaling": sampled(50) - scaled,
        "accuracy of one sample minus that of weight scaling": sampled(1) - scaled,
    }


@claim
def calibration(seed):
    torch.manual_seed(seed)
    train, validation, test = digits(seed, 600, wrong=True)
    model = nn.Sequential(dense(64, 128), nn.ReLU(), dense(128, 128), nn.ReLU(), dense(128, 10))
    fit(model, train, adam_of(0.003), 200)
    with torch.no_grad():
        held, fresh = model(validation[0]), model(test[0])
    scale = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.LBFGS([scale], max_iter=200, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        value = F.cross_entropy(held * scale.exp(), validation[1])
        value.backward()
        return value

    optimizer.step(closure)

    def ece(logits):
        sure, answer = logits.softmax(1).max(1)
        right = (answer == test[1]).float()
        bins = (sure * 15).floor().clamp(max=14)
        return sum(
            abs((right[bins == b] - sure[bins == b]).sum().item()) for b in range(15) if (bins == b).any()
        ) / len(sure)

    factor = scale.exp().item()
    return {
        "temperature": 1 / factor,
        "error of the confidence on new digits, after against before": ece(fresh * factor) / ece(fresh),
    }


@claim
def multiTask(seed):
    data = {name: torch.tensor(values, dtype=torch.float32) for name, values in DATA[seed]["tasks"].items()}
    x, y = data["x"], torch.tanh(data["x"] @ data["directions"]) @ data["heads"] + data["noise"]

    def errors(columns):
        torch.manual_seed(seed)
        model = nn.Sequential(dense(10, 32), nn.Tanh(), dense(32, 3), dense(3, len(columns)))
        with torch.no_grad():
            # A head for each task: its weights are drawn for one unit.
            model[3].weight.normal_(std=math.sqrt(2 / 3))
        of = y[:, columns]
        # The losses of the tasks are added up.
        fit(model, (x[:60], of[:60]), adam_of(0.01), 200, loss=lambda z, t: ((z - t) ** 2).mean(0).sum())
        with torch.no_grad():
            each = (model(x) - of) ** 2
        return each[:60].mean(0).tolist(), each[60:].mean(0).tolist()

    together = errors(list(range(20)))
    alone = [errors([task]) for task in range(20)]
    train, fresh = ([mean([part[k][0] for part in alone]), mean(together[k])] for k in [0, 1])
    return {
        "training error together against alone": train[1] / train[0],
        "error on new data together against alone": fresh[1] / fresh[0],
        "tasks that are better together, of 20": sum(t < a[1][0] for t, a in zip(together[1], alone)),
    }


@claim
def momentumSchedule(seed):
    (x, _), _, _ = digits(seed, 300)

    def rising(optimizer, k):
        optimizer.param_groups[0]["momentum"] = min(1 - 0.5 / (k // 50 + 1), 0.95)

    def fixed_sparse(layer):
        nn.init.zeros_(layer.weight)
        for row in layer.weight:
            chosen = torch.randperm(len(row))[:15]
            row[chosen] = 0.25 * torch.randn(len(chosen))

    def loss(init, schedule=None):
        torch.manual_seed(seed)
        sizes = [64, 32, 16, 8, 16, 32]
        model = nn.Sequential(*blocks(sizes, False, nn.Tanh, init), dense(32, 64, init))
        make = sgd(0.2, 0.5) if schedule else sgd(0.2)
        fit(model, (x, x), make, 40, loss=F.mse_loss, schedule=schedule)
        return loss_of(model, (x, x), F.mse_loss)

    plain, heavy = loss(xavier), loss(xavier, rising)
    return {
        "error with momentum against plain SGD": heavy / plain,
        "error from sparse weights against plain SGD from Xavier": loss(fixed_sparse, rising) / plain,
        "error from N(0, 0.01²) against Xavier, both with momentum": loss(normal(0.01), rising) / heavy,
    }


def rounded(value):
    return float(f"{value:.5g}")


names = sys.argv[2:] or list(CLAIMS)
figures = {}
for name in names:
    seeds = [CLAIMS[name](seed) for seed in range(3)]
    figures[name] = {what: [rounded(one[what]) for one in seeds] for what in seeds[0]}
    print(name, figures[name], file=sys.stderr)
print(json.dumps({"version": torch.__version__.split("+")[0], "claims": figures}, ensure_ascii=False, indent=1))
