import type { State } from '../../state.js';
import type { Engine, Frame, Logged, Verdict } from '../../tab.js';
import { OUTCOMES, type Outcome } from './outcomes.js';
import { functionOf, optimizerOf, Race, type Track } from './race.js';
import { chosen, focusOf } from './spec.js';
import { type Ground, groundOf, startOf } from './surfaces.js';

/** A point counts as reached within this share of the domain's width. */
const NEAR = 0.02;
/** Beyond this many widths of the domain a path counts as diverged. */
const FAR = 10;
/** A step of more than this share of the domain's width, out of the domain, is a throw. */
const THROW = 0.5;
/** The most updates that a run may make. */
const MOST = 100_000;

/** What is known of a path, for each step: since which step it has been near a minimum, and whether a step so far has thrown it out. */
interface Past {
  readonly since: number[];
  readonly thrown: boolean[];
}

class DescentEngine implements Engine {
  #state: State = {};
  #pasts = new WeakMap<Track, Past>();
  #race?: Race;
  #ground!: Ground;
  step = 0;

  reset(state: State): void {
    this.#race?.dispose();
    this.#race = undefined;
    this.#state = state;
    this.#ground = groundOf(state);
    this.step = 0;
  }
  change(state: State): boolean {
    const changed = Object.keys(state).filter((key) => !Object.is(state[key], this.#state[key]));
    if (changed.some((key) => key !== 'focus')) return false;
    this.#state = state;
    return true;
  }
  get length(): number {
    return Number(this.#state.steps);
  }
  get ended(): boolean {
    const tracks = this.#race?.tracks;
    return !chosen(this.#state).length || (tracks?.every(({ end }) => end !== undefined && end <= this.step) ?? false);
  }
  /** The race, which is begun when it is first asked for: while a point is dragged, most settings are never looked at. */
  get #running(): Race {
    this.#race ??= new Race(this.#state);
    return this.#race;
  }

  advance(steps: number): number {
    const from = this.step;
    while (this.step < Math.min(from + steps, MOST)) {
      this.#running.to(this.step + 1);
      if (this.ended) break;
      this.step++;
    }
    return this.step - from;
  }

  frame(want: readonly string[]): Frame {
    const race = this.#running;
    const last = Math.max(this.length, this.step);
    race.to(last);
    const { tracks } = race;
    const points = new Float32Array(tracks.length * (last + 1) * 2);
    const values = new Float32Array(tracks.length * (last + 1));
    tracks.forEach(({ moments }, i) => {
      for (let k = 0; k <= last; k++) {
        // A path that has ended stays where it is.
        const { point, value } = moments[Math.min(k, moments.length - 1)];
        const at = i * (last + 1) + k;
        points[2 * at] = point[0];
        points[2 * at + 1] = point[1];
        values[at] = value;
      }
    });
    const outcomes = Uint8Array.from(tracks, (track) => OUTCOMES.indexOf(this.#outcome(track).kind));
    const norms = Float32Array.from(tracks, (track) => {
      const [x, y] = race.at(track, this.step).gradient;
      return Math.sqrt(x * x + y * y);
    });
    const numbers: Record<string, number> = { points: last + 1 };
    const focus = tracks.find(({ method }) => method === focusOf(this.#state));
    if (focus && want.includes('focus')) this.#detail(focus, numbers);
    return { step: this.step, numbers, arrays: { points, values, outcomes, norms } };
  }

  /** The next update of a method, and the curvature where it stands. */
  #detail(track: Track, numbers: Record<string, number>): void {
    const race = this.#running;
    const note = (name: string, [a, b]: ArrayLike<number> & Iterable<number>): void => {
      numbers[`${name}1`] = a;
      numbers[`${name}2`] = b;
    };
    const { point, value, gradient, used, vectors } = race.at(track, this.step);
    const after = race.after(track, this.step);
    note('point', point);
    note('gradient', gradient);
    note('used', used);
    note('next', after.point);
    for (const [name, before] of Object.entries(vectors)) {
      note(name, before);
      note(`${name}Next`, after.vectors[name]);
    }
    numbers.value = value;
    const [a, b, c] = race.hessian(point);
    const spread = Math.sqrt(((a - c) * (a - c)) / 4 + b * b);
    note('eigenvalue', [(a + c) / 2 - spread, (a + c) / 2 + spread]);
  }

  /** Whether a point is so near to a place, as a share of the domain's widths. */
  #near(point: Float32Array, [x, y]: readonly [number, number], share = NEAR): boolean {
    const [[left, right], [low, high]] = this.#ground.domain;
    return Math.abs(point[0] - x) <= share * (right - left) && Math.abs(point[1] - y) <= share * (high - low);
  }
  get #middle(): readonly [number, number] {
    const [[left, right], [low, high]] = this.#ground.domain;
    return [(left + right) / 2, (low + high) / 2];
  }
  /** The past of a path up to a step. It only grows, so that each step is looked at once, however long the run. */
  #past(track: Track, step: number): Past {
    const { domain, minima } = this.#ground;
    const known = this.#pasts.get(track) ?? { since: [0], thrown: [false] };
    this.#pasts.set(track, known);
    for (let k = known.since.length; k <= step; k++) {
      const [before, after] = [this.#running.at(track, k - 1).point, this.#running.at(track, k).point];
      const far = domain.some(([from, to], i) => Math.abs(after[i] - before[i]) > THROW * (to - from));
      known.since.push(minima.some((place) => this.#near(before, place)) ? known.since[k - 1] : k);
      known.thrown.push(known.thrown[k - 1] || (far && !this.#near(after, this.#middle, 0.5)));
    }
    return known;
  }

  #outcome(track: Track): { kind: Outcome; since: number } {
    const { minima, saddles, f } = this.#ground;
    const { point } = this.#running.at(track, this.step);
    const { since, thrown } = this.#past(track, this.step);
    const near = (place: readonly [number, number]): boolean => this.#near(point, place);
    const outside = !this.#near(point, this.#middle, 0.5);
    const lost = (track.end !== undefined && track.end <= this.step) || !this.#near(point, this.#middle, FAR);
    const kind = (): Outcome => {
      if (!minima.length && (outside || lost)) return 'escaped';
      if (lost) return 'diverged';
      if (thrown[this.step]) return 'thrown';
      const found = minima.find(near);
      if (found) return f(...found) > Math.min(...minima.map((place) => f(...place))) + 0.01 ? 'local' : 'arrived';
      if (saddles.some(near) && this.step > 0) return 'stuck';
      return 'moving';
    };
    return { kind: kind(), since: since[this.step] };
  }

  save(): unknown {
    return { step: this.step, state: this.#state };
  }
  load(saved: unknown): void {
    const { step, state } = saved as { step: number; state: State };
    this.#state = state;
    this.step = step;
  }
  parameters(): readonly Float32Array[] {
    const race = this.#running;
    return race.tracks.map((track) => race.at(track, this.step).point.slice());
  }

  program(state: State, _: readonly Logged[]): string {
    const { text } = functionOf(state);
    const optimizers = chosen(state).map((method) => `  ${method}: ${optimizerOf(state, method).text},\n`);
    const options = [
      ...[`start: [${startOf(state).join(', ')}]`, `steps: ${this.step}`],
      ...(state.clip ? [`clip: clip.globalNorm(${state.clip})`] : []),
      ...(state.noise ? [`noise: ${state.noise}`, `seed: ${state.seed}`] : []),
    ];
    const body = `const f = ${text};
const optimizers = {
${optimizers.join('')}};
const options = { ${options.join(', ')} };

// Where each optimizer is after the last step.
const ends = Object.values(optimizers).map((optimizer) => descend(f, optimizer, options).points.at(-1));

const bytes = new Uint8Array(Float32Array.from(ends.flat()).buffer);
const digest = await crypto.subtle.digest('SHA-256', bytes);
console.log([...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
`;
    const used = ['adagrad', 'adam', 'clip', 'descend', 'rmsprop', 'sgd', 'surfaces', 'tensor'].filter((name) =>
      new RegExp(`(?<![\\w.])${name}[(.]`).test(body),
    );
    return `// npm install regulus\nimport { ${used.join(', ')} } from 'regulus';\n\n${body}`;
  }

  verdict(): Verdict | undefined {
    const { tracks } = this.#running;
    if (!this.step || !tracks.length) return undefined;
    const found = tracks.map((track) => this.#outcome(track));
    const count = (...kinds: readonly Outcome[]): number => found.filter(({ kind }) => kinds.includes(kind)).length;
    const all = tracks.length;
    const numbers = {
      ...{ methods: all, steps: this.step, arrived: count('arrived'), local: count('local') },
      ...{ stuck: count('stuck'), thrown: count('thrown'), diverged: count('diverged'), escaped: count('escaped') },
      first: Math.min(...found.filter(({ kind }) => kind === 'arrived').map(({ since }) => since), this.step),
    };
    const kind = numbers.diverged
      ? 'diverged'
      : numbers.thrown
        ? 'thrown'
        : numbers.stuck
          ? numbers.stuck === all
            ? 'stuck'
            : 'parted'
          : numbers.local
            ? 'local'
            : numbers.arrived === all
              ? 'arrived'
              : numbers.escaped === all
                ? 'escaped'
                : numbers.arrived
                  ? 'some'
                  : 'none';
    return { kind, numbers };
  }

  dispose(): void {
    this.#race?.dispose();
    this.#race = undefined;
  }
}

export const descentEngine = (): Engine => new DescentEngine();
