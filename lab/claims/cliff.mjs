import { clip, descend, sgd, surfaces } from 'regulus';
import { last } from '../claim.mjs';

export default {
  slides: '37–38',
  preset: 'cliff',
  claim:
    'At a cliff a step catapults the parameters far away; a gradient that is clipped where it exceeds a threshold does not.',
  program(seed) {
    const start = [1.02 + 0.01 * seed, 1];
    const walk = (rule) =>
      descend(surfaces.cliff.f, sgd({ learningRate: 0.5 }), { start, steps: 200, ...(rule && { clip: rule }) });
    const far = ({ points }) => Math.max(...points.map(([x]) => Math.abs(x)));
    const [plain, clipped] = [walk(), walk(clip.globalNorm(0.5))];
    return { plain: far(plain), clipped: far(clipped), value: last(clipped.values), path: clipped.points };
  },
  figure: (found, { pictures }) =>
    pictures.contours(surfaces.cliff, {
      paths: [{ name: 'clipped', points: found[0].path }],
      title: 'Clipped at the cliff',
    }),
  margins: [
    { what: 'farthest |x| without clipping', of: (r) => r.plain, least: 15 },
    { what: 'farthest |x| with clipping', of: (r) => r.clipped, most: 1.5 },
    { what: 'value at the end with clipping', of: (r) => r.value, most: 1e-3 },
  ],
};
