import { html, type TemplateResult } from 'lit';
import { filled } from '../../strings/en.js';
import type { ViewContext } from '../../tab.js';
import { textOfPoints } from './points.js';
import { type Table, tableOf } from './table.js';

/** A field for a table of points, pasted or from a file. */
export class Paste {
  #text = '';
  #note = '';

  template(context: ViewContext): TemplateResult {
    const { words } = context.strings.tabs.plane;
    const read = (text: string) => {
      this.#text = text;
      context.redraw();
    };
    return html`<details class="table"><summary>${words.table}</summary>
      <p class="note" id="table-help">${words.tableHelp}</p>
      <textarea rows="4" aria-label=${words.table} aria-describedby="table-help" .value=${this.#text}
        @input=${(event: Event) => read((event.target as HTMLTextAreaElement).value)}></textarea>
      <div class="tools"><button type="button" ?disabled=${!this.#text.trim()} @click=${() => this.#use(context)}>${words.tableUse}</button>
        <label class="file">${words.tableFile} <input type="file" accept=".csv,.tsv,.txt,text/csv" @change=${async (
          event: Event,
        ) => {
          const [file] = (event.target as HTMLInputElement).files ?? [];
          if (!file) return;
          read(await file.text());
          this.#use(context);
        }} /></label></div>
      <p class="note">${this.#note}</p></details>`;
  }

  #use(context: ViewContext): void {
    const table = tableOf(this.#text);
    if ('points' in table) {
      context.set('data', 'own');
      context.set('points', textOfPoints(table.points));
    }
    this.#note = sentence(context, table);
    context.say(this.#note);
    context.redraw();
  }
}

/** What is said of a table. */
function sentence({ strings }: ViewContext, table: Table): string {
  const { words } = strings.tabs.plane;
  if ('wrong' in table) return filled(words[table.wrong], { ...table });
  const [zero, one] = table.classes;
  const taken = filled(words.tableTaken, { rows: table.points.length, zero, one });
  return table.points.length < table.all ? filled(words.tableSome, { all: table.all, sentence: taken }) : taken;
}
