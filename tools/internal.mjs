/** The names that the main entry exports for the package's other entries alone. They are not declared, and check their arguments no further. */
export const INTERNAL = [
  ...['checkKeys', 'nearest', 'serveTraining', 'trainElsewhere'],
  ...['CsvReader', 'CsvSet', 'TableReader', 'TextCells', 'delimiterOf', 'fromTable', 'fromTableLike'],
  ...['built', 'checkModel', 'encodingOf', 'isMade'],
  ...['callable', 'finite', 'flag', 'inRange', 'integer', 'isGiven', 'oneOf', 'positive', 'record', 'refuse', 'shown'],
  ...[
    'readable',
    'short',
    'table',
    'hostExp',
    'hostLog',
    'studentQuantile',
    'twoSided',
    'permutation',
    'seedKey',
    'neighbours',
    'realize',
  ],
  ...['breathe', 'draws', 'now', 'packed', 'sha256Now', 'unpacked'],
  ...['directionOf', 'engineFor', 'foldsOf', 'checkDataset', 'refuseSealed', 'refuseShared', 'openSealed'],
  ...['isLearner', 'isModel', 'isRaw', 'isTensor', 'RawModel', 'behind', 'modelOf', 'lossFor'],
  ...['DTYPES', 'placeholder', 'sorted', 'survey', 'traceProgram'],
];
/** The names that other entries export for one another, and for lab/. */
export const INTERNAL_OF_ENTRIES = ['escaped', 'planOf', 'serveTrials', 'TRAININGS'];
