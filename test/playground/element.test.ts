import axe from 'axe-core';
import { afterEach, describe, expect, test } from 'vitest';
import type { PlaygroundElement } from '../../playground/api.js';
import { ENGINES } from '../../playground/engines.js';
import { stateOf } from '../../playground/state.js';
import { sessionOf } from './engines.js';

/** The built element, which starts the built worker. */
const built = '../../dist/playground.js';
const inPage = typeof document !== 'undefined';

async function mounted(attributes: Record<string, string> = {}, width = 1000): Promise<PlaygroundElement> {
  await import(/* @vite-ignore */ new URL(built, import.meta.url).href);
  const frame = document.createElement('div');
  frame.style.width = `${width}px`;
  const element = document.createElement('regulus-playground');
  for (const [name, value] of Object.entries({ pace: 'full', ...attributes })) element.setAttribute(name, value);
  frame.append(element);
  document.body.append(frame);
  return element;
}
const found = (element: PlaygroundElement, selector: string): HTMLElement =>
  element.shadowRoot?.querySelector(selector) as HTMLElement;
/** What axe finds against WCAG 2.2 AA. */
async function violationsIn(part: HTMLElement): Promise<string[]> {
  const { violations } = await axe.run(part, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)} (${failureSummary})`).join(' | ')}`,
  );
}
const event = (element: PlaygroundElement, name: string): Promise<CustomEvent> =>
  new Promise((resolve) => element.addEventListener(name, (heard) => resolve(heard as CustomEvent), { once: true }));

