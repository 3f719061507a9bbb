/** Small faults that the tests must notice. Each gives the file, the tests that must notice it (files or folders of
 *  test/), the text that is replaced, and its replacement. The text must occur in its file exactly once; spaces and
 *  line ends may differ. */

/** Mutants of one file, with the tests that must notice those that name no others. */
const of = (file, tests, ...list) =>
  list.map(([what, from, to, own = {}]) => ({ file, what, from, to, tests: own.tests ?? tests, ...own }));

export const mutants = [
  // Kernels
  ...of(
    'assembly/kernels/gemm/view.ts',
    ['ops'],
    ['the second of two long lines is cut', 'max(columns - ox, stop) : columns', 'columns - ox : columns'],
    ['right padding is not cleared', 'clear(y, (wide - high) * depth);', ''],
    [
      'lines between those of a strided image are not skipped',
      'if (ix < 0) clear(y, depth);',
      'if (ix < 0) clear(y, 0);',
    ],
    ['a new image continues the lines of the last', 'line == first || oy == 0', 'line == first'],
  ),
  ...of(
    'assembly/kernels/gemm/conv.ts',
    ['ops'],
    ['slices of channels begin at the first one', 'first + r - tap * depth - c)', 'first + r - tap * depth)'],
  ),
  ...of(
    'assembly/kernels/depthwise.ts',
    ['ops', 'nn/layers.test.ts'],
    [
      'the gradient of depthwise weights reads left of the image where the stride is 2',
      'low = max(0, (scale - 1 - shift) / scale)',
      'low = max(0, -shift / scale)',
    ],
    [
      'depthwise loses its activation',
      'finish(start, pixel, columns, channels, bias, activation);',
      'finish(start, pixel, columns, channels, bias, 0);',
    ],
    [
      'the last channels of depthwise read the first taps',
      'load<usize>(tap, 4) + c)));\n    const left',
      'load<usize>(tap, 4))));\n    const left',
    ],
  ),
  ...of(
    'assembly/kernels/recurrent/forward.ts',
    ['nn/recurrent.test.ts'],
    ['the padding of a row changes its state', 'memory.fill(output, 0, line);', 'memory.copy(output, state, line);'],
    [
      'an LSTM forgets its cell in the padding',
      'if (saves && cell == LSTM) memory.copy(cs',
      'if (false) memory.copy(cs',
    ],
    ['the last tile of rows is left out', 'tiles((rows + 3) >> 2,', 'tiles(rows >> 2,'],
  ),
  ...of(
    'assembly/kernels/recurrent/backward.ts',
    ['nn/recurrent.test.ts'],
    ['the padding has a gradient', 'memory.fill(x, 0, row4);', ''],
    ['the mask is not applied on the way back', 'mask ? mask + <usize>(top + r) * line : ones', 'ones'],
    [
      'the first step of a GRU reads a state before it',
      'd, g, k ? hs + before * line : zeros, x, y',
      'd, g, hs + before * line, x, y',
    ],
  ),
  ...of(
    'src/differentiate/open.ts',
    ['differentiate/scan.test.ts'],
    [
      'states that become one another are overwritten too early',
      'if (!enters.includes(held(t))) return t;',
      'return t;',
    ],
    ['a loop within a loop does not begin anew', 'inner?.enters.forEach((enter) => inside.add(enter));', ''],
    [
      'results that nobody reads are computed',
      'for (const i of used(body.carries)) carries.add(i);',
      'body.carries.forEach((_, i) => carries.add(i));',
    ],
  ),
  ...of(
    'assembly/kernels/pool.ts',
    ['ops'],
    [
      "a maximum's gradient goes to all of equals",
      'open = v128.andnot(open, here);\n        add(p + apart',
      'add(p + apart',
    ],
    [
      'windows that overlap in one direction write instead of adding',
      'strideY >= windowY && strideX >= windowX',
      'strideY >= windowY || strideX >= windowX',
    ],
    ['the last column of an odd width is not cleared', 'if (!squares || !across || !down)', 'if (!squares || !down)'],
    [
      'windows with a stride of 3 leave pixels between them uncleared',
      'windowX == 2 && strideX == 2 && padX == 0 && columns * 2 == width',
      'windowX == 2 && columns * 2 == width',
    ],
    [
      'an average that leaves padding out counts it',
      'min(endX, x0 + windowX) - x0) : tall * broad, deep',
      'min(endX, x0 + windowX) - x0) : windowY * windowX, deep',
    ],
  ),
  ...of(
    'assembly/kernels/extreme.ts',
    ['ops'],
    ['NaN is no largest element for argmax', 'if (x > most || (x != x && most == most))', 'if (x > most)'],
    ['a NaN that is the largest has no gradient', '(x == extreme || (x != x && extreme != extreme))', 'x == extreme'],
    ['argmax gives the last of equals', 'if (x > most ||', 'if (x >= most ||'],
  ),
  ...of(
    'assembly/kernels/softmax.ts',
    ['ops', 'losses'],
    [
      'an infinite logit of another class makes the loss NaN',
      'if (off != 0) y += off * distances(a, m, rest, n);',
      'y += off * distances(a, m, rest, n);',
    ],
    ['a target of 0 times an infinite logit makes the loss NaN', 'if (t != 0) y += t * (rest', 'y += t * (rest'],
  ),
  ...of(
    'assembly/kernels/slice.ts',
    ['ops', 'random'],
    [
      'random numbers of the second part are shifted',
      '<i32>((<i64>n * part) / parts) & ~15',
      '<i32>((<i64>n * part) / parts)',
    ],
  ),
  ...of(
    'assembly/kernels/place.ts',
    ['ops'],
    ['a computed index beyond the table reads what lies behind it', 'x >= 0 && x < <f32>length &&', 'x >= 0 &&'],
    ['a fraction is a place', '&& floor<f32>(x) == x ?', '?'],
  ),
  ...of(
    'assembly/kernels/move.ts',
    ['ops'],
    [
      'a negative index counts from the first but one',
      'const mirrored = placeOf(-1 - x, length);',
      'const mirrored = placeOf(-x, length);',
    ],
    [
      'the gradient of gather keeps the last of several',
      'load<f32>(to + n) + load<f32>(from + n)',
      'load<f32>(from + n)',
    ],
  ),
  ...of(
    'assembly/kernels/reduce.ts',
    ['ops'],
    ['the last lanes of a sum are lost', 'if (count & 3) x1 = v128.bitselect', 'if (false) x1 = v128.bitselect'],
    [
      'a part of a repeated sum begins anew',
      'place = line - row * length, piece = place / chunk',
      'place = line - row * length, piece = 0',
    ],
  ),
  ...of(
    'assembly/kernels/random.ts',
    ['random', 'ops', 'universal/universal.test.ts'],
    ['normal numbers may be infinite', 'f32x4.add(whole(w), f32x4.splat(1))', 'whole(w)'],
  ),
  ...of(
    'assembly/kernels/map.ts',
    ['ops'],
    [
      'the second row of a broadcast operand is the first',
      'base + (<usize>(at - row * columns) << 2)',
      'base + (<usize>at << 2)',
    ],
  ),
  ...of(
    'assembly/kernels/optimizers.ts',
    ['optim'],
    [
      'momentum without decay of weights',
      'f32x4.add(v128.load(a), f32x4.mul(decay, theta)));\n      const v',
      'v128.load(a));\n      const v',
    ],
  ),
  ...of(
    'assembly/kernels/gemm/index.ts',
    ['ops'],
    ['the second piece of k overwrites the first', 'add = k > 0 ||', 'add = false ||'],
    [
      'the bias of the first columns is added to all',
      'bias ? bias + (<usize>column << 2) : 0',
      'bias',
      { tests: ['ops', 'nn/layers.test.ts'] },
    ],
  ),

  // Compiler
  ...of(
    'src/compile/fuse.ts',
    ['compile', 'ops'],
    ['a second addend takes the place of the first', '&& core.inputs.length === 2 && !batched', '&& !batched'],
    ['an activation after an activation replaces it', 'if (attributes.activation) return undefined;', ''],
    [
      'a product that others read too is fused',
      'if (t.value || !inner || users(inner) !== 1) return undefined;',
      'if (t.value || !inner) return undefined;',
    ],
    [
      'a row vector is fused that is no bias of columns',
      'return fits && other.size === columns',
      'return other.size === columns',
    ],
    [
      "a piece that stands behind a view of others' numbers is packed in place",
      'holder.size === piece.size &&',
      '',
      { tests: ['compile', 'train'] },
    ],
  ),
  ...of(
    'src/compile/merge.ts',
    ['compile', 'optim'],
    ['two states that begin equal become one', 'if (!isPure(t) || overwritten.has(t)) {', 'if (!isPure(t)) {'],
    ['0 and −0 are merged', "Object.is(x, -0) ? '-0' : String(x)", 'String(x)'],
    ['a list of attributes is told by its sum only', 'x.map((item) => written(item, id)).join()', 'x.length'],
  ),
  ...of(
    'src/compile/realize.ts',
    ['compile', 'differentiate', 'doors'],
    [
      'a value that is read while a function is differentiated forgets how it was made',
      'if (!isTracing()) for (const result of results) result.inputs = [];',
      'for (const result of results) result.inputs = [];',
    ],
    ['what one reads goes on without a gradient', 'if (watches.length && !glance)', 'if (false)'],
    ['arguments are read as zeros while a function is compiled', 'if (sorted([t], needs).some(isOpen))', 'if (false)'],
  ),
  ...of(
    'src/compile/compile.ts',
    ['compile', 'random'],
    ['a compiled function draws the same numbers at every call', 'runs++;', ''],
    [
      'a compiled function within another one is computed at once',
      'if (isTracing()) return f(...(args as never[]));',
      '',
      { tests: ['compile', 'differentiate'] },
    ],
  ),
  ...of(
    'src/compile/place.ts',
    ['compile'],
    [
      'a result takes the place of an operand that is read again',
      'x && live.has(x) && last.get(x) === i && x.size === t.size',
      'x && live.has(x) && x.size === t.size',
    ],
    ['outputs may be overwritten', 'for (const t of outputs) last.set(ownerOf(t), Number.POSITIVE_INFINITY);', ''],
    ['0 and −0 have one place', "Object.is(x, -0) ? '-0' : x", 'x'],
  ),
  ...of(
    'src/compile/schedule.ts',
    ['compile', 'train', 'optim'],
    [
      'a storage is overwritten before its readers',
      'others.length ? [...t.inputs, ...others.filter((r) => r !== t)] : needs(t)',
      'needs(t)',
    ],
  ),
  ...of(
    'src/compile/group.ts',
    ['compile'],
    ['results of other sizes join a group', 'before.t.size === t.size &&', ''],
  ),
  ...of(
    'src/compile/fold.ts',
    ['compile', 'ops'],
    [
      'what overwrites a constant is folded',
      'inputs.length > 0 && op.overwrites === undefined && op.mutates === undefined',
      'inputs.length > 0',
      { tests: ['compile', 'ops', 'optim', 'train/fit.test.ts'] },
    ],
  ),
  ...of(
    'src/graph/tensor.ts',
    ['compile', 'ops'],
    [
      'tensors are rebuilt of wrong inputs',
      'inputs.every((x, i) => x === t.inputs[i]) ? t',
      'inputs.some((x, i) => x === t.inputs[i]) ? t',
    ],
  ),
  ...of(
    'src/compile/arena.ts',
    ['compile'],
    [
      'leases that meet at an end are kept apart no more than those that overlap',
      'a.from < b.until && b.from < a.until',
      'a.from < b.until - 1 && b.from < a.until',
    ],
    [
      'a lease is free one instruction too early',
      'ending[ended].until <= lease.from',
      'ending[ended].until <= lease.from + 1',
    ],
  ),
  ...of(
    'src/compile/signature.ts',
    ['compile', 'doors'],
    [
      'a tensor and a record with its shape share a program',
      "if (x instanceof Tensor) return tagged('tensor', x.shape);",
      'if (x instanceof Tensor) return { shape: x.shape };',
    ],
    ['0 and −0 share a program', 'Number.isFinite(x) && !Object.is(x, -0) ? x', 'Number.isFinite(x) ? x'],
  ),
  ...of(
    'src/compile/programs.ts',
    ['compile', 'nn'],
    [
      'programs that are given up keep their memory',
      'this.#entries.delete(oldKey);\n      old.value.dispose();',
      'this.#entries.delete(oldKey);',
    ],
    ['the last used program is given up first', 'b.used - a.used', 'a.used - b.used'],
  ),

  // Graphs and their gradients
  ...of(
    'src/differentiate/gradient.ts',
    ['differentiate', 'ops/ops.test.ts'],
    ['a tensor that is used twice has the gradient of one use', 'sum ? add(sum, dx) : dx', 'dx'],
    [
      'a gradient goes through what is asked for',
      'if (!dy || wanted.has(t) || !t.inputs.length',
      'if (!dy || !t.inputs.length',
      { tests: ['differentiate', 'compile', 'ops', 'nn'] },
    ],
  ),
  ...of(
    'src/graph/leaves.ts',
    ['nn/moment.test.ts', 'compile'],
    [
      'a description sees parameters of later',
      'write(values: ArrayLike<number>, offset = 0): void {\n    this.leave();',
      'write(values: ArrayLike<number>, offset = 0): void {',
    ],
  ),
  ...of(
    'src/graph/sort.ts',
    ['compile'],
    ['a cycle is computed in a wrong order', 'else if (!state)', 'else if (false)'],
  ),
  ...of(
    'src/graph/shape.ts',
    ['doors', 'ops'],
    ['shapes may have fractions', 'sizes.every((n) => Number.isInteger(n) && n > 0)', 'sizes.every((n) => n > 0)'],
  ),

  // Ops
  ...of(
    'src/ops/crossEntropy.ts',
    ['ops', 'losses'],
    [
      'the gradient of soft targets has no gradient for the targets',
      'return [dx, dt, ddy];',
      'return [dx, undefined, ddy];',
    ],
  ),
  ...of(
    'src/ops/pool2d.ts',
    ['ops'],
    [
      'a maximum pool has no third gradient',
      "name: 'maxPool2dFirst',\n  shape: (_, { result }) => result,\n  lower: (_, [a, b, c], pooling) => ({ kernel: 'firstPool', a, b, c, ...fields(pooling) }),\n  gradient: (dy, _, [, x, y], pooling) => [node(maxGradientOp, [dy, x, y], pooling)],",
      "name: 'maxPool2dFirst',\n  shape: (_, { result }) => result,\n  lower: (_, [a, b, c], pooling) => ({ kernel: 'firstPool', a, b, c, ...fields(pooling) }),\n  gradient: () => [],",
    ],
    ['padding may be the whole window', '2 * p > window[i]', 'p > window[i]'],
  ),
  ...of(
    'src/ops/arithmetic.ts',
    ['ops'],
    [
      'the gradient of maximum goes to b where both are equal',
      'where(less(a, b), 0, dy),\n  where(less(a, b), dy, 0),',
      'where(less(b, a), dy, 0),\n  where(less(b, a), 0, dy),',
    ],
    [
      'a⁰ has no gradient at 0',
      'whereNot(b, 0, mul(dy, mul(b, pow(a, sub(b, 1))))),',
      'mul(dy, mul(b, pow(a, sub(b, 1)))),',
    ],
  ),
  ...of(
    'src/ops/reduce.ts',
    ['ops'],
    ['the mean of several runs of axes is divided by one', '1 / countOf(x, axes)', '1 / x.shape[axes[0]]'],
    ['the sum of squares of several runs squares twice', 'next = after;', ''],
    ['logSumExp of infinite elements is NaN', 'clamp(max(x, axes, true), -LARGEST, LARGEST)', 'max(x, axes, true)'],
    ['a last chunk alone is no sum of squares', 'if (next === op && op !== after)', 'if (false)'],
  ),
  ...of(
    'src/ops/elementwise.ts',
    ['ops'],
    [
      'a row and a column that do not fit together share their length',
      'if (!form || (columns && form.columns && form.columns !== columns)) return expand(x, shape);',
      'if (!form) return expand(x, shape);',
    ],
    ['the gradient of a repeated axis is not summed', '(shape[i - pad] === 1 && dy.shape[i] !== 1)', 'false'],
  ),
  ...of(
    'src/ops/gather.ts',
    ['ops'],
    ['embedding takes negative numbers', 'return taken(rows, at, 0, 0);', 'return taken(rows, at, 0, 1);'],
    ['an index below the table is taken', 'if (!(k >= least && k <= most)', 'if (!(k <= most)'],
  ),
  ...of(
    'src/ops/matmul.ts',
    ['ops'],
    [
      'the gradient of a transposed left operand is not transposed',
      'summed(transposeA ? product(b, dy, transposeB, true)',
      'summed(transposeA ? product(b, dy, transposeB, false)',
    ],
    [
      'one matrix that serves a batch has the gradient of the first',
      'd.shape[0] === shape[0] ? d : sum(d, 0, true)',
      'd',
    ],
  ),
  ...of(
    'src/ops/strided.ts',
    ['ops'],
    [
      'the gradient of a slice begins at 0',
      'embedded(dy, { begin, step, shape: x.shape, value: 0 })',
      'embedded(dy, { begin: begin.map(() => 0), step, shape: x.shape, value: 0 })',
    ],
    [
      'axes are joined that are apart in the target',
      'outer.from === axis.from * axis.size && outer.to === axis.to * axis.size',
      'outer.from === axis.from * axis.size',
    ],
    ['a permutation is its own inverse', 'back[axis] = i;', 'back[i] = axis;'],
  ),
  ...of(
    'src/ops/softmax.ts',
    ['ops'],
    [
      'the gradient of logSoftmax is that of softmax',
      'sub(dy, mul(exp(y), sum(dy, 1, true)))',
      'sub(dy, mul(exp(y), sum(mul(dy, exp(y)), 1, true)))',
    ],
  ),
  ...of(
    'src/ops/window.ts',
    ['ops'],
    [
      "the odd pixel of padding 'same' stands before",
      'before: Math.floor(Math.max(0, (output - 1) * step + reach - n) / 2)',
      'before: Math.ceil(Math.max(0, (output - 1) * step + reach - n) / 2)',
    ],
    ['dilation does not widen a window', '(size[axis] - 1) * dilation[axis] + 1', 'size[axis]'],
  ),

  // Layers and models
  ...of(
    'src/nn/walk.ts',
    ['nn'],
    ['a dropout that is called twice in a pass draws the same numbers', '+ turn(path) * LAYER_STREAMS;', ';'],
    ['a layer that is called twice has one state', "' again'.repeat(", "''.repeat("],
    [
      'a layer that is made again draws other numbers',
      '[calls, repeating] = [new Map(now), true];',
      'repeating = true;',
    ],
  ),
  ...of(
    'src/nn/predictor.ts',
    ['nn', 'data/leakage.test.ts'],
    ['the scale of bytes is forgotten', 'if (scale !== 1) for', 'if (false) for'],
    [
      'the last batch is as large as the others',
      'output.set(program.read(y), at * perRow);',
      'output.set(program.read(y), Math.floor(at / batchSize) * batchSize * each - (count < batchSize ? each : 0));',
    ],
    ['a sealed set that is predicted does not count it', 'open(rows);', ''],
  ),
  ...of(
    'src/nn/batchNorm.ts',
    ['nn'],
    [
      'the running variance is biased',
      "running('running_var', 1, count / (count - 1));",
      "running('running_var', 1, 1);",
    ],
    [
      'momentum is of the old statistics',
      'add(scale(p[name], 1 - momentum), scale(now, momentum))',
      'add(scale(p[name], momentum), scale(now, 1 - momentum))',
    ],
  ),
  ...of(
    'src/nn/dropout.ts',
    ['nn'],
    ["dropout with scaling 'test' does not scale", "scaling === 'test' ? scale(x, keep) : x", 'x'],
  ),
  ...of(
    'src/nn/fold.ts',
    ['nn'],
    ['eps is left out of a folded variance', 'Math.sqrt(variance.values[i] + eps)', 'Math.sqrt(variance.values[i])'],
    [
      'the bias of a folded layer is not scaled',
      '((bias?.values[i] ?? 0) - mean.values[i]) * s',
      '(bias?.values[i] ?? 0) - mean.values[i] * s',
    ],
  ),
  ...of(
    'src/nn/groupNorm.ts',
    ['nn'],
    ['groups are as wide as there are groups', 'width: channels / groups', 'width: groups'],
  ),
  ...of(
    'src/nn/parameters.ts',
    ['nn'],
    [
      'only θ is restored',
      'this.storages[i].write(copy);',
      'if (!i) this.storages[i].write(copy);',
      { tests: ['nn', 'train'] },
    ],
  ),
  ...of(
    'src/nn/noise.ts',
    ['nn'],
    ["a channel's places are dropped one by one", '...x.shape.slice(1, -1).map(() => 1)', '...x.shape.slice(1, -1)'],
  ),

  // Optimizers and rules
  ...of(
    'src/optim/sam.ts',
    ['optim'],
    ['sam is NaN where the gradient is 0', 'where(greater(norm, 0), div(rho, norm), 0)', 'div(rho, norm)'],
  ),
  ...of(
    'src/optim/nadam.ts',
    ['optim'],
    [
      'nadam that is used again keeps its old momenta',
      'if (current.k > k) current = { k: 0, factor: 1, product: 1 };',
      '',
    ],
  ),
  ...of(
    'src/optim/rule.ts',
    ['optim'],
    ['βᵏ is not begun anew where the step goes back', 'if (!known || known.k > step) {', 'if (!known) {'],
  ),
  ...of(
    'src/optim/adam.ts',
    ['optim'],
    ['the second moment is corrected by β₁', '1 / Math.sqrt(1 - power(beta2))', '1 / Math.sqrt(1 - power(beta1))'],
  ),
  ...of(
    'src/optim/optimizer.ts',
    ['optim'],
    [
      'states are not computed with the parameters, and grow into long descriptions',
      'if (next.theta && next.state) held(next.theta).beside ??= Object.values(next.state).map(held);',
      '',
    ],
  ),
  ...of(
    'src/optim/lookahead.ts',
    ['optim'],
    ['lookahead looks one update late', '(step + 1) % every ? 0 : 1', 'step % every ? 0 : 1'],
  ),
  ...of(
    'src/optim/cosine.ts',
    ['optim'],
    ['the first rate of a restart is left out', 'while (rest >= length)', 'while (rest > length)'],
    ['a cycle ends one update early', '(k - top) / (steps - 1 - top)', '(k - top) / (steps - 2 - top)'],
  ),
  ...of(
    'src/optim/decays.ts',
    ['optim'],
    ['a step comes one update late', 'Math.floor(k / every)', 'Math.floor((k - 1) / every)'],
    ['polynomial decay goes on after its end', '1 - Math.min(k, steps) / steps', '1 - k / steps'],
  ),
  ...of(
    'src/optim/reduceOnPlateau.ts',
    ['optim'],
    ['patience counts while it cools', 'improved || cooling > 0 ? 0 : waited + 1', 'improved ? 0 : waited + 1'],
    ['a relative bound is absolute', 'relative ? best * (1 - sign * minDelta)', 'relative ? best - sign * minDelta'],
  ),
  ...of(
    'src/optim/clip.ts',
    ['optim'],
    [
      'clip.adaptive has no least norm',
      'maximum(unitNorm(view(theta, offset, shape)), 1e-3)',
      'unitNorm(view(theta, offset, shape))',
    ],
  ),

  // Regularization
  ...of(
    'src/regularize/earlyStopping.ts',
    ['regularize', 'train', 'closedForms', 'options'],
    [
      'a first value that is NaN counts as the best',
      'best === undefined ? !Number.isNaN(value)',
      'best === undefined ? true',
    ],
    [
      'an equal value counts as an improvement',
      'sign * value < sign * best - minDelta',
      'sign * value <= sign * best - minDelta',
    ],
    ['patience is one longer', 'stop: state.waited >= patience', 'stop: state.waited > patience'],
  ),
  ...of(
    'src/regularize/averages.ts',
    ['regularize'],
    [
      'statistics are collected anew before there is an average',
      'recalibrates: (step) => step > start(perEpoch)',
      'recalibrates: (step) => step >= start(perEpoch)',
    ],
    ['the second place counts as much as the first', '1 / (after / stride + 1)', '1 / (after / stride)'],
  ),
  ...of(
    'src/regularize/constrain.ts',
    ['regularize'],
    [
      'each piece has a ball of its own',
      'const squares = chosen.map((segment) => sum(square(pieceOf(theta, segment)))).reduce((a, b) => add(a, b));',
      'const squares = chosen.map((segment) => sum(square(pieceOf(theta, segment)))).reduce((a) => a);',
    ],
  ),
  ...of(
    'src/regularize/attack.ts',
    ['adversarial'],
    [
      'an attack that is aimed goes away from its target',
      "flag(where, 'targeted', targeted) ? -1 : 1",
      "flag(where, 'targeted', targeted) ? 1 : 1",
    ],
    ['pgd leaves the ball', 'minimum(maximum(at, low), high)', 'minimum(at, high)'],
  ),
  ...of(
    'src/regularize/noise.ts',
    ['regularize'],
    ['noise depends on what else is selected', 'view(noise, offset, [size])', 'view(noise, 0, [size])'],
  ),

  // Training
  ...of(
    'src/train/updater.ts',
    ['train', 'optim'],
    ['gradNorm is that after clipping', 'const CLIP = 3;', 'const CLIP = 4;'],
    [
      'a rule that swaps two states is refused',
      'const own = isLeaf(held(value)) ? copied(value) : value;',
      'const own = value;',
    ],
    [
      'an own rule writes into padding',
      '.filter(({ trainable }) => trainable)\n        .reduce((v, { offset, size })',
      '.reduce((v, { offset, size })',
    ],
  ),
  ...of(
    'src/train/groups.ts',
    ['train'],
    ['of two groups of a parameter both apply', '.filter((segment) => !taken.has(segment))', ''],
    [
      'a frozen parameter is moved by a share',
      'return assign(vector, moved ?? before, offset);',
      'return moved ? assign(vector, moved, offset) : vector;',
    ],
  ),
  ...of(
    'src/train/backward.ts',
    ['train', 'adversarial'],
    ['attacks are taken in training mode', 'lossOf(examples, false, true)', 'lossOf(examples, true, true)'],
    ['statistics are updated by attacked examples', 'lossOf(attacked, true, true)', 'lossOf(attacked, true, false)'],
    [
      'what layers penalize is forgotten',
      'return call.penalties.reduce((sum, term) => add(sum, reshape(term, [])), total);',
      'return total;',
      { tests: ['train', 'regularize', 'nn'] },
    ],
  ),
  ...of(
    'src/train/baseline.ts',
    ['train'],
    [
      'rows without a target count in the baseline',
      '(row: number) => (mask?.[row] ?? 1) * (weights?.[row] ?? 1)',
      '(row: number) => weights?.[row] ?? 1',
    ],
  ),
  ...of(
    'src/train/plateaus.ts',
    ['train', 'optim'],
    [
      'minRate raises a schedule that is below it',
      'Math.max(rate * scale, Math.min(rate, monitor.minRate))',
      'Math.max(rate * scale, monitor.minRate)',
    ],
  ),
  ...of(
    'src/train/rollback.ts',
    ['train'],
    ['halvings are counted over all places', 'this.#place = place;\n    this.#times = 0;', 'this.#place = place;'],
    ['optimizer states stay as they were', 'vectorOf(storage).set(numbers.carried[i]);', ''],
  ),
  ...of(
    'src/train/retrain.ts',
    ['train'],
    ["'continue' repeats the first training's orders", 'epoch: best.epoch,', 'epoch: 0,'],
    ['the second training keeps its schedule from 0', 'rateAt(rate, k + best.step)', 'rateAt(rate, k)'],
  ),
  ...of(
    'src/data/plan.ts',
    ['train'],
    ['a batch of one row does not join the one before', 'joins && size % rows === 1', 'false'],
  ),
  ...of(
    'src/train/updates.ts',
    ['train'],
    ['more updates in a call than tables have rows', 'Math.min(to, count, from + HORIZON)', 'Math.min(to, count)'],
    [
      'accumulation takes a batch too many',
      'Math.min(first + accumulate, count + (rest ? 1 : 0)) - 1',
      'Math.min(first + accumulate, count) - 1',
    ],
  ),
  ...of(
    'src/train/evaluator.ts',
    ['train'],
    [
      'weights are not restricted to rows with a target',
      'const weights = each && only(each);',
      'const weights = each;',
    ],
  ),
  ...of(
    'src/train/stepScalars.ts',
    ['train'],
    [
      'every batch of an update draws the same numbers',
      'k * accumulate + (place?.i ?? 0)',
      'k',
      { tests: ['train', 'nn'] },
    ],
    ["groups' shares are of the rate in use", 'rateAt(own ?? rate, k)', 'rateAt(rate, k)'],
  ),
  ...of(
    'src/train/watch.ts',
    ['train', 'regularize'],
    ['the best parameters are not kept', 'this.#copy = this.parameters.save(this.#copy);', ''],
    ['an epoch is looked at that should not', 'record.epoch % this.#epochs === 0 &&', ''],
  ),
  ...of(
    'src/train/kept.ts',
    ['train'],
    [
      'what is kept is not judged on all rows',
      'if (!moved && record.rows.training === data.size) return record;',
      'if (!moved) return record;',
    ],
  ),
  ...of(
    'src/train/calibration.ts',
    ['regularize', 'train'],
    ['the last batch replaces statistics', 'floats()[at + 1] = 1 / (before + i + 1);', 'floats()[at + 1] = 1;'],
  ),
  ...of(
    'src/train/verdict.ts',
    ['train', 'diagnose'],
    [
      'a validation error below the training error is overfitting',
      'if (over > 1) return',
      'if (Math.abs(over) > 1) return',
    ],
    [
      'heads without weight are judged',
      'severity > worst[1] && (weight > 0 || !worst[0])',
      'severity > worst[1]',
      { tests: ['train', 'diagnose'] },
    ],
  ),
  ...of(
    'src/train/updateRatio.ts',
    ['train'],
    ['the ratio is of the new length', 'const length = lengthOf(before);', 'const length = lengthOf(theta);'],
  ),
  ...of('src/train/accumulated.ts', ['train'], ['a batch counts as much as the sum before it', 'mul(x, rows)', 'x']),
  ...of(
    'src/data/buckets.ts',
    ['train/buckets.test.ts'],
    ['rows behind those that are left over are dealt twice', '(place > left ? rows - rest : 0)', '0'],
    ['batches have the size of their first row', 'sizeOf[batch[batch.length - 1]]', 'sizeOf[batch[0]]'],
    [
      'the shortest batches come first',
      'shuffled(count + (rest ? 1 : 0), streams.batches)',
      'Int32Array.from({ length: count + (rest ? 1 : 0) }, (_, i) => i)',
    ],
  ),
  ...of(
    'src/nn/carry.ts',
    ['nn/carried.test.ts'],
    ['a new stream begins where the last one ended', 'states.get(name) ?? constant', 'constant'],
  ),
  ...of(
    'src/train/resident.ts',
    ['train'],
    ['every epoch has the same order', 'streams.order, epoch)', 'streams.order, 0)'],
  ),

  // Data
  ...of(
    'src/data/records.ts',
    ['data'],
    ['doubled quotes are lost', 'from = at;\n          } while', 'from = at + 1;\n          } while'],
    ['lines are miscounted after a field of several lines', 'line += linesIn(field);', ''],
    ['a byte order mark belongs to the first name', "piece.startsWith('\\ufeff') ? piece.slice(1) : piece", 'piece'],
    ['a quote that ends a piece closes the field', 'if (at === length && !last) return start;', ''],
    ['separators in quotes count', 'if (quoted) continue;', ''],
    ['the most frequent separator wins, steady or not', 'steady[i] === steady[best] ?', 'true ?'],
  ),
  ...of(
    'src/data/cells.ts',
    ['data'],
    [
      'hexadecimal numbers are numbers',
      'if (WITH_POINT.test(text)) return +text;',
      "if (text !== '' && !Number.isNaN(+text)) return +text;",
    ],
  ),
  ...of(
    'src/data/fields.ts',
    ['data'],
    ['ids with leading zeros are numbers', '/^[+-]?0\\d/.test(text) ||', ''],
    ['ids of many digits are numbers', '&& !Number.isSafeInteger(+text)', '&& false'],
    ['numbers in quotes are numbers', "isAll('number') && !written?.quotedNumbers", "isAll('number')"],
    ['every year is a leap year', 'Math.floor(y / 4) - Math.floor(y / 100)', 'y - Math.floor(y / 100)'],
    ['gaps are not counted', 'Number.isNaN(x[row * width + i])', 'false'],
  ),
  ...of(
    'src/data/encoding.ts',
    ['data', 'pipeline'],
    ['rows and sets of the same cells differ', 'const value = Math.fround(values[row]);', 'const value = values[row];'],
    ['a gap is 0 before scaling', '(gap ? (fill ?? 0) : value)', '(gap ? 0 : value)'],
    ['the index of the first category is that of unknown ones', 'value >= 0 ? value + 1 : 0', 'value >= 0 ? value : 0'],
  ),
  ...of('src/data/encode.ts', ['data'], ['a sealed set is learned from', 'refuseSealed(where, data);', '']),
  ...of('src/train/fit.ts', ['pipeline', 'train'], ['the steps of a pipeline are never kept', 'keep();', '']),
  ...of(
    'src/data/npy.ts',
    ['data'],
    ['big-endian numbers are read as little-endian', "order !== '>')", 'true)'],
    [
      'Fortran order is read as C order',
      'const steps = stridesOf([...shape].reverse()).reverse();',
      'const steps = stridesOf(shape);',
    ],
    ['the long header of version 2 is read as a short one', 'bytes[6] > 1', 'false'],
  ),
  ...of(
    'src/data/idx.ts',
    ['data'],
    ['sizes are read as little-endian', 'view.getUint32(4 + 4 * i)', 'view.getUint32(4 + 4 * i, true)'],
    ['bytes may be missing', 'if (bytes.length !== expected)', 'if (bytes.length > expected)'],
  ),
  ...of(
    'src/data/kFold.ts',
    ['data'],
    ['folds do not depend on the seed', 'fold[group[at]] = dealt++ % k;', 'fold[group[at]] = at % k;'],
  ),
  ...of(
    'src/data/columns.ts',
    ['data'],
    ['a slice keeps all weights', 'weights: this.weights?.subarray(a, b),', 'weights: this.weights,'],
    ['negative ends of a slice count from the front', 'i < 0 ? i + this.size : i', 'i'],
  ),
  ...of('src/data/map.ts', ['data'], ['map sees bytes without their scale', '(v) => v * data.scale', '(v) => v']),
  ...of(
    'src/data/concat.ts',
    ['data'],
    ['bytes of different scales are joined as they are', '&& a.scale === b.scale;', ';'],
    ['only the classes of the first set are known', 'classes: Math.max(a.classes, b.classes)', 'classes: a.classes'],
    ['the seal of the second set is broken', 'sealed: a.sealed || b.sealed', 'sealed: a.sealed'],
    ['scales are those of float64', 'v * Math.fround(scale)', 'v * scale'],
  ),
  ...of('src/data/split.ts', ['data'], ['a test set is not sealed', 'test: test.with({ sealed: true })', 'test']),
  ...of(
    'src/data/scaling.ts',
    ['data'],
    [
      'a constant feature is divided by the rounding of its deviation',
      'least === most ? [least, 1] : look(column)',
      'look(column)',
    ],
    ['bytes are not scaled before', 'const v = x[i] * scale;', 'const v = x[i];'],
  ),
  ...of(
    'src/data/polynomialFeatures.ts',
    ['data'],
    ["'total' counts as 'grid'", "powers === 'grid' ? degree : degree - row.reduce((a, b) => a + b, 0)", 'degree'],
  ),

  // Metrics, losses, initial weights, random numbers
  ...of(
    'src/metrics/byClass.ts',
    ['metrics'],
    [
      'a class that is only answered is left out of the mean',
      'sum(greater(add(found.rows, found.answers), 0))',
      'sum(greater(found.rows, 0))',
    ],
  ),
  ...of(
    'src/metrics/confusion.ts',
    ['metrics'],
    [
      'the table is transposed',
      'matmul(weighed(where, oneHot(truth, classes), weights), oneHot(guess, classes)',
      'matmul(weighed(where, oneHot(guess, classes), weights), oneHot(truth, classes)',
    ],
  ),
  ...of(
    'src/metrics/ranked.ts',
    ['metrics'],
    ['equal scores are ranked by their place', 'if (score !== last) ties', 'ties'],
  ),
  ...of('src/metrics/topK.ts', ['metrics'], ['topK counts one more', 'less(larger, k)', 'less(larger, k + 1)']),
  ...of(
    'src/losses/loss.ts',
    ['losses'],
    [
      'weights of rows replace those of classes',
      'own && own !== weights ? mul(block(own), block(weights)) : block(weights)',
      'block(weights)',
    ],
  ),
  ...of(
    'src/losses/smoothing.ts',
    ['losses'],
    ["'uniform' leaves the label its whole share", 'on: 1 - epsilon + epsilon / k', 'on: 1 - epsilon'],
  ),
  ...of(
    'src/losses/classWeights.ts',
    ['losses'],
    ['rows without a target count in balanced weights', 'if (mask?.[Math.floor(i / width)] === 0) return;', ''],
  ),
  ...of(
    'src/init/random.ts',
    ['init'],
    [
      'xavierUniform is as wide as a normal distribution',
      'Math.sqrt(6 / (fanIn + fanOut))',
      'Math.sqrt(2 / (fanIn + fanOut))',
    ],
    ['truncated numbers are cut instead of drawn anew', 'x = where(greater(abs(x), 2 * std), next, x);', ''],
  ),
  ...of(
    'src/init/orthogonal.ts',
    ['init'],
    [
      'vectors are made orthogonal to the first only',
      'for (let u = 0; u < v; u++) {',
      'for (let u = 0; u < Math.min(1, v); u++) {',
    ],
  ),
  ...of(
    'src/random/draws.ts',
    ['random', 'data'],
    [
      'two normal numbers in turn are equal',
      'spare = radius * sin(angle);',
      'spare = radius * cos(angle);',
      { tests: ['random', 'data', 'diagnose'] },
    ],
  ),
  ...of('src/random/philox.ts', ['random'], ['one round is left out', 'round < 10', 'round < 9']),
  ...of(
    'src/random/hostMath.ts',
    ['random', 'optim/schedules.test.ts'],
    [
      'sine and cosine are exchanged behind a quarter',
      'const value = place & 1 ? cosKernel(rest) : sinKernel(rest);',
      'const value = place & 1 ? sinKernel(rest) : cosKernel(rest);',
    ],
  ),

  // Augmentation
  ...of(
    'src/augment/beta.ts',
    ['augment'],
    ['the tail of a Beta distribution is cut', 'const OUTERMOST = 1 / 8;', 'const OUTERMOST = 1 / 2;'],
  ),
  ...of(
    'src/augment/rotate.ts',
    ['augment'],
    ['images are not turned but mirrored', '[c, neg(s), 0, s, c, 0]', '[c, s, 0, s, c, 0]'],
  ),
  ...of(
    'src/augment/crop.ts',
    ['augment'],
    ['the last place is never drawn', 'each(images, 0, n + 1, setting)', 'each(images, 0, n, setting)'],
    ['the middle piece of an odd rest is further down', 'Math.floor(n / 2)', 'Math.ceil(n / 2)'],
  ),
  ...of(
    'src/augment/partners.ts',
    ['augment'],
    [
      'targets are mixed by the other share',
      'add(mul(t, share), mul(gather(t, partner), sub(1, share)))',
      'add(mul(t, sub(1, share)), mul(gather(t, partner), share))',
    ],
    ['partners behind the end are none', 'sub(further, scale(sub(1, less(further, n)), n))', 'further'],
  ),
  ...of(
    'src/augment/affine.ts',
    ['augment'],
    ['changes are combined in the wrong order', 'const [a, b, x, c, d, y] = g;', 'const [a, b, x, c, d, y] = f;'],
  ),

  // Models of their own
  ...of(
    'src/models/nearestNeighbors.ts',
    ['models'],
    [
      'neighbours weigh equally in regression',
      'mean[i] += ((weights?.[row] ?? 1) / total) *',
      'mean[i] += (1 / near.length) *',
    ],
    [
      'of equal votes the last wins',
      'if (votes[label] > votes[most]) most = label;',
      'if (votes[label] >= votes[most]) most = label;',
    ],
  ),

  // Files
  ...of(
    'src/io/dtypes.ts',
    ['io'],
    ['subnormal halves are 0', 'return sign * fraction * SMALLEST_HALF;', 'return sign * 0;'],
    ['bfloat16 is read as half', 'fromBits(view.getUint16(at, true) << 16)', 'half(view.getUint16(at, true))'],
  ),
  ...of(
    'src/io/format.ts',
    ['io'],
    [
      'bytes that belong to no tensor are accepted',
      'if (reached !== bytes.length - start) fail',
      'if (reached > bytes.length - start) fail',
    ],
    ['pieces may leave holes', 'if (begin !== at)', 'if (begin < at)'],
  ),
  ...of(
    'src/io/configuration.ts',
    ['io'],
    [
      'typed arrays are written as records',
      'if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>);',
      '',
    ],
    [
      "a layer of one's own is rebuilt by its name",
      'if (isConfig(value as Options) && !isMade(value)) {',
      'if (false) {',
      { tests: ['io', 'worker/refused.test.ts'] },
    ],
  ),

  // Workers, loggers, memory
  ...of(
    'src/remote/numbers.ts',
    ['worker'],
    [
      'a view of a larger array is moved with all of it',
      'if (!(buffer instanceof ArrayBuffer) || (move && alone)) {',
      'if (!(buffer instanceof ArrayBuffer) || (move && (alone || true))) {',
    ],
    ['a piece is put at the beginning', 'arrays[array].set(values, at);', 'arrays[array].set(values, 0);'],
  ),
  ...of(
    'src/remote/callbacks.ts',
    ['worker'],
    [
      'the last error of callbacks is thrown, not the first',
      'this.#thrown ??= { error };',
      'this.#thrown = { error };',
    ],
  ),
  ...of(
    'src/cli/compare.ts',
    ['cli'],
    ['the comparison is trained for all epochs', 'epochs: run.stopped.epoch', 'epochs: given.epochs'],
  ),
  ...of(
    'src/cli/answer.ts',
    ['cli'],
    ['unknown categories are not counted', 'met.unknown++;', ''],
    ['a decimal comma is no number', "separator === ';' && COMMA.test(text)", 'false'],
  ),
  ...of('src/cli/records.ts', ['cli'], ['the last rows of a file are not answered', '  yield* take(1);', '']),
  ...of(
    'src/sweep/space.ts',
    ['sweep'],
    ['the last whole number is never tried', 'Math.floor(place * count)', 'Math.floor(place * (count - 1))'],
  ),
  ...of(
    'src/sweep/plan.ts',
    ['sweep'],
    ['the worst go on', 'a.value - b.value || a.trial', 'b.value - a.value || a.trial'],
    ['the first report ends trials', 'i < warmUp || ', ''],
  ),
  ...of(
    'src/sweep/journal.ts',
    ['sweep'],
    ['a line is added to half a line', "if (text && !text.endsWith('\\n'))", 'if (false)'],
  ),
  ...of(
    'src/sweep/averaging.ts',
    ['sweep'],
    ['all shards count alike', '(rows / all) * change[i]', '(1 / taken.length) * change[i]'],
    ['the median is the largest', 'Math.ceil(middle) - 1', 'sorted.length - 1'],
  ),
  ...of(
    'src/sweep/changes.ts',
    ['sweep'],
    ['ties go up', ' + ((word >>> 16) & 1)', ' + 1'],
    ['all tensors have one scale', 'levels[at] * scales[tensor]', 'levels[at] * scales[0]'],
  ),
  ...of(
    'src/sweep/gateway/leases.ts',
    ['sweep'],
    ['the first answer counts', 'vote.clients.length < this.quorum', 'false'],
    ['one client is a quorum', 'client.name === name', 'false'],
    ['late jobs wait', 'age < this.turns', 'true'],
  ),
  ...of(
    'src/formats/javascript/layers.ts',
    ['formats'],
    [
      'transposed convolutions have the windows of others',
      'windows(output, input, pair(',
      'windows(input, output, pair(',
    ],
    ['padding is half a place off', 'Math.floor(Math.max(0, (output[i] - 1)', 'Math.ceil(Math.max(0, (output[i] - 1)'],
  ),
  ...of(
    'src/formats/javascript/helpers.ts',
    ['formats'],
    ['groups see the first channels', 'Math.floor(j / share) * depth', '0'],
    ['padding is never counted', 'sum / (counted ? within(oy, 0) * within(ox, 1) : count)', 'sum / count'],
    ['zones count the other way', 'hours * 3600 + (minutes - ahead)', 'hours * 3600 + (minutes + ahead)'],
  ),
  ...of(
    'src/formats/keras/weighted.ts',
    ['formats/keras3.test.ts'],
    ['places have no whole stride', 'Math.max(0, window.stride[i] - n)', '0'],
    ['a separable convolution forgets its depth', 'const units = groups * multiplier;', 'const units = groups;'],
  ),
  ...of(
    'src/formats/keras/activations.ts',
    ['formats/keras3.test.ts'],
    ['all versions have the slope of Keras 2', 'isKeras3(s.version)', 'false'],
    ['the slope below a threshold begins at 0', "op('sub', [threshold]", "op('sub', [0]"],
    ['probabilities stay', 'if (probable && bare)', 'if (false)', { tests: ['formats/tfjsImport.test.ts'] }],
  ),
  ...of(
    'src/formats/keras/recurrent.ts',
    ['formats/keras3.test.ts'],
    ['gates stay in the order of Keras', 'gates: [1, 0, 2]', 'gates: [0, 1, 2]'],
    ['sequences that are read backwards keep their order', 'cell.backwards && cell.sequences ?', 'false ?'],
  ),
  ...of(
    'src/formats/keras/plain.ts',
    ['formats/keras3.test.ts'],
    [
      'means count padding',
      'nn.avgPool2d(size as unknown as Pair, { ...own, countPadding: false })',
      'nn.avgPool2d(size as unknown as Pair, own)',
    ],
  ),
  ...of(
    'src/formats/keras/net.ts',
    ['formats/tfjsSpellings.test.ts'],
    ['calls of models count from 0 always', 'call: ref.call - 1', 'call: ref.call'],
  ),
  ...of(
    'src/formats/keras/build.ts',
    ['formats/tfjsImport.test.ts'],
    ['every sigmoid is left out', 'bare: ends && level.bare', 'bare: level.bare'],
    ['inner models keep their softmax', 'bare: level.bare && level.ends.has(name)', 'bare: false'],
  ),
  ...of(
    'src/formats/tfjs/names.ts',
    ['formats/tfjsImport.test.ts'],
    ['models do not tell layers apart', 'MOST_WORDS * models.filter', '0 * models.filter'],
  ),
  ...of(
    'src/formats/tfjs/manifest.ts',
    ['formats/tfjsImport.test.ts', 'formats/tfjsSpellings.test.ts'],
    ['pieces begin anew in each file', 'start -= file.length', 'start = 0'],
  ),
  ...of(
    'src/formats/onnx/toLayers.ts',
    ['formats'],
    ['rows lie as pixels do', 'const perm = image && [', 'const perm = undefined && image && ['],
    ['dropout in evaluation is forgotten', "scaling === 'test' && keep !== 1", 'false'],
  ),
  ...of(
    'src/formats/onnx/toSequences.ts',
    ['formats'],
    ['gates stay in our order', 'lstm: [0, 3, 1, 2]', 'lstm: [0, 1, 2, 3]'],
    ['the future is seen', '? -1e30 : 0', '? 0 : 0'],
    ['values are turned, too', "apart('value', [0, 2, 1, 3])", "apart('value', [0, 2, 1, 3], rotated)"],
  ),
  ...of(
    'src/formats/onnx/toImages.ts',
    ['formats'],
    ['padding is half a place off', 'Math.floor(Math.max(0, n) / 2)', 'Math.ceil(Math.max(0, n) / 2)'],
    ['windows beyond the padding count whole', 'if (!counts || !ceil)', 'if (true)'],
    ['mirrored images are padded twice', 'reflect ? pads.map(() => 0) : pads', 'pads'],
  ),
  ...of(
    'src/formats/onnx/toValue.ts',
    ['formats'],
    ['axes stay where they are', 'axis === this.rank - 1 ? 1 : axis + 1', 'axis'],
    ['images of other channels are joined', 'x.rank === rank && `', 'x.rank === rank || `'],
  ),
  ...of(
    'src/formats/onnx/writeGraph.ts',
    ['formats'],
    ['a parameter has the numbers of another form', 'if (known && `', 'if (known || `'],
    ['ids stay floats', 'attributes.to === INT32', 'false'],
  ),
  ...of(
    'src/loggers/crc32c.ts',
    ['loggers'],
    ['the checksum is not inverted', 'return (remainder ^ 0xffffffff) >>> 0;', 'return remainder >>> 0;'],
  ),
  ...of(
    'src/loggers/csv.ts',
    ['loggers'],
    ['a path with a comma is not quoted', '/[",\\r\\n]/.test(field)', '/["\\r\\n]/.test(field)'],
  ),
  ...of(
    'src/wasm/memory.ts',
    ['compile', 'wasm/runtime.test.ts', 'train/leak.node.test.ts'],
    [
      'a free piece does not join the one before',
      'const joinsLeft = left !== undefined && left.at + left.bytes === piece.at;',
      'const joinsLeft = false;',
    ],
    ['blocks are not counted where they are returned', 'used[kind] -= bytes;', ''],
  ),

  // Diagnoses
  ...of(
    'src/diagnose/eigenvalues.ts',
    ['diagnose'],
    ['eigenvalues are not sorted', '(_, i) => at(i, i)).sort()', '(_, i) => at(i, i))'],
  ),
  ...of(
    'src/diagnose/lanczos.ts',
    ['diagnose'],
    ['vectors are not made orthogonal', 'for (let i = 0; i < n; i++) w[i] -= along * b[i];', ''],
  ),
];

