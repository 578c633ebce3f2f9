import { server } from './d1.js';
import { laptop } from './laptop.js';

/** For `describe.each`: tests of the shared code run on both. */
export const HOMES = [
  ['node:sqlite', laptop],
  ['D1', server],
] as const;
