import { SaxesParser, type SaxesTagPlain } from 'saxes';

/** An element of a picture, with the words in it. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly parents: readonly string[];
  text: string;
}

/** The elements of an XML text. Throws where it is not well-formed; in browsers their own parser has to agree. */
export function elementsOf(xml: string): Element[] {
  const found: Element[] = [];
  const open: Element[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }: SaxesTagPlain) => {
    const element = { name, attributes, parents: open.map((each) => each.name), text: '' };
    found.push(element);
    open.push(element);
  });
  parser.on('text', (text) => {
    for (const element of open) element.text += text;
  });
  parser.on('closetag', () => open.pop());
  parser.write(xml).close();
  if (typeof DOMParser !== 'undefined') {
    const page = new DOMParser().parseFromString(xml, 'image/svg+xml');
    if (page.querySelector('parsererror')) throw new Error(page.documentElement.textContent ?? 'not well-formed');
  }
  return found;
}
