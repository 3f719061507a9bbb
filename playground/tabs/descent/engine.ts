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

class DescentEngine implements Engine {
  #state: State = {};
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
    tracks.forEach((track, i) => {
      for (let k = 0; k <= last; k++) {
        const { point, value } = race.at(track, k);
        points.set(point, 2 * (i * (last + 1) + k));
        values[i * (last + 1) + k] = value;
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

  #outcome(track: Track): { kind: Outcome; since: number } {
    const race = this.#running;
    const { domain, minima, saddles, f } = this.#ground;
    const widths = domain.map(([from, to]) => to - from);
    const near = (point: Float32Array, [x, y]: readonly [number, number], share = NEAR): boolean =>
      Math.abs(point[0] - x) <= share * widths[0] && Math.abs(point[1] - y) <= share * widths[1];
    const { point } = race.at(track, this.step);
    const middle = domain.map(([from, to]) => (from + to) / 2) as [number, number];
    const outside = !near(point, middle, 0.5);
    const lost = (track.end !== undefined && track.end <= this.step) || !near(point, middle, FAR);
    const kind = (): Outcome => {
      if (!minima.length && (outside || lost)) return 'escaped';
      if (lost) return 'diverged';
      for (let k = 1; k <= this.step; k++) {
        const [before, after] = [race.at(track, k - 1).point, race.at(track, k).point];
        const far = before.some((x, i) => Math.abs(after[i] - x) > THROW * widths[i]);
        if (far && !near(after, middle, 0.5)) return 'thrown';
      }
      const found = minima.find((place) => near(point, place));
      if (found) return f(...found) > Math.min(...minima.map((place) => f(...place))) + 0.01 ? 'local' : 'arrived';
      if (saddles.some((place) => near(point, place)) && this.step > 0) return 'stuck';
      return 'moving';
    };
    let since = this.step;
    while (since > 0 && minima.some((place) => near(race.at(track, since - 1).point, place))) since--;
    return { kind: kind(), since };
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
