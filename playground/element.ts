import { effect } from '@preact/signals-core';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { PlaygroundElement, PresetInfo } from './api.js';
import { type Client, connect } from './client.js';
import { obeyParent } from './embed.js';
import { form } from './form.js';
import { ICONS } from './icons.js';
import { type Answer, type Order, type Pace, PACES } from './protocol.js';
import { copied, download, embedOf, linkOf, pngOf } from './share.js';
import { checked, presetOf, SEED, type State, type Value } from './state.js';
import { NONE, Store } from './store.js';
import { en, filled, type Strings } from './strings/en.js';
import { styles } from './styles.js';
import { figures } from './tabs/shared/styles.js';
import { TABS } from './tabs/index.js';
import type { Act, Frame, Tab, View, ViewContext } from './tab.js';
import { type Theme, THEMES } from './theme.js';

/** The languages that the element speaks: a line for each. */
const LANGUAGES: Readonly<Record<string, Strings>> = { en };
/** At most this often, in milliseconds, the element says how far it is. */
const TELL = 250;
/** From this width on the form stands beside the view; it takes so much room then, and the margins take theirs. As in the style sheet. */
const WIDE = 760;
const FORM = 266;
const MARGINS = 24;
/** How long the live region waits between sentences while training runs. */
const SPEAK = 3000;

const media = (query: string): boolean => matchMedia(query).matches;

/** The element `<regulus-playground>`. */
export class RegulusPlayground extends LitElement implements Omit<PlaygroundElement, keyof HTMLElement> {
  static override styles = [styles, figures];
  static override properties = {
    theme: { type: String, reflect: true },
    controls: { type: String },
    address: { type: Boolean },
    autoplay: { type: Boolean },
    preset: { noAccessor: true },
    state: { noAccessor: true },
    tab: { noAccessor: true },
    seed: { noAccessor: true },
    pace: { noAccessor: true },
  };
  /** 'auto' (default), 'light' or 'dark'. */
  declare theme: string;
  /** The groups, settings and parts that are shown, such as 'run,presets,l2,keep'; all without it. */
  declare controls: string | null;
  /** Whether the state is kept in the page's address, as in the playground's own page. */
  declare address: boolean;
  /** Whether the run starts as soon as the element is seen. Never under reduced motion. */
  declare autoplay: boolean;

  readonly #store = new Store<Tab>(TABS);
  readonly #strings = (): Strings => LANGUAGES[(this.lang || 'en').slice(0, 2)] ?? en;
  #client?: Client;
  #connecting = 0;
  #view?: View;
  #viewOf?: Tab;
  #stop?: () => void;
  #loop = 0;
  #credit = true;
  #dirty = true;
  #seen = false;
  #started = false;
  #obeys = false;
  #width = 0;
  #told = 0;
  #spoke = 0;
  #spoken = '';
  #verdictOf = '';
  #note = '';
  #text = '';
  #observers: { disconnect(): void }[] = [];
  readonly #settled: (() => void)[] = [];

  constructor() {
    super();
    this.theme = 'auto';
    this.controls = null;
    this.address = false;
    this.autoplay = false;
  }

  // —— The contract: properties and methods ——

