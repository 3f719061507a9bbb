/** Loggers, which write the numbers of a training to the screen, and into files that other tools read. */
export { console, type ConsoleOptions } from './console.js';
export { csv, type CsvOptions } from './csv.js';
export { jsonLines, type JsonLinesOptions } from './jsonLines.js';
export type { EpochLike, Logger, StepLike } from './logger.js';
export { tensorBoard, type TensorBoardOptions } from './tensorBoard.js';