describe.skipIf(!inPage)('the element', () => {
  afterEach(() => document.body.replaceChildren());

  const presets = Object.values(ENGINES).flatMap((tab) => tab.presets.map((preset) => ({ ...preset, tab: tab.name })));
  test.each(presets)('$name: its address leads to its verdict and its hash', async ({ name, tab, verdict }) => {
    const element = await mounted({ state: `v=1&preset=${name}` });
    expect([element.tab, element.preset]).toEqual([tab, name]);
    const heard = event(element, verdict === 'diverged' ? 'diverged' : 'verdict');
    await element.run();
    await element.finished();
    expect((await heard).detail.kind).toBe(verdict);
    expect(found(element, '.status').textContent?.length).toBeGreaterThan(20);
    const session = await sessionOf(tab);
    session.reset(stateOf(ENGINES[tab], name));
    session.advance(session.engine.length);
    expect(await element.hash()).toBe(session.hash());
    expect(await element.toSVG()).toMatch(/^<svg [\s\S]*<title[\s\S]*<\/svg>\s*$/);
    session.engine.dispose();
  });

  test.each(['light', 'dark'])('has no violation of WCAG 2.2 AA in the %s theme', async (theme) => {
    const element = await mounted({ theme });
    for (const tab of Object.keys(ENGINES)) {
      element.tab = tab;
      await element.step(50);
      const details = [...(element.shadowRoot as ShadowRoot).querySelectorAll('details')];
      for (const detail of details) detail.open = !detail.matches('.menu');
      expect(await violationsIn(element)).toEqual([]);
      // The menu lies above others while it is open.
      const menu = found(element, 'details.menu') as HTMLDetailsElement;
      menu.open = true;
      expect(await violationsIn(menu)).toEqual([]);
      menu.open = false;
    }
  });

  test('fits into 320 pixels', async () => {
    const element = await mounted({}, 320);
    for (const tab of Object.keys(ENGINES)) {
      element.tab = tab;
      await element.step(5);
      for (const detail of (element.shadowRoot as ShadowRoot).querySelectorAll('details')) detail.open = true;
      await new Promise((resolve) => setTimeout(resolve, 100));
      const all = found(element, '.all');
      expect(all.scrollWidth).toBeLessThanOrEqual(320);
      const small = [...(element.shadowRoot as ShadowRoot).querySelectorAll('button, select, input, summary')].flatMap(
        (target) => {
          const { width, height } = target.getBoundingClientRect();
          return width && (width < 24 || height < 24) ? [`${target.outerHTML.slice(0, 100)} ${width} × ${height}`] : [];
        },
      );
      expect(small).toEqual([]);
    }
  });

  test('goes back in time to the same bits', async () => {
    const element = await mounted({ preset: 'spirals' });
    await element.step(100);
    const [hash, frame] = [await element.hash(), element.frame?.arrays.map];
    await element.step(333);
    await element.seek(100);
    expect(await element.hash()).toBe(hash);
    expect(element.frame?.arrays.map).toEqual(frame);
    expect(element.currentStep).toBe(100);
  });

  test.each([
    ['degrees', 1, 'ArrowLeft', (element: PlaygroundElement) => element.currentStep, 8],
    ['degrees', 1, 'ArrowRight', (element: PlaygroundElement) => element.currentStep, 9],
    ['straight', 0, 'ArrowRight', (element: PlaygroundElement) => /sigma=0.14\b/.test(element.state), true],
  ] as const)('%s: the last handle of pad %i moves by %s', async (preset, nth, key, of, expected) => {
    const element = await mounted({ preset });
    await element.step(9);
    const pads = (element.shadowRoot as ShadowRoot).querySelectorAll('.pad');
    const handle = pads[nth].querySelector('.handle:last-child') as HTMLElement;
    handle.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true }));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await element.hash();
    expect(of(element)).toBe(expected);
  });

  test('a click above a point moves it, and a click in the errors chooses a degree', async () => {
    const element = await mounted({ preset: 'degrees' });
    await element.step(9);
    const [points, errors] = (element.shadowRoot as ShadowRoot).querySelectorAll('.pad');
    const click = async (pad: Element, right: number, down: number): Promise<void> => {
      const { left, top, width, height } = pad.getBoundingClientRect();
      const [clientX, clientY] = [left + right * width, top + down * height];
      pad.dispatchEvent(new MouseEvent('click', { clientX, clientY, bubbles: true, composed: true }));
      await new Promise((resolve) => setTimeout(resolve, 100));
      await element.hash();
    };
    await click(errors, 0.5, 0.5);
    expect([4, 5]).toContain(element.currentStep);
    await click(errors, 0.9, 0.5);
    expect([8, 9]).toContain(element.currentStep);
    await click(points, 0.5, 0.25);
    expect(element.state).toMatch(/heights=[-\d.,]+/);
    expect(Math.max(...(element.frame?.arrays.points ?? []))).toBeGreaterThan(1);
  });

  test('offers what helps where a run has diverged', async () => {
    const element = await mounted({ preset: 'exploding' });
    await element.run();
    await element.finished();
    const button = (nth: number) => found(element, `.status + .tools button:nth-of-type(${nth})`);
    const heard = event(element, 'verdict');
    button(2).click();
    expect((await heard).detail.kind).toBe('good');
    expect(element.state).toContain('clip=1');
    expect(button(1)).toBeNull();
    element.preset = 'exploding';
    await element.run();
    await element.finished();
    button(1).click();
    expect(element.state).toContain('rate=0.5');
    await element.finished();
  });

  test('keeps a run to compare others with', async () => {
    const element = await mounted({ preset: 'spirals' });
    await element.step(50);
    const keep = found(element, '.map .joined + button');
    keep.click();
    await element.reset({ seed: 2 });
    await element.step(20);
    expect(keep.getAttribute('aria-pressed')).toBe('true');
    expect(found(element, '#map-keys').textContent).toContain('Dashed');
    keep.click();
    await element.step(1);
    expect(found(element, '#map-keys').textContent).not.toContain('Dashed');
  });

  test('takes a digit that is drawn or made of pixels, without a word to the run', async () => {
    const element = await mounted({ preset: 'digits' });
    await element.step(100);
    const [hash, root] = [await element.hash(), element.shadowRoot as ShadowRoot];
    const press = async (part: Element, event: Event): Promise<void> => {
      part.dispatchEvent(event);
      await element.pause();
    };
    const named = (name: string) =>
      [...root.querySelectorAll('button')].find(({ textContent }) => textContent === name);
    await press(named('Empty') as Element, new MouseEvent('click'));
    const inked = () => [...(element.frame?.arrays.image ?? [])].flatMap((ink, i) => (ink ? [i] : []));
    expect(inked()).toEqual([]);
    const pad = found(element, '.pad.ink');
    for (const key of ['ArrowRight', 'ArrowDown', ' ']) await press(pad, new KeyboardEvent('keydown', { key }));
    expect(inked()).toEqual([9]);
    await press(pad, new KeyboardEvent('keydown', { key: 'Enter' }));
    expect(inked()).toEqual([]);
    const { left, top, width } = pad.getBoundingClientRect();
    const at = (x: number, y: number) => ({ clientX: left + (x * width) / 8, clientY: top + (y * width) / 8 });
    // What a script makes is no pointer that could be captured.
    pad.setPointerCapture = () => undefined;
    pad.hasPointerCapture = () => true;
    await press(pad, new PointerEvent('pointerdown', at(4, 1)));
    await press(pad, new PointerEvent('pointermove', at(4, 7)));
    for (let row = 1; row < 7; row++) expect(inked()).toEqual(expect.arrayContaining([8 * row + 3, 8 * row + 4]));
    expect(element.frame?.numbers.label).toBe(-1);
    expect(await element.hash()).toBe(hash);
    expect(element.state).toMatch(/drawn=[0-9a-g]{64}/);
    await press(named('Another digit') as Element, new MouseEvent('click'));
    expect(element.state).not.toContain('drawn');
    expect(element.frame?.numbers.label).toBeGreaterThan(-1);
    expect(element.currentStep).toBe(100);
  });

  test('shows a second run that differs in one setting, which may be another one', async () => {
    const element = await mounted({ preset: 'twins' });
    await element.step(50);
    const [hash, map] = [await element.hash(), () => found(element, '#twin-map')];
    expect(map().getBoundingClientRect().width).toBeGreaterThan(200);
    const choose = async (value: string): Promise<void> => {
      const select = found(element, '#twin') as HTMLSelectElement;
      select.value = value;
      select.dispatchEvent(new Event('change'));
      await element.step(50);
    };
    expect(found(element, '.map:nth-of-type(2) h3').textContent).toBe('L2: 0.1');
    await choose('optimizer');
    expect(element.state).toContain('twin=optimizer:adamw');
    expect(found(element, '.map:nth-of-type(2) h3').textContent).toBe('Optimizer: AdamW');
    expect(await element.hash()).toBe(hash);
    expect(await violationsIn(found(element, '.plane'))).toEqual([]);
    await choose('');
    expect(map()).toBeNull();
    expect(await element.hash()).toBe(hash);
  });

  test('takes points from a table, and says what is wrong with one', async () => {
    const element = await mounted({ preset: 'spirals' });
    await element.step(1);
    const details = found(element, '.table') as HTMLDetailsElement;
    details.open = true;
    const field = details.querySelector('textarea') as HTMLTextAreaElement;
    const use = async (text: string): Promise<string | undefined> => {
      field.value = text;
      field.dispatchEvent(new Event('input'));
      await element.step(1);
      details.querySelector('button')?.click();
      await element.step(1);
      return details.querySelector('p:last-child')?.textContent ?? undefined;
    };
    expect(await use('1,2,a\n3,x,b')).toContain('Row 2 is "3,x,b"');
    expect(element.state).not.toContain('points');
    expect(await use('x,y,class\n0,0,no\n1,1,yes\n2,0,no\n3,1,yes')).toBe('4 points of no (orange) and yes (blue).');
    expect(element.state).toContain('data=own');
    expect(element.frame?.numbers.rows).toBe(3);
    expect(await violationsIn(details)).toEqual([]);
  });

  test('leads from a line of the network to the field of its weight', async () => {
    const element = await mounted({ preset: 'bent' });
    await element.step(20);
    const edges = found(element, '#edges');
    const { left, top, width, height } = edges.getBoundingClientRect();
    // From the first of two units to the output, in the middle: see the places of units.
    const side = found(element, '.unit').getBoundingClientRect().width;
    const at = { clientX: left + width - side - 8, clientY: top + height / 2 };
    edges.dispatchEvent(new MouseEvent('click', { ...at, bubbles: true }));
    await element.step(1);
    const focused = element.shadowRoot?.activeElement as HTMLInputElement;
    expect(focused?.closest('.weights')?.textContent).toContain('Weights into the output');
    const hash = await element.hash();
    focused.value = '-3';
    focused.dispatchEvent(new Event('change'));
    await element.pause();
    expect(await element.hash()).not.toBe(hash);
    expect(element.frame?.arrays.weights).toContain(-3);
    expect(element.frame?.arrays.warp).toHaveLength(400);
    expect(found(element, '.warp svg')).not.toBeNull();
  });

  test('says which keys of an address it ignores, and goes on', async () => {
    const element = await mounted({ state: 'preset=spirals&rate=-3&nonsense=%F0&seed=2' });
    await element.step(3);
    const note = found(element, '.note.warning').textContent ?? '';
    for (const key of ['rate', 'nonsense']) expect(note).toContain(key);
    expect(element.seed).toBe(2);
    expect(element.currentStep).toBe(3);
  });

  test('begins again with the same seed or another one', async () => {
    const element = await mounted({ preset: 'spirals', seed: '5' });
    await element.step(40);
    const first = await element.hash();
    await element.reset();
    expect(element.currentStep).toBe(0);
    await element.step(40);
    expect(await element.hash()).toBe(first);
    await element.reset({ seed: 6 });
    await element.step(40);
    expect(await element.hash()).not.toBe(first);
    await expect(element.reset({ seed: -1 })).rejects.toThrow('reset: seed is -1');
  });

  test('shows only the parts that `controls` names', async () => {
    const element = await mounted({ controls: 'run,l2' });
    await element.step(1);
    const labels = [...(element.shadowRoot as ShadowRoot).querySelectorAll('.settings label')].map(
      ({ textContent }) => textContent,
    );
    expect(labels).toEqual(['L2']);
    expect(found(element, '.presets')).toBeNull();
    expect(found(element, '.toolbar')).not.toBeNull();
  });

  test('gives the view all the room where there is no form', async () => {
    const element = await mounted({ controls: 'run' }, 1000);
    await element.step(1);
    expect(found(element, '.view').getBoundingClientRect().width).toBe(976);
    element.controls = null;
    await element.step(1);
    expect(found(element, '.view').getBoundingClientRect().width).toBe(710);
  });

  test('lives on after it was moved, and ends with its page', async () => {
    const element = await mounted();
    await element.step(2);
    element.remove();
    document.body.append(element);
    await element.step(3);
    expect(element.currentStep).toBe(3);
  });
});
