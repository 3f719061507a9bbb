import { nn, ones } from 'regulus';
import { bars } from '../claim.mjs';

export default {
  slides: '24',
  claim: 'Each unit is retained with probability p, independently of the others.',
  program(seed) {
    const model = nn.sequential([nn.dropout({ keep: 0.7 })]).build([50], { seed });
    const kept = [];
    for (let k = 0; k < 40; k++)
      kept.push(
        ...model(ones([100, 50]), { training: true })
          .toArray()
          .map((row) => row.map((v) => Number(v !== 0))),
      );
    const share = (of) => kept.reduce((sum, row) => sum + of(row), 0) / kept.length;
    return { one: share((row) => row.reduce((a, b) => a + b, 0) / 50), both: share((row) => row[3] * row[4]) };
  },
  figure: (found, { pictures }) =>
    pictures.bars(
      bars(found, (r) => ({ 'one unit': r.one, 'two neighbours': r.both })),
      { title: 'Share that is kept, p = 0.7' },
    ),
  margins: [
    { what: 'share of units that are kept, p = 0.7', of: (r) => r.one, least: 0.69, most: 0.71 },
    {
      what: 'share of rows in which two neighbours are both kept, p² = 0.49',
      of: (r) => r.both,
      least: 0.46,
      most: 0.52,
    },
  ],
};
