/** The source text of the functions in an exported module, which gets only those that its model needs. Values are Float32Arrays of one example;
 *  sums are taken in float64. */
interface Helper {
  readonly code: string;
  /** Other functions that it calls. */
  readonly needs?: readonly string[];
}

/** Makes a helper that applies an expression to each number. */
const each = (name: string, y: string, parameter = ''): Helper => ({
  code: `const ${name} = (x${parameter && `, ${parameter}`}) => x.map((v) => ${y});`,
});

export const HELPERS: Readonly<Record<string, Helper>> = {
  parameters: {
    code: `const parameters = (text, sizes) => {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  return sizes.map((size) => Float32Array.from({ length: size }, () => view.getFloat32(4 * at++, true)));
};`,
  },
  numbers: {
    code: `const numbers = (row, i, size) => {
  const list = (x) => (ArrayBuffer.isView(x) ? [...x] : Array.isArray(x) ? x.flatMap(list) : [x]);
  const found = list(row);
  if (found.length !== size) throw new Error('row ' + i + ' has ' + found.length + ' numbers where ' + size + ' were expected');
  const wrong = found.find((x) => typeof x !== 'number');
  if (wrong !== undefined) throw new Error('row ' + i + ' has ' + JSON.stringify(wrong) + ' where a number was expected');
  return Float32Array.from(found);
};`,
  },
  nested: {
    code: `const nested = (x, [size, ...rest]) => {
  if (!rest.length) return [...x];
  const width = x.length / size;
  return Array.from({ length: size }, (_, i) => nested(x.subarray(i * width, (i + 1) * width), rest));
};`,
  },
  dense: {
    code: `const dense = (x, w, b, m) => {
  const n = w.length / m;
  const y = new Float32Array((x.length / n) * m);
  for (let row = 0; row < x.length / n; row++) {
    const sum = new Float64Array(m);
    for (let i = 0; i < n; i++) {
      const v = x[row * n + i];
      for (let j = 0; j < m; j++) sum[j] += v * w[i * m + j];
    }
    for (let j = 0; j < m; j++) y[row * m + j] = sum[j] + (b ? b[j] : 0);
  }
  return y;
};`,
  },
  denseTied: {
    code: `const denseTied = (x, w, b, m) => {
  const n = w.length / m;
  return new Float32Array((x.length / n) * m).map((_, k) => {
    const [row, j] = [Math.floor(k / m) * n, k % m];
    let sum = 0;
    for (let i = 0; i < n; i++) sum += x[row + i] * w[j * n + i];
    return sum + (b ? b[j] : 0);
  });
};`,
  },
  mirror: { code: 'const mirror = (i, n) => (i < 0 ? -i : i < n ? i : 2 * (n - 1) - i);' },
  convolve: {
    needs: ['mirror'],
    code: `const convolve = (x, w, b, { image: [h, wide, c], output: [oh, ow, f], size, stride, dilation, before, groups, reflect }) => {
  const y = new Float32Array(oh * ow * f);
  const [depth, share] = [c / groups, f / groups];
  for (let oy = 0; oy < oh; oy++)
    for (let ox = 0; ox < ow; ox++) {
      const sum = b ? Float64Array.from(b) : new Float64Array(f);
      for (let ky = 0; ky < size[0]; ky++)
        for (let kx = 0; kx < size[1]; kx++) {
          let iy = oy * stride[0] + ky * dilation[0] - before[0];
          let ix = ox * stride[1] + kx * dilation[1] - before[1];
          if (reflect) [iy, ix] = [mirror(iy, h), mirror(ix, wide)];
          if (iy < 0 || iy >= h || ix < 0 || ix >= wide) continue;
          for (let j = 0; j < f; j++) {
            const from = (iy * wide + ix) * c + Math.floor(j / share) * depth;
            const at = (ky * size[1] + kx) * depth;
            for (let i = 0; i < depth; i++) sum[j] += x[from + i] * w[(at + i) * f + j];
          }
        }
      y.set(sum, (oy * ow + ox) * f);
    }
  return y;
};`,
  },
  spread: {
    code: `const spread = (x, w, b, { image: [h, wide, c], output: [oh, ow, f], size, stride, dilation, before, groups }) => {
  const sum = new Float64Array(oh * ow * f);
  const [depth, share] = [c / groups, f / groups];
  for (let iy = 0; iy < h; iy++)
    for (let ix = 0; ix < wide; ix++)
      for (let ky = 0; ky < size[0]; ky++)
        for (let kx = 0; kx < size[1]; kx++) {
          const oy = iy * stride[0] + ky * dilation[0] - before[0];
          const ox = ix * stride[1] + kx * dilation[1] - before[1];
          if (oy < 0 || oy >= oh || ox < 0 || ox >= ow) continue;
          for (let i = 0; i < c; i++) {
            const v = x[(iy * wide + ix) * c + i];
            const to = (oy * ow + ox) * f + Math.floor(i / depth) * share;
            const at = (ky * size[1] + kx) * share;
            for (let j = 0; j < share; j++) sum[to + j] += v * w[(at + j) * c + i];
          }
        }
  return Float32Array.from(sum, (v, i) => v + (b ? b[i % f] : 0));
};`,
  },
  pool: {
    code: `const pool = (x, kind, { image: [h, wide, c], output: [oh, ow], size, stride, before, counted, end = [Infinity, Infinity] }) => {
  const within = (i, axis) => Math.min(size[axis], end[axis] - i * stride[axis] + before[axis]);
  const y = new Float32Array(oh * ow * c);
  for (let oy = 0; oy < oh; oy++)
    for (let ox = 0; ox < ow; ox++)
      for (let j = 0; j < c; j++) {
        let [most, sum, count] = [-Infinity, 0, 0];
        for (let ky = 0; ky < size[0]; ky++)
          for (let kx = 0; kx < size[1]; kx++) {
            const iy = oy * stride[0] + ky - before[0];
            const ix = ox * stride[1] + kx - before[1];
            if (iy < 0 || iy >= h || ix < 0 || ix >= wide) continue;
            const v = x[(iy * wide + ix) * c + j];
            most = Math.max(most, v);
            sum += v;
            count++;
          }
        y[(oy * ow + ox) * c + j] = kind === 'max' ? most : sum / (counted ? within(oy, 0) * within(ox, 1) : count);
      }
  return y;
};`,
  },
  globalAverage: {
    code: `const globalAverage = (x, c) => {
  const sum = new Float64Array(c);
  x.forEach((v, i) => (sum[i % c] += v));
  return Float32Array.from(sum, (v) => (v * c) / x.length);
};`,
  },
  globalMax: {
    code: `const globalMax = (x, c) => {
  const most = x.slice(0, c);
  x.forEach((v, i) => (most[i % c] = Math.max(most[i % c], v)));
  return most;
};`,
  },
  repeat: {
    code: 'const repeat = (x, times) => Float32Array.from({ length: x.length * times }, (_, i) => x[i % x.length]);',
  },
  arrange: {
    code: `const arrange = (x, axes) => {
  const list = axes.reduce((from, [n, step]) => from.flatMap((at) => Array.from({ length: n }, (_, i) => at + i * step)), [0]);
  return Float32Array.from(list, (at) => x[at]);
};`,
  },
  frame: {
    code: `const frame = (x, [h, wide, c], [oh, ow], [top, left]) => {
  const y = new Float32Array(oh * ow * c);
  for (let oy = 0; oy < oh; oy++)
    for (let ox = 0; ox < ow; ox++) {
      const [iy, ix] = [oy - top, ox - left];
      const from = (iy * wide + ix) * c;
      if (iy >= 0 && iy < h && ix >= 0 && ix < wide) y.set(x.subarray(from, from + c), (oy * ow + ox) * c);
    }
  return y;
};`,
  },
  prelu: { code: 'const prelu = (x, w) => x.map((v, i) => (v > 0 ? v : w[i % w.length] * v));' },
  hardSigmoid: each('hardSigmoid', 'Math.min(6, Math.max(0, v + 3)) / 6'),
  hardSwish: each('hardSwish', '(v * Math.min(6, Math.max(0, v + 3))) / 6'),
  nearest: {
    code: `const nearest = (x, [h, wide, c], [fy, fx]) =>
  Float32Array.from({ length: x.length * fy * fx }, (_, i) => {
    const [row, column] = [Math.floor(i / (wide * fx * c)), Math.floor(i / c) % (wide * fx)];
    return x[(Math.floor(row / fy) * wide + Math.floor(column / fx)) * c + (i % c)];
  });`,
  },
  bilinear: {
    code: `const bilinear = (x, [h, wide, c], [fy, fx]) => {
  const near = (i, factor, n) => {
    const place = Math.max(0, (i + 0.5) / factor - 0.5);
    const left = Math.floor(place);
    return [left, Math.min(n - 1, left + 1), place - left];
  };
  return Float32Array.from({ length: x.length * fy * fx }, (_, i) => {
    const [top, bottom, down] = near(Math.floor(i / (wide * fx * c)), fy, h);
    const [left, right, across] = near(Math.floor(i / c) % (wide * fx), fx, wide);
    const line = (row) =>
      x[(row * wide + left) * c + (i % c)] * (1 - across) + x[(row * wide + right) * c + (i % c)] * across;
    return line(top) * (1 - down) + line(bottom) * down;
  });
};`,
  },
  batchNorm: {
    code: `const batchNorm = (x, w, b, mean, variance, eps) =>
  x.map((v, i) => {
    const j = i % w.length;
    return ((v - mean[j]) * w[j]) / Math.sqrt(variance[j] + eps) + b[j];
  });`,
  },
  layerNorm: {
    code: `const layerNorm = (x, w, b, eps) => {
  const n = w.length;
  const y = new Float32Array(x.length);
  for (let from = 0; from < x.length; from += n) {
    let [mean, variance] = [0, 0];
    for (let i = 0; i < n; i++) mean += x[from + i] / n;
    for (let i = 0; i < n; i++) variance += (x[from + i] - mean) ** 2 / n;
    for (let i = 0; i < n; i++) y[from + i] = ((x[from + i] - mean) / Math.sqrt(variance + eps)) * w[i] + b[i];
  }
  return y;
};`,
  },
  rmsNorm: {
    code: `const rmsNorm = (x, w, eps) => {
  const n = w.length;
  const y = new Float32Array(x.length);
  for (let from = 0; from < x.length; from += n) {
    let square = 0;
    for (let i = 0; i < n; i++) square += x[from + i] ** 2 / n;
    for (let i = 0; i < n; i++) y[from + i] = (x[from + i] / Math.sqrt(square + eps)) * w[i];
  }
  return y;
};`,
  },
  groupNorm: {
    code: `const groupNorm = (x, w, b, groups, eps) => {
  const [c, width] = [w.length, w.length / groups];
  const groupOf = (i) => Math.floor((i % c) / width);
  const [mean, variance] = [new Float64Array(groups), new Float64Array(groups)];
  x.forEach((v, i) => (mean[groupOf(i)] += (v * groups) / x.length));
  x.forEach((v, i) => (variance[groupOf(i)] += ((v - mean[groupOf(i)]) ** 2 * groups) / x.length));
  return x.map((v, i) => ((v - mean[groupOf(i)]) / Math.sqrt(variance[groupOf(i)] + eps)) * w[i % c] + b[i % c]);
};`,
  },
  recurrent: {
    needs: ['dense'],
    code: `const recurrent = (x, w, u, b, rb, { cell, n, t, reverse, sequences }) => {
  const size = x.length / t;
  const width = u.length / n;
  const sigmoid = (v) => 1 / (1 + Math.exp(-v));
  let h = new Float32Array(n);
  const c = new Float32Array(n);
  const y = new Float32Array(sequences ? t * n : n);
  for (let k = 0; k < t; k++) {
    const at = reverse ? t - 1 - k : k;
    const a = dense(x.subarray(at * size, (at + 1) * size), w, b, width);
    const z = dense(h, u, rb, width);
    h = h.map((v, j) => {
      const sum = (gate) => a[gate * n + j] + z[gate * n + j];
      if (cell === 'rnn') return Math.tanh(sum(0));
      if (cell === 'gru') {
        const next = Math.tanh(a[2 * n + j] + sigmoid(sum(0)) * z[2 * n + j]);
        return next + sigmoid(sum(1)) * (v - next);
      }
      c[j] = sigmoid(sum(1)) * c[j] + sigmoid(sum(0)) * Math.tanh(sum(2));
      return sigmoid(sum(3)) * Math.tanh(c[j]);
    });
    if (sequences) y.set(h, at * n);
  }
  return sequences ? y : h;
};`,
  },
  both: {
    code: `const both = (a, b, n, merge) => {
  if (merge !== 'concat') return a.map((v, i) => (merge === 'mul' ? v * b[i] : (v + b[i]) * (merge === 'sum' ? 1 : 0.5)));
  const y = new Float32Array(2 * a.length);
  for (let at = 0; at < a.length; at += n) {
    y.set(a.subarray(at, at + n), 2 * at);
    y.set(b.subarray(at, at + n), 2 * at + n);
  }
  return y;
};`,
  },
  inputOf: {
    code: 'const inputOf = (x, name, from, to) => (ArrayBuffer.isView(x) ? x.subarray(from, to) : x[name]);',
  },
  joined: {
    code: `const joined = (xs, f, shape, steps) => {
  const y = new Float32Array(shape.reduce((a, b) => a * b, 1));
  return y.map((_, k) => {
    const places = steps.map(() => 0);
    for (let axis = shape.length - 1, rest = k; axis >= 0; axis--) {
      const at = rest % shape[axis];
      rest = (rest - at) / shape[axis];
      steps.forEach((own, i) => (places[i] += at * own[axis]));
    }
    return xs.map((x, i) => x[places[i]]).reduce((a, b) => f(a, b));
  });
};`,
  },
  beside: {
    code: `const beside = (xs, lines) => {
  const y = new Float32Array(xs.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (let line = 0; line < lines; line++)
    for (const x of xs) {
      const size = x.length / lines;
      y.set(x.subarray(line * size, (line + 1) * size), at);
      at += size;
    }
  return y;
};`,
  },
  dot: {
    code: `const dot = ([a, b], n, normalize) =>
  new Float32Array(a.length / n).map((_, row) => {
    const product = (p, q) => {
      let sum = 0;
      for (let i = row * n; i < (row + 1) * n; i++) sum += p[i] * q[i];
      return sum;
    };
    return product(a, b) / (normalize ? Math.sqrt(Math.max(product(a, a) * product(b, b), 1e-24)) : 1);
  });`,
  },
  positions: {
    code: `const positions = (x, w) => x.map((v, i) => v + w[i]);`,
  },
  sinusoids: {
    code: `const sinusoids = (x, d) =>
  x.map((v, i) => {
    const k = i % d;
    const a = Math.floor(i / d) * 10000 ** (-(k - (k % 2)) / d);
    return v + (k % 2 ? Math.cos(a) : Math.sin(a));
  });`,
  },
  rotate: {
    code: `const rotate = (x, line, d) =>
  x.map((v, i) => {
    const [k, half] = [i % d, d / 2];
    const a = Math.floor(i / line) * 10000 ** (-(k % half) / half);
    return v * Math.cos(a) + (k < half ? -x[i + half] : x[i - half]) * Math.sin(a);
  });`,
  },
  attention: {
    needs: ['dense', 'rotate', 'softmax'],
    code: `const attention = (x, [wq, bq, wk, bk, wv, bv, wo, bo], heads, causal, rotary) => {
  const d = bo.length;
  const [t, width] = [x.length / d, d / heads];
  const turned = (y) => (rotary ? rotate(y, d, width) : y);
  const [q, k, v] = [turned(dense(x, wq, bq, d)), turned(dense(x, wk, bk, d)), dense(x, wv, bv, d)];
  const y = new Float64Array(x.length);
  for (let head = 0; head < d; head += width)
    for (let i = 0; i < t; i++) {
      const scores = new Float32Array(causal ? i + 1 : t).map((_, j) => {
        let sum = 0;
        for (let c = head; c < head + width; c++) sum += q[i * d + c] * k[j * d + c];
        return sum / Math.sqrt(width);
      });
      softmax(scores, scores.length).forEach((p, j) => {
        for (let c = head; c < head + width; c++) y[i * d + c] += p * v[j * d + c];
      });
    }
  return dense(Float32Array.from(y), wo, bo, d);
};`,
  },
  transformer: {
    needs: ['attention', 'dense', 'gelu', 'layerNorm'],
    code: `const transformer = (x, [w1, b1, ...rest], heads, causal, rotary) => {
  const [w2, b2, up, bu, down, bd] = rest.slice(8);
  const y = attention(layerNorm(x, w1, b1, 1e-5), rest.slice(0, 8), heads, causal, rotary);
  const h = x.map((v, i) => v + y[i]);
  const z = dense(gelu(dense(layerNorm(h, w2, b2, 1e-5), up, bu, bu.length)), down, bd, bd.length);
  return h.map((v, i) => v + z[i]);
};`,
  },
  embedding: {
    code: `const embedding = (x, w, units) => {
  const y = new Float32Array(x.length * units);
  x.forEach((id, i) => {
    if (!Number.isInteger(id) || id < 0 || id * units >= w.length)
      throw new Error(id + ' is no id; the ids are the whole numbers from 0 to ' + (w.length / units - 1));
    y.set(w.subarray(id * units, (id + 1) * units), i * units);
  });
  return y;
};`,
  },
  softmax: {
    code: `const softmax = (x, n) => {
  const y = new Float32Array(x.length);
  for (let from = 0; from < x.length; from += n) {
    const row = x.subarray(from, from + n);
    const most = row.reduce((a, b) => Math.max(a, b), -Infinity);
    const powers = Float64Array.from(row, (v) => Math.exp(v - most));
    const sum = powers.reduce((a, b) => a + b, 0);
    y.set(powers.map((v) => v / sum), from);
  }
  return y;
};`,
  },
  scale: each('scale', 'v * factor', 'factor'),
  relu: each('relu', 'v > 0 ? v : v !== v ? v : 0'),
  tanh: each('tanh', 'Math.tanh(v)'),
  sigmoid: each('sigmoid', '1 / (1 + Math.exp(-v))'),
  softplus: each('softplus', 'Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)))'),
  silu: each('silu', 'v / (1 + Math.exp(-v))'),
  leakyRelu: each('leakyRelu', 'v > 0 ? v : slope * v', 'slope'),
  elu: each('elu', 'v > 0 ? v : alpha * Math.expm1(v)', 'alpha'),
  selu: each('selu', '1.0507009873554805 * (v > 0 ? v : 1.6732632423543772 * Math.expm1(v))'),
  erf: {
    code: `const erf = (x) => {
  if (Math.abs(x) > 4) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 3; Math.abs(term) > 1e-12 * Math.abs(sum); n += 2) sum += term *= (2 * x * x) / n;
  return 1.1283791670955126 * Math.exp(-x * x) * sum;
};`,
  },
  gelu: { ...each('gelu', '(v / 2) * (1 + erf(v * Math.SQRT1_2))'), needs: ['erf'] },
  geluTanh: each('geluTanh', '(v / 2) * (1 + Math.tanh(0.7978845608028654 * (v + 0.044715 * v ** 3)))'),
  classesOf: {
    needs: ['sigmoid', 'softmax'],
    code: `const classesOf = (outputs, names) => {
  const probabilities = outputs.map((row) => {
    const x = Float32Array.from(row);
    if (row.length > 1) return [...softmax(x, row.length)];
    const [yes] = sigmoid(x);
    return [1 - yes, yes];
  });
  const labels = probabilities.map((row) => row.indexOf(Math.max(...row)));
  return { labels: names ? labels.map((label) => names[label]) : labels, probabilities };
};`,
  },
  cell: {
    code: `const cell = (row, i, name, place) => {
  if (Array.isArray(row) || ArrayBuffer.isView(row)) {
    if (place < row.length) return row[place];
    throw new Error('row ' + i + ' has ' + row.length + ' cells, and ' + JSON.stringify(name) + ' is at place ' + place);
  }
  if (typeof row === 'object' && row !== null && name in row) return row[name];
  throw new Error('row ' + i + ' has no ' + JSON.stringify(name) + '; give null where it is not known');
};`,
  },
  dayOf: {
    code: `const dayOf = (text) => {
  const found = /^(\\d{4})-(\\d\\d)-(\\d\\d)(?:[T ](\\d\\d):(\\d\\d)(?::(\\d\\d(?:\\.\\d+)?))?(Z|[+-]\\d\\d:?\\d\\d)?)?$/.exec(text);
  if (!found) return undefined;
  const [year, month, day, hours, minutes, seconds] = found.slice(1, 7).map((digits) => Number(digits ?? 0));
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  if (month < 1 || month > 12 || day < 1 || date.getUTCMonth() !== month - 1) return undefined;
  if (hours > 24 || minutes > 59 || seconds >= 61) return undefined;
  const zone = found[7] ?? 'Z';
  const ahead = zone === 'Z' ? 0 : (zone[0] === '-' ? -1 : 1) * (60 * Number(zone.slice(1, 3)) + Number(zone.slice(-2)));
  return date.getTime() / 86400000 + (hours * 3600 + (minutes - ahead) * 60 + seconds) / 86400;
};`,
  },
  valueOf: {
    needs: ['dayOf'],
    code: `const valueOf = (given, { type, words }) => {
  const isDate = Object.prototype.toString.call(given) === '[object Date]';
  const text = typeof given === 'string' ? given.trim() : isDate ? given.toISOString() : String(given);
  if (words) return words.indexOf(text);
  const word = text.toLowerCase();
  if (type === 'boolean')
    return ['true', 'yes', 'y', 't', '1'].includes(word) ? 1 : ['false', 'no', 'n', 'f', '0'].includes(word) ? 0 : undefined;
  if (type === 'date') return isDate ? given.getTime() / 86400000 : typeof given === 'string' ? dayOf(text) : undefined;
  if (typeof given === 'number') return given;
  return typeof given === 'string' && /^[+-]?(\\d+(\\.\\d*)?|\\.\\d+)(e[+-]?\\d+)?$/i.test(text) ? +text : undefined;
};`,
  },
  encode: {
    needs: ['cell', 'valueOf'],
    code: `const encode = (row, i, { fields, missingValues, refuses }) => {
  const y = [];
  for (const field of fields) {
    const { name, place, words, shift, spread, fill, oneHot, indicator } = field;
    const given = cell(row, i, name, place);
    const where = 'row ' + i + ', column ' + JSON.stringify(name) + ': ';
    const gap = given == null || Number.isNaN(given) || (typeof given === 'string' && missingValues.includes(given.trim()));
    if (gap && refuses.missing) throw new Error(where + 'the cell is missing; fill it in');
    const value = gap ? NaN : Math.fround(valueOf(given, field));
    if (!gap && !Number.isFinite(value)) throw new Error(where + JSON.stringify(given) + ' is no ' + field.type);
    if (value === -1 && words && refuses.unknown)
      throw new Error(where + JSON.stringify(given) + ' was not among the categories: ' + words.join(', '));
    if (oneHot) y.push(...words.map((_, j) => Number(j === value)));
    else if (words) y.push(value >= 0 ? value + 1 : 0);
    else y.push(((gap ? fill : value) - shift) / spread);
    if (indicator) y.push(Number(gap));
  }
  return Float32Array.from(y);
};`,
  },
  byName: {
    needs: ['cell'],
    code: `const byName = (row, i, names) =>
  names && typeof row === 'object' && row !== null && !Array.isArray(row) && !ArrayBuffer.isView(row)
    ? names.map((name, place) => cell(row, i, name, place))
    : row;`,
  },
  scaled: {
    code: 'const scaled = (x, shift, spread) => x.map((v, i) => (v === shift[i] ? 0 : (v - shift[i]) / spread[i]));',
  },
  unscaled: {
    code: 'const unscaled = (x, shift, spread) => x.map((v, i) => v * spread[i % spread.length] + shift[i % shift.length]);',
  },
  powers: {
    code: `const powers = (x, degree, total, bias) => {
  let rows = [[]];
  const left = (row) => (total ? degree - row.reduce((a, b) => a + b, 0) : degree);
  for (const _ of x) rows = rows.flatMap((row) => Array.from({ length: left(row) + 1 }, (_, power) => [...row, power]));
  if (!bias) rows = rows.filter((row) => row.some((power) => power > 0));
  return Float32Array.from(rows, (row) => row.reduce((product, power, i) => product * x[i] ** power, 1));
};`,
  },
};

/** Returns the text of the named functions and of all that they call, each once, dependencies first. */
export function helpersOf(names: Iterable<string>): string {
  const found = new Set<string>();
  const take = (name: string): void => {
    if (found.has(name)) return;
    HELPERS[name].needs?.forEach(take);
    found.add(name);
  };
  for (const name of names) take(name);
  return [...found].map((name) => HELPERS[name].code).join('\n');
}
