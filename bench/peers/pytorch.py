"""PyTorch on one thread, driven by lines of JSON: {make, ...} gives a handle, {run, n} makes n steps of it and times them."""
import base64
import json
import sys
import time

import torch

torch.set_num_threads(1)
nn = torch.nn


def floats(text, shape):
    return torch.frombuffer(bytearray(base64.b64decode(text)), dtype=torch.float32).reshape(shape)


def layers(p):
    sizes, act, blocks = p["sizes"], {"relu": nn.ReLU, "tanh": nn.Tanh}[p["activation"]], []
    for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
        linear = nn.Linear(a, b)
        with torch.no_grad():
            linear.weight.copy_(floats(p["weights"][i], [a, b]).T)
            linear.bias.zero_()
        blocks.append(linear)
        if i + 2 < len(sizes):
            if p.get("normalized"):
                blocks.append(nn.BatchNorm1d(b))
            blocks.append(act())
            if p.get("keep", 1) < 1:
                blocks.append(nn.Dropout(1 - p["keep"]))
    return nn.Sequential(*blocks)


def optimizer(p, model):
    o = p["optimizer"]
    if o["name"] == "adam":
        return torch.optim.Adam(model.parameters(), o["learningRate"])
    decayed = [w for n, w in model.named_parameters() if w.dim() > 1]
    rest = [w for n, w in model.named_parameters() if w.dim() <= 1]
    groups = [{"params": decayed, "weight_decay": p.get("l2", 0)}, {"params": rest}]
    return torch.optim.SGD(groups, o["learningRate"], momentum=o.get("momentum", 0))


def training(model, opt, data, loss, penalty=0.0):
    state = {"k": 0}

    def step():
        x, y = data[state["k"] % len(data)]
        state["k"] += 1
        opt.zero_grad()
        value = loss(model(x), y)
        value.backward()
        reported = value.item()
        if penalty:
            reported += penalty / 2 * sum((w * w).sum().item() for w in model.parameters() if w.dim() > 1)
        opt.step()
        return reported

    return step


def trainer(p):
    n, width = p["batch"], p["sizes"][0]
    x, y = floats(p["x"], [-1, n, width]), floats(p["y"], [-1, n])
    regression = p["loss"] == "mse"
    data = [(a, b[:, None] if regression else b.long()) for a, b in zip(x, y)]
    model = layers(p)
    # The penalty's value is not asked for while time is measured.
    step = training(model, optimizer(p, model), data, nn.MSELoss() if regression else nn.CrossEntropyLoss())
    return step


