/** The version of this library, which a test compares with package.json: machines with different ones would not agree on bits. */
export const VERSION = '0.1.0';
