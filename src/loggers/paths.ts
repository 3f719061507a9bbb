/** The numbers of a record, and of the objects in it, with their paths such as 'validation.loss', in the order of the
 *  record. Everything else is left out. Numbers that are not finite are included; each format writes them in its own
 *  way. */
export const numbersOf = (record: object): [path: string, value: number][] =>
  Object.entries(record)
    .flatMap(([key, value]): [string, unknown][] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).map(([name, inner]) => [`${key}.${name}`, inner])
        : [[key, value]],
    )
    .filter((entry): entry is [string, number] => typeof entry[1] === 'number');