  /** The settings as the text that the URL holds. */
  get state(): string {
    return this.#store.text.value;
  }
  set state(text: string) {
    this.#store.read(String(text));
    this.#begin();
  }
  get preset(): string {
    return this.#store.place.value.preset;
  }
  set preset(name: string) {
    const tab = [this.#store.tab.value, ...TABS].find(({ presets }) => presets.some((preset) => preset.name === name));
    if (!tab) return;
    this.#store.choose(tab, name);
    this.#begin();
  }
  /** The topic that is shown. */
  get tab(): string {
    return this.#store.place.value.tab;
  }
  set tab(name: string) {
    const tab = TABS.find((known) => known.name === name);
    if (!tab || tab === this.#store.tab.value) return;
    this.#store.choose(tab, tab.presets[0].name);
    this.#begin();
  }
  get seed(): number {
    return Number(this.#store.state.seed);
  }
  set seed(seed: number | string) {
    const read = checked(SEED, seed);
    if (read !== undefined) this.#set('seed', read);
  }
  get presets(): readonly PresetInfo[] {
    const { tabs } = this.#strings();
    return TABS.flatMap((tab) =>
      tab.presets.map(({ name, verdict }) => ({ name, tab: tab.name, verdict, ...tabs[tab.name].presets[name] })),
    );
  }
  get pace(): Pace {
    return this.#store.pace.value;
  }
  set pace(pace: Pace) {
    if (!PACES.includes(pace)) return;
    this.#store.pace.value = pace;
    if (this.#store.progress.value.running) this.#post({ type: 'run', pace });
  }
  /** The last frame: what the pictures show. */
  get frame(): Frame | undefined {
    return this.#store.frame.value;
  }
  get running(): boolean {
    return this.#store.progress.value.running;
  }
  get currentStep(): number {
    return this.#store.progress.value.step;
  }

  /** Starts the run, or continues it. */
  async run(): Promise<void> {
    await this.#ready();
    this.#post({ type: 'run', pace: this.pace });
    await this.#settle();
  }
  async pause(): Promise<void> {
    await this.#ready();
    this.#post({ type: 'pause' });
    await this.#settle();
  }
  /** Makes n steps, and waits for their picture. */
  async step(n = 1): Promise<void> {
    await this.#ready();
    this.#post({ type: 'step', steps: Math.max(1, Math.floor(Number(n)) || 1) });
    await this.#settle();
  }
  /** Begins again: with the same seed, or with another. */
  async reset({ seed }: { seed?: number } = {}): Promise<void> {
    if (seed !== undefined) {
      const read = checked(SEED, seed);
      if (read === undefined)
        throw new RangeError(`reset: seed is ${seed}; it must be a whole number from 0 to ${SEED.max}`);
      this.#store.set('seed', read);
    }
    this.#begin();
    await this.#ready();
    await this.#settle();
  }
  /** Goes back to a step of this run, which is computed again to the same bits. */
  async seek(step: number): Promise<void> {
    await this.#ready();
    this.#post({ type: 'seek', step: Math.max(0, Math.floor(Number(step)) || 0) });
    await this.#settle();
  }
  /** The SHA-256 of the parameters' bytes, in their order. */
  async hash(): Promise<string> {
    return (await this.#ready()).ask('hash') as Promise<string>;
  }
  /** A module that makes the same steps in Node, Deno or Bun, and prints the same hash. */
  async toProgram(): Promise<string> {
    return (await this.#ready()).ask('program') as Promise<string>;
  }
  /** The picture, as it stands. */
  async toSVG(): Promise<string> {
    await this.#ready();
    await this.#settle();
    return (this.#view as View).svg(this.#context());
  }
  async toPNG(): Promise<Blob> {
    return pngOf(await this.toSVG());
  }
  /** The curves, as comma-separated values; an empty text where the tab has none. */
  async toCSV(): Promise<string> {
    await this.#ready();
    await this.#settle();
    return this.#view?.csv?.(this.#context()) ?? '';
  }
  /** Waits until the run has ended. */
  async finished(): Promise<void> {
    await this.#ready();
    while (this.running) await new Promise((resolve) => setTimeout(resolve, 20));
    await this.#settle();
  }

  // —— Life ——

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.address) {
      if (location.hash.length > 1) this.#store.read(location.hash);
      addEventListener('hashchange', this.#moved);
      if (!this.#obeys) obeyParent(this as unknown as PlaygroundElement);
      this.#obeys = true;
    }
    this.#observe();
    const stops = [
      effect(() => {
        const { progress, frame, place, ignored, pace, failed, inPage, connected } = this.#store;
        for (const { value } of [progress, frame, place, ignored, pace, failed, inPage, connected]) void value;
        this.requestUpdate();
      }),
      effect(() => {
        const text = this.#store.text.value;
        if (this.address) this.#write(text);
      }),
    ];
    this.#stop = () => stops.forEach((stop) => stop());
    this.addEventListener('keydown', this.#keep);
    const own = ++this.#connecting;
    void connect(
      (answer) => own === this.#connecting && this.#hear(answer),
      (tab) => TABS.find(({ name }) => name === tab)?.load,
    ).then((client) => {
      if (own !== this.#connecting) return client.end();
      this.#client = client;
      this.#store.inPage.value = client.inPage;
      this.#store.connected.value = true;
      this.#begin();
      for (const resolve of this.#settled.splice(0)) resolve();
    });
    const turn = (): void => {
      this.#loop = requestAnimationFrame(turn);
      this.#ask();
    };
    turn();
  }
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#connecting++;
    cancelAnimationFrame(this.#loop);
    this.#client?.end();
    this.#client = undefined;
    this.#store.connected.value = false;
    this.#store.progress.value = NONE;
    this.#store.frame.value = undefined;
    this.#stop?.();
    this.#view?.dispose?.();
    this.#view = this.#viewOf = undefined;
    for (const observer of this.#observers.splice(0)) observer.disconnect();
    removeEventListener('hashchange', this.#moved);
    // What comes after it has an address of its own.
    clearTimeout(this.#writing);
    this.removeEventListener('keydown', this.#keep);
    this.#started = false;
    this.#seen = false;
  }

  #observe(): void {
    const size = new ResizeObserver(([{ contentRect }]) => {
      if (Math.abs(contentRect.width - this.#width) < 1) return;
      // In the next frame, because the update changes the height that is observed.
      requestAnimationFrame(() => {
        this.#width = contentRect.width;
        this.#dirty = true;
        this.requestUpdate();
      });
    });
    size.observe(this);
    // Off the screen no pictures are asked for; the run goes on.
    const sight = new IntersectionObserver(
      (entries) => {
        this.#seen = entries.at(-1)?.isIntersecting ?? true;
        this.#dirty = true;
        if (this.#seen) this.#autoplay();
      },
      { rootMargin: '100px' },
    );
    sight.observe(this);
    const changed = (): void => this.requestUpdate();
    for (const query of ['(prefers-color-scheme: dark)', 'print']) {
      const found = matchMedia(query);
      found.addEventListener('change', changed);
      this.#observers.push({ disconnect: () => found.removeEventListener('change', changed) });
    }
    this.#observers.push(size, sight);
  }
  #autoplay(): void {
    if (!this.autoplay || this.#started || !this.#seen || !this.#client || media('(prefers-reduced-motion: reduce)'))
      return;
    this.#started = true;
    this.#unheard(this.run());
  }

  readonly #moved = (): void => {
    if (location.hash.slice(1) !== this.#store.text.value) this.state = location.hash;
  };
  #writing?: ReturnType<typeof setTimeout>;
  #write(text: string): void {
    clearTimeout(this.#writing);
    this.#writing = setTimeout(() => {
      try {
        history.replaceState(history.state, '', `#${text}`);
      } catch {
        // A page in a sandbox has no history; the state is in the element all the same.
      }
    }, 300);
  }
  /** Decks of slides listen for arrows and spaces, which belong to the controls here. */
  readonly #keep = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' && event.composedPath()[0] !== this) event.stopPropagation();
  };

  // —— The worker ——

  #post(order: Order): void {
    this.#client?.post(order);
    this.#dirty = true;
  }
  /** Waits for the worker. */
  #ready(): Client | Promise<Client> {
    if (this.#client) return this.#client;
    return new Promise<void>((resolve) => this.#settled.push(resolve)).then(() => this.#ready());
  }
  /** Waits until everything that was ordered is done and drawn. */
  async #settle(): Promise<void> {
    const client = await this.#ready();
    await client.ask('settled');
    const view = this.#viewed();
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      this.#credit = false;
      client.post({ type: 'frame', want: view.want(this.#context()) });
    });
    await this.updateComplete;
  }
  readonly #waiting: (() => void)[] = [];

  #begin(): void {
    const { tab, state } = this.#store.place.value;
    this.#verdictOf = '';
    this.#say('');
    this.#post({ type: 'reset', tab, state });
    this.#changed();
    if (this.#client) this.#autoplay();
  }

  /** Asks for a picture where one is due: one at a time. */
  #ask(): void {
    const due = this.#dirty || this.#store.progress.value.running;
    if (!this.#client || !this.#credit || !due || !this.#seen || document.hidden) return;
    this.#credit = false;
    this.#dirty = false;
    this.#client.post({ type: 'frame', want: this.#viewed().want(this.#context()) });
  }

  #hear(answer: Answer): void {
    const { progress, frame, twin, failed } = this.#store;
    if (answer.type === 'failed') {
      failed.value = answer.message;
      this.#credit = true;
      return;
    }
    if (answer.type === 'frame') {
      this.#credit = true;
      // A frame may have been on its way while another tab was chosen, whose view could not read it.
      if (answer.tab !== this.tab) {
        this.#dirty = true;
        return;
      }
      frame.value = answer.frame;
      twin.value = answer.twin;
      for (const resolve of this.#waiting.splice(0)) resolve();
    }
    if (answer.type !== 'frame' && answer.type !== 'progress') return;
    if (progress.value.running && !answer.progress.running) this.#dirty = true;
    progress.value = answer.progress;
    this.#tell();
  }

  /** Sends the events, and lets the live region speak now and then. */
  #tell(): void {
    const { step, running, ended, verdict, length, run } = this.#store.progress.value;
    const now = performance.now();
    if (now - this.#told > TELL || !running) {
      this.#told = now;
      this.#dispatch('progress', { step, length, running });
    }
    const done = !running && verdict !== undefined && (ended || step >= length);
    const key = done ? `${run}:${step}:${verdict.kind}` : '';
    if (done && this.#verdictOf !== key) {
      this.#verdictOf = key;
      this.#dispatch(verdict.kind === 'diverged' ? 'diverged' : 'verdict', { step, ...verdict });
      this.#say(this.#verdict());
    } else if (running && now - this.#spoke > SPEAK && this.#view) {
      this.#spoke = now;
      this.#say(this.#view.status(this.#context()));
    }
  }
  #dispatch(name: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
  #say(sentence: string): void {
    if (this.#spoken === sentence) return;
    this.#spoken = sentence;
    this.requestUpdate();
  }
  #changed(): void {
    this.#dispatch('change', { state: this.state });
  }

  #set(key: string, value: Value): void {
    const live = this.#store.set(key, value);
    if (live === 'looks') {
      this.#dirty = true;
      this.#changed();
    } else if (live) {
      this.#post({ type: 'change', state: this.#store.state });
      this.#changed();
    } else this.#beginAsBefore();
  }
  /** Begins again, and runs if it was running. */
  #beginAsBefore(): void {
    const { running } = this;
    this.#begin();
    if (running) this.#post({ type: 'run', pace: this.pace });
  }
  /** Begins something that nobody waits for. Where the element is removed meanwhile, it is not done, which is no error. */
  #unheard(begun: Promise<void>): void {
    begun.catch(() => undefined);
  }
  // —— What is shown ——

  get #theme(): Theme {
    const dark = this.theme === 'dark' || (this.theme !== 'light' && media('(prefers-color-scheme: dark)'));
    return dark && !media('print') ? THEMES.dark : THEMES.light;
  }
  #viewed(): View {
    const tab = this.#store.tab.value;
    if (this.#viewOf !== tab || !this.#view) {
      this.#view?.dispose?.();
      this.#view = tab.view();
      this.#viewOf = tab;
      this.#store.frame.value = this.#store.twin.value = undefined;
    }
    return this.#view;
  }
  #context(): ViewContext {
    const { progress, frame, twin } = this.#store;
    const { verdict, running, marks, twin: twinVerdict } = progress.peek();
    const second = twin.peek();
    return {
      state: this.#store.place.peek().state,
      frame: frame.peek(),
      verdict,
      twin: second && { frame: second, verdict: twinVerdict },
      running,
      marks,
      theme: this.#theme,
      strings: this.#strings(),
      width: this.#width - MARGINS - (this.#formed && this.#width >= WIDE ? FORM : 0),
      still: media('(prefers-reduced-motion: reduce)'),
      pace: this.#store.pace.peek(),
      set: (key, value) => this.#set(key, value),
      act: (act: Act) => {
        this.#post({ type: 'act', act });
        this.#changed();
      },
      seek: (step) =>
        this.#unheard(step > progress.peek().reached ? this.step(step - this.currentStep) : this.seek(step)),
      redraw: () => {
        this.#dirty = true;
        this.requestUpdate();
      },
      say: (sentence) => this.#say(sentence),
    };
  }
  #verdict(): string {
    const { verdict } = this.#store.progress.value;
    const words = this.#strings().tabs[this.#store.tab.value.name];
    return verdict ? filled(words.verdicts[verdict.kind] ?? '', verdict.numbers) : '';
  }

  /** What is shown; undefined for everything. */
  get #parts(): ReadonlySet<string> | undefined {
    return this.controls === null ? undefined : new Set(this.controls.split(/[\s,]+/));
  }
  #shown(part: string): boolean {
    return this.#parts?.has(part) ?? true;
  }
  /** Whether there is a form. */
  get #formed(): boolean {
    const { fields } = this.#store.tab.value;
    return fields.some(({ key, group, hidden }) => !hidden && (this.#shown(key) || this.#shown(group)));
  }

  protected override render(): TemplateResult {
    const { ui, tabs } = this.#strings();
    const { ignored, failed, inPage, connected, progress, place } = this.#store;
    const tab = this.#store.tab.value;
    const view = this.#viewed();
    const context = this.#context();
    const { verdict } = progress.value;
    const done = !progress.value.running && (progress.value.ended || progress.value.step >= progress.value.length);
    const preset = presetOf(tab, place.value.preset);
    const words = tabs[tab.name];
    const status = failed.value
      ? filled(ui.failed, { message: failed.value })
      : connected.value
        ? done
          ? this.#verdict()
          : view.status(context)
        : ui.loading;
    const shown = this.#parts;
    return html`<div class="all" part="all" role="region" aria-label=${ui.name} lang=${this.#strings().lang}>
      ${this.#shown('run') ? this.#toolbar() : nothing}
      ${TABS.length > 1 && this.#shown('tabs') ? this.#tabs() : nothing}
      ${
        this.#shown('presets')
          ? html`<div class="presets" part="presets" role="group" aria-label=${ui.presets}>
              ${tab.presets.map(
                ({ name }) => html`<button type="button" aria-pressed=${name === preset.name}
                  @click=${() => this.#present(name)}>${words.presets[name]?.title ?? name}</button>`,
              )}
            </div>`
          : nothing
      }
      <p class="look" part="look">${words.presets[preset.name]?.look}</p>
      <p class="status ${failed.value ? 'warning' : done ? 'done' : ''}" part="status">${status}</p>
      ${verdict?.kind === 'diverged' && done && 'clip' in context.state && 'rate' in context.state ? this.#remedies(context.state) : nothing}
      <p class="unseen" role="status" aria-live="polite">${this.#spoken}</p>
      ${ignored.value.length ? html`<p class="note warning">${filled(ui.ignored, { keys: ignored.value.join(', ') })}</p>` : nothing}
      ${inPage.value ? html`<p class="note">${ui.inPage}</p>` : nothing}
      ${this.#note ? this.#noted() : nothing}
      <div class="body ${this.#formed ? 'formed' : ''}" part="body">
        ${
          !this.#formed
            ? nothing
            : html`<details class="settings" part="settings" ?open=${this.#width >= WIDE}>
                <summary>${ui.settings}</summary>
                ${form(tab, context.state, this.#strings(), context.set, shown)}
              </details>`
        }
        <div class="view" part="view">${view.template(context)}</div>
      </div>
    </div>`;
  }

  /** What helps where a run has diverged: the same run again, with another setting. */
  #remedies({ rate }: State): TemplateResult {
    const { ui } = this.#strings();
    const again = (key: string, value: number) => () => {
      this.#store.set(key, value);
      this.#begin();
      this.#unheard(this.run());
    };
    return html`<div class="tools">
      <button type="button" @click=${again('rate', Number(rate) / 2)}>${ui.halve}</button>
      <button type="button" @click=${again('clip', 1)}>${ui.clip}</button>
    </div>`;
  }

  #present(name: string): void {
    this.preset = name;
    this.#unheard(this.run());
  }

  #toolbar(): TemplateResult {
    const { ui } = this.#strings();
    const { running, step, reached } = this.#store.progress.value;
    const off = !this.#store.connected.value;
    return html`<div class="toolbar" part="toolbar" role="group" aria-label=${ui.controls}>
      <button class="main" type="button" ?disabled=${off} @click=${() => this.#unheard(running ? this.pause() : this.run())}>
        ${running ? ICONS.pause : ICONS.run}${running ? ui.pause : ui.run}</button>
      <button type="button" ?disabled=${off} @click=${() => this.#unheard(this.step(1))}>${ICONS.step}${ui.step}</button>
      <button type="button" ?disabled=${off} title=${ui.againHint} @click=${() => this.#beginAsBefore()}>${ICONS.again}${ui.again}</button>
      <button type="button" ?disabled=${off} title=${ui.newSeedHint} @click=${() => {
        this.#store.newSeed();
        this.#beginAsBefore();
      }}>${ICONS.seed}${ui.newSeed}</button>
      <select aria-label=${ui.pace} .value=${this.pace} @change=${(event: Event) => {
        this.pace = (event.target as HTMLSelectElement).value as Pace;
      }}>${PACES.map((pace) => html`<option value=${pace} ?selected=${pace === this.pace}>${ui.paces[pace]}</option>`)}</select>
      <div class="time" role="group" aria-label=${ui.time} title=${ui.timeHint}>
        <input type="range" aria-label=${ui.time} min="0" max=${Math.max(1, reached)} step="1" .value=${String(step)}
          ?disabled=${off} @input=${(event: Event) => this.#post({ type: 'seek', step: Number((event.target as HTMLInputElement).value) })} />
        <input type="number" aria-label=${ui.time} min="0" max=${reached} .value=${String(step)} ?disabled=${off}
          @change=${(event: Event) => this.#unheard(this.seek(Number((event.target as HTMLInputElement).value)))} />
      </div>
      ${this.#shown('menu') ? this.#menu() : nothing}
    </div>`;
  }

  #tabs(): TemplateResult {
    const { ui, tabs } = this.#strings();
    const { name } = this.#store.tab.value;
    return html`<div class="tabs" part="tabs" role="group" aria-label=${ui.tabs}>
      ${TABS.map(
        (tab) => html`<button type="button" aria-pressed=${tab.name === name} @click=${() => {
          this.tab = tab.name;
        }}>
          ${tabs[tab.name].title}</button>`,
      )}</div>`;
  }

  #menu(): TemplateResult {
    const { ui } = this.#strings();
    const choose = (work: () => Promise<void>) => (event: Event) => {
      (event.target as HTMLElement).closest('details')?.removeAttribute('open');
      void work().catch((error: Error) => this.#remark(filled(ui.failed, { message: error.message })));
    };
    const copy = (text: () => string | Promise<string>) =>
      choose(async () => {
        const content = await text();
        if (await copied(content)) this.#remark(ui.copied);
        else this.#remark(ui.notCopied, content);
      });
    const save = (name: string, content: () => Promise<Blob>) =>
      choose(async () => {
        download(`${this.preset}.${name}`, await content());
        this.#remark(ui.saved);
      });
    const text = async (content: Promise<string>, type: string): Promise<Blob> => new Blob([await content], { type });
    const entries: readonly [string, (event: Event) => void][] = [
      [ui.link, copy(() => linkOf(this.state, this.address))],
      [ui.embed, copy(() => embedOf(this.state))],
      [ui.program, copy(() => this.toProgram())],
      [ui.svg, save('svg', () => text(this.toSVG(), 'image/svg+xml'))],
      [ui.png, save('png', () => this.toPNG())],
      [ui.csv, save('csv', () => text(this.toCSV(), 'text/csv'))],
    ];
    return html`<details class="menu" part="menu">
      <summary>${ICONS.share}${ui.menu}</summary>
      <div class="list">${entries.map(([label, act]) => html`<button type="button" @click=${act}>${label}</button>`)}</div>
    </details>`;
  }
  #remark(note: string, text = ''): void {
    this.#note = note;
    this.#text = text;
    this.#say(note);
    if (!text) setTimeout(() => this.#note === note && this.#remark(''), 4000);
    this.requestUpdate();
  }
  #noted(): TemplateResult {
    const { ui } = this.#strings();
    return html`<div class="note">${this.#note}
      ${
        this.#text
          ? html`<textarea readonly rows="6" aria-label=${this.#note} .value=${this.#text}></textarea>
              <button type="button" @click=${() => this.#remark('')}>${ui.close}</button>`
          : nothing
      }</div>`;
  }

  protected override updated(_: PropertyValues): void {
    if (this.#width) this.#viewed().draw(this.#context(), this.renderRoot as ShadowRoot);
  }
}
