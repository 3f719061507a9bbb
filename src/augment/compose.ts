import { made } from '../config.js';
import { OptionError } from '../errors.js';
import { shown } from '../options.js';
import { after } from './affine.js';
import { type Augmentation, checkAugmentation, type Images, type Motion, type Setting } from './augmentation.js';
import { geometric } from './geometric.js';

type Moving = Augmentation & Required<Pick<Augmentation, 'moves'>>;
const isMoving = (part: Augmentation): part is Moving => part.moves !== undefined;

/** Combines the maps of consecutive augmentations into one. */
function together(parts: readonly Moving[], images: Images, setting: Setting): Motion {
  let { size } = images;
  const maps = parts.map(({ moves }) => {
    const motion = moves({ n: images.n, size }, setting);
    size = motion.size;
    return motion.affine;
  });
  return { affine: maps.reduce(after), size };
}

/** Merges neighbours that only move pixels into one augmentation. */
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

/** Applies augmentations one after another. Neighbours that move pixels become one map, so images are interpolated only
 *  once, and pixels that one moves out of the image are not lost if the next one moves them back.
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
    // In evaluation they are applied one by one, because only crops move pixels there.
    apply: (batch, setting) => (setting.training ? runs : parts).reduce((now, part) => part.apply(now, setting), batch),
    ...(parts.every(isMoving) && {
      moves: (images: Images, setting: Setting) => together(parts as Moving[], images, setting),
    }),
  });
}
