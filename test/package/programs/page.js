import { xor } from './xor.js';

xor().then(
  (answer) => {
    document.title = answer;
  },
  (error) => {
    document.title = String(error);
  },
);
