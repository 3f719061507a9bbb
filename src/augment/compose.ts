import { made } from '../config.js';
import { OptionError } from '../errors.js';
import { shown } from '../options.js';
import { after } from './affine.js';
import { type Augmentation, checkAugmentation, type Images, type Motion, type Setting } from './augmentation.js';
import { geometric } from './geometric.js';

type Moving = Augmentation & Required<Pick<Augmentation, 'moves'>>;
const isMoving = (part: Augmentation): part is Moving => part.moves !== undefined;

/** One map for several that follow one another. */
function together(parts: readonly Moving[], images: Images, setting: Setting): Motion {
  let { size } = images;
  const maps = parts.map(({ moves }) => {
    const motion = moves({ n: images.n, size }, setting);
    size = motion.size;
    return motion.affine;
  });
  return { affine: maps.reduce(after), size };
}

/** Neighbours that move pixels, side by side. */
function runsOf(parts: readonly Augmentation[]): Augmentation[] {
  const runs: Augmentation[] = [];
  let moving: Moving[] = [];
  const close = (): void => {
    if (moving.length > 1) {
      const run = moving;
      runs.push(geometric('compose', {}, (images, setting) => together(run, images, setting)));
    } else runs.push(...moving);
    moving = [];
  };
  for (const part of parts) {
    if (isMoving(part)) {
      moving.push(part);
      continue;
    }
    close();
    runs.push(part);
  }
  close();
  return runs;
}

/** One augmentation after another. Neighbours that move pixels become one map, and images are interpolated once: what one moves out of sight
 *  and the next one back is there again.
 *  @example augment.compose([augment.crop({ padding: 4 }), augment.flipHorizontal(), augment.cutout({ size: 8 })]) */
export function compose(parts: readonly Augmentation[]): Augmentation {
  if (!Array.isArray(parts) || !parts.length)
    throw new OptionError(
      `compose: takes a list of augmentations, not ${parts?.length === 0 ? 'an empty one' : shown(parts)}`,
    );
  Array.from(parts, (part, i) => checkAugmentation('compose', `entry ${i}`, part));
  const runs = runsOf(parts);
  return made({
    config: { name: 'compose', options: { parts } },
    // Evaluation goes one by one: nothing is moved there but by crops.
    apply: (batch, setting) => (setting.training ? runs : parts).reduce((now, part) => part.apply(now, setting), batch),
    ...(parts.every(isMoving) && {
      moves: (images: Images, setting: Setting) => together(parts as Moving[], images, setting),
    }),
  });
}
