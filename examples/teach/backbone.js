import { loadSafetensors, nn } from 'regulus';
import { fromKeras, fromOnnx, fromTfjs } from 'regulus/formats';

/** A network that has learned nothing: its filters at random tell colours and coarse shapes apart. */
export const random = () =>
  nn
    .sequential([
      nn.conv2d(16, 5, { stride: 2, activation: 'relu' }),
      nn.conv2d(32, 3, { stride: 2, activation: 'relu' }),
      nn.avgPool2d(3),
      nn.flatten(),
    ])
    .build([48, 48, 3], { seed: 1 });

/** The size of images for networks that take any. */
const ANY_SIZE = [96, 96, 3];
const bytesOf = async (file) => new Uint8Array(await file.arrayBuffer());

/** Reads a network from files that belong together. */
export async function read(files) {
  const named = (end) => files.filter(({ name }) => name.endsWith(end));
  const [onnx] = named('.onnx');
  if (onnx) return fromOnnx(await bytesOf(onnx));
  const [keras] = [...named('.keras'), ...named('.h5')];
  if (keras) return fromKeras(await bytesOf(keras));
  const [own] = named('.safetensors');
  if (own) return loadSafetensors(await bytesOf(own));
  const [json] = named('.json');
  if (!json) throw new Error('choose an .onnx, .keras or .safetensors file, or model.json with its .bin files');
  const weights = await Promise.all(named('.bin').map(async (file) => [file.name, await bytesOf(file)]));
  const text = await json.text();
  try {
    return fromTfjs(text, Object.fromEntries(weights));
  } catch (error) {
    // Networks of convolutions alone take images of any size, which has to be chosen.
    if (!/inputShape/.test(error.message)) throw error;
    return fromTfjs(text, Object.fromEntries(weights), { inputShape: ANY_SIZE });
  }
}

/** The parts at which a network can be cut, in their order; the last of them is where features are best: before the
 *  layers that decide. */
export function cuts(model) {
  const parts = Object.entries(model.children).map(([path, { config }]) => [path, config.name]);
  const decides = ['dense', 'softmax', 'dropout', 'reshape', 'op', 'sigmoid'];
  let last = parts.length;
  while (last > 1 && decides.includes(parts[last - 1][1])) last--;
  return parts.slice(0, last).map(([path]) => path);
}

/** The network up to a part, for pixels from 0 to 1; images are averaged over their places. */
export function upTo(model, path, from) {
  const shape = model.shape ?? ANY_SIZE;
  const cut = path ? model.upTo(path) : model;
  const spread = from < 0 ? [nn.op('mul', { args: [2] }), nn.op('sub', { args: [1] })] : [];
  const flat = nn.sequential([...spread, cut, nn.flatten()]).build(shape);
  if (flat.predict([zeros(shape)]).size <= 4096) return flat;
  return nn.sequential([...spread, cut, nn.globalAvgPool2d()]).build(shape);
}
const zeros = ([size, ...rest]) => Array.from({ length: size }, () => (rest.length ? zeros(rest) : 0));
