/** The frames with which the presets end: the first digits of the SHA-256 of their buffers. They are the same in every host, and change
 *  only with what a preset computes. */
export const FRAMES: Readonly<Record<string, string>> = {
  spirals: '69bb4d8c5b1a8ea8',
  linear: '6e0cb62816a299f2',
  overfitting: 'ea8b398cdb03103b',
  decay: '5bd8f835f5302ab1',
  early: 'cb53031957e7e723',
  liars: 'b13cff8e8e3ded36',
  honest: '635d611af3c9cbea',
  vanishing: 'c093aaa65a601e86',
  symmetric: '345f227b515721d4',
  rate: '816d9bfbf4259762',
};
