/** The numbers of a record with their paths, such as 'validation.loss', in the record's order: its own, and where a value is an
 *  object, that one's. Everything else is left out. Numbers that are not finite are here; formats write them as they can. */
export const numbersOf = (record: object): [path: string, value: number][] =>
  Object.entries(record)
    .flatMap(([key, value]): [string, unknown][] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).map(([name, inner]) => [`${key}.${name}`, inner])
        : [[key, value]],
    )
    .filter((entry): entry is [string, number] => typeof entry[1] === 'number');