/** Mutants that change nothing observable, with the reason. */
export const equivalent = [
  {
    file: 'src/nn/parameters.ts',
    from: 'lengths[vector] += Math.ceil(size / LINE) * LINE;',
    why: 'Where parameters begin is a matter of speed: no number depends on it.',
  },
  {
    file: 'src/differentiate/rematerialize.ts',
    from: 'const again = node(againOp, [x, dy], null);',
    why: 'A layer that is made again too early gives the same numbers, and takes the memory that it was to save.',
  },
  {
    file: 'src/nn/walk.ts',
    from: 'penalize: (term: Tensor) => void (repeating || still || call.penalties.push(term)),',
    why: 'Penalties are added up before a layer is made again.',
  },
  {
    file: 'src/regularize/noise.ts',
    from: 'if (!std || !chosen.length) return vector;',
    why: 'Noise of deviation 0 adds 0.',
  },
  {
    file: 'src/train/retrain.ts',
    from: '(record.validation?.loss ?? Number.NaN) <= target',
    why: 'Two losses of different rows are never equal but by chance.',
  },
  {
    file: 'assembly/machine.ts',
    from: 'if (halted >= i && halted < next) return 1;',
    why: 'Only a race of threads, a few instructions wide, tells whose group halted.',
  },
  {
    file: 'src/data/plan.ts',
    from: 'joins && size % rows === 1 && size > rows ? 1 : 0',
    why: 'A batch is never larger than the set, so that a single row beyond whole batches means a larger set.',
  },
  {
    file: 'src/nn/walk.ts',
    from: 'update: (name: string, value: Tensor) => void (repeating || still || call.updates.set(join(path, name), value)),',
    why: 'A layer that is made again computes the same statistics from the same input, and sets them under the same name.',
  },
];

/** A pattern for a text in which spaces and line ends may differ. */
export const patternOf = (text) =>
  new RegExp(
    text
      .trim()
      .split(/\s+/)
      .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('\\s+'),
    'g',
  );