def convolver(p):
    model = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1568, 128), nn.ReLU(), nn.Linear(128, 10))
    w = [floats(t, s) for t, s in zip(p["weights"], p["shapes"])]
    with torch.no_grad():
        model[0].weight.copy_(w[0].permute(3, 2, 0, 1))
        model[3].weight.copy_(w[1].permute(3, 2, 0, 1))
        model[7].weight.copy_(w[2].reshape(7, 7, 32, 128).permute(2, 0, 1, 3).reshape(1568, 128).T)
        model[9].weight.copy_(w[3].T)
        for i in (0, 3, 7, 9):
            model[i].bias.zero_()
    x, y = floats(p["x"], [-1, p["batch"], 1, 28, 28]), floats(p["y"], [-1, p["batch"]]).long()
    opt = torch.optim.Adam(model.parameters(), p["learningRate"])
    return training(model, opt, list(zip(x, y)), nn.CrossEntropyLoss())


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.ln1, self.ln2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        n, t, d = x.shape
        q, k, v = self.qkv(self.ln1(x)).reshape(n, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        if hasattr(nn.functional, "scaled_dot_product_attention"):
            y = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            later = torch.full((t, t), float("-inf")).triu(1)
            y = torch.softmax(q @ k.transpose(-1, -2) / (d // self.heads) ** 0.5 + later, -1) @ v
        x = x + self.out(y.transpose(1, 2).reshape(n, t, d))
        return x + self.down(nn.functional.gelu(self.up(self.ln2(x))))


class Writer(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.tokens = nn.Embedding(p["vocabulary"], p["width"])
        self.positions = nn.Parameter(torch.zeros(p["length"], p["width"]))
        self.blocks = nn.Sequential(*[Block(p["width"], p["heads"]) for _ in range(p["blocks"])])
        self.norm, self.head = nn.LayerNorm(p["width"]), nn.Linear(p["width"], p["vocabulary"])

    def forward(self, ids):
        return self.head(self.norm(self.blocks(self.tokens(ids) + self.positions))).flatten(0, 1)


def writer(p):
    model = Writer(p)
    w = iter([floats(t, s) for t, s in zip(p["weights"], p["shapes"])])
    with torch.no_grad():
        for layer in model.modules():
            if isinstance(layer, nn.Linear):
                layer.bias.zero_()
        model.tokens.weight.copy_(next(w))
        model.positions.copy_(next(w))
        for block in model.blocks:
            block.qkv.weight.copy_(torch.cat([next(w).T for _ in range(3)]))
            for layer in (block.out, block.up, block.down):
                layer.weight.copy_(next(w).T)
        model.head.weight.copy_(next(w).T)
    ids = floats(p["ids"], [-1, p["batch"], p["length"] + 1]).long()
    data = [(b[:, :-1], b[:, 1:].reshape(-1)) for b in ids]
    return training(model, torch.optim.Adam(model.parameters(), p["learningRate"]), data, nn.CrossEntropyLoss())


def multiplier(p):
    a, b = floats(p["left"], p["a"]), floats(p["right"], p["b"])
    a, b = a.T if p["transposeA"] else a, b.T if p["transposeB"] else b
    return lambda: (a @ b)[0, 0].item()


def sampled(y):
    return y.flatten()[::1021].double().sum().item()


def mapper(p):
    x = floats(p["x"], p["shape"])
    f = {"relu": torch.relu, "exp": torch.exp, "tanh": torch.tanh, "softmax": lambda t: torch.softmax(t, -1)}[p["op"]]

    def step():
        y = f(x)
        return sampled(y) if p.get("read") else None

    return step


class Residual(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.convolutions, self.norms = nn.ModuleDict(), nn.ModuleDict()
        for c in p["convolutions"]:
            k, _, a, b = c["shape"]
            conv = nn.Conv2d(a, b, k, stride=c["stride"], padding=int(c["padding"]), bias=False)
            with torch.no_grad():
                conv.weight.copy_(floats(c["weight"], c["shape"]).permute(3, 2, 0, 1))
            self.convolutions[c["name"]], self.norms[c["name"]] = conv, nn.BatchNorm2d(b)
        self.dense = nn.Linear(32, 10)
        with torch.no_grad():
            self.dense.weight.copy_(floats(p["dense"], [32, 10]).T)
            self.dense.bias.zero_()

    def convolved(self, name, x):
        return self.norms[name](self.convolutions[name](x))

    def block(self, name, x, beside):
        inner = self.convolved(name + "2", torch.relu(self.convolved(name + "1", x)))
        return torch.relu(inner + beside)

    def forward(self, x):
        x = torch.relu(self.convolved("stem", x))
        x = self.block("first", x, x)
        x = self.block("second", x, self.convolved("projection", x))
        x = self.block("third", x, x)
        return self.dense(x.mean((2, 3)))


def residual(p):
    model = Residual(p)
    x = floats(p["x"], [-1, p["batch"], p["side"], p["side"], 3]).permute(0, 1, 4, 2, 3).contiguous()
    y = floats(p["y"], [-1, p["batch"]]).long()
    return training(model, optimizer(p, model), list(zip(x, y)), nn.CrossEntropyLoss())


class Recurrent(nn.Module):
    def __init__(self, p):
        super().__init__()
        d, h, columns = p["features"], p["units"], {"lstm": 4, "gru": 3}[p["cell"]] * p["units"]
        self.layer = {"lstm": nn.LSTM, "gru": nn.GRU}[p["cell"]](d, h, batch_first=True)
        self.dense = nn.Linear(h, 1)
        with torch.no_grad():
            self.layer.weight_ih_l0.copy_(floats(p["weight"], [d, columns]).T)
            self.layer.weight_hh_l0.copy_(floats(p["recurrent"], [h, columns]).T)
            self.layer.bias_ih_l0.copy_(floats(p["bias"], [columns]))
            self.layer.bias_hh_l0.zero_()
            self.dense.weight.copy_(floats(p["dense"], [h, 1]).T)
            self.dense.bias.zero_()
        # A second bias of an LSTM would make both learn twice as fast as one.
        self.layer.bias_hh_l0.requires_grad_(p["cell"] == "gru")

    def forward(self, x):
        return self.dense(self.layer(x)[0][:, -1])


def recurrent(p):
    model = Recurrent(p)
    x = floats(p["x"], [-1, p["batch"], p["length"], p["features"]])
    y = floats(p["y"], [-1, p["batch"], 1])
    return training(model, optimizer(p, model), list(zip(x, y)), nn.MSELoss())


def predictor(p):
    model = layers(p).eval()
    x = floats(p["x"], [-1, p["sizes"][0]])[: p["rows"]].contiguous()

    def step():
        with torch.inference_mode():
            return sampled(model(x))

    return step


def updater(p):
    theta = nn.Parameter(torch.ones(p["size"]))
    theta.grad = torch.full([p["size"]], 0.5)
    opt = torch.optim.Adam([theta], 1e-3)

    def step():
        opt.step()
        return theta[0].item()

    return step


def network(p):
    """MNIST: the whole run, timed."""
    x, y = floats(p["x"], p["shape"]), floats(p["y"], [-1]).long()
    dense = lambda a, b: [nn.Linear(a, b), nn.ReLU(), nn.Dropout(0.2)]
    conv = lambda a, b: [nn.Conv2d(a, b, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    if p["network"] == "dense":
        model = nn.Sequential(nn.Flatten(), *dense(784, 256), *dense(256, 128), nn.Linear(128, 10))
    else:
        model = nn.Sequential(*conv(1, 16), *conv(16, 32), *conv(32, 64), nn.Flatten(), nn.Linear(576, 10))
    opt = torch.optim.Adam(model.parameters(), 1e-3)
    loss = nn.CrossEntropyLoss()

    def run():
        order = torch.randperm(len(x))
        for i in range(0, len(x), p["batch"]):
            rows = order[i:i + p["batch"]]
            opt.zero_grad()
            loss(model(x[rows]), y[rows]).backward()
            opt.step()
        return 0.0

    return run


MAKERS = dict(
    trainer=trainer, convolver=convolver, multiplier=multiplier, mapper=mapper, updater=updater, network=network, writer=writer,
    residual=residual, recurrent=recurrent, predictor=predictor)
handles = []
print(json.dumps({"version": torch.__version__.split("+")[0]}), flush=True)
for line in sys.stdin:
    ask = json.loads(line)
    if "make" in ask:
        handles.append(MAKERS[ask["make"]](ask))
        answer = {"handle": len(handles) - 1}
    else:
        step, value = handles[ask["run"]], 0.0
        begun = time.perf_counter()
        for _ in range(ask["n"]):
            value = step()
        answer = {"milliseconds": 1000 * (time.perf_counter() - begun), "value": value}
    print(json.dumps(answer), flush=True)
