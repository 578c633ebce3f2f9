// Loaded before the command line (NODE_OPTIONS=--import). It makes one call of node:fs fail, or sends a Ctrl-C then.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { call, at, code, signal } = JSON.parse(process.env.MEDDLE);
const real = fs[call];
let count = 0;
fs[call] = (...words) => {
  count += 1;
  if (count < at) return real(...words);
  if (signal) {
    if (count === at) process.kill(process.pid, signal);
    return real(...words);
  }
  throw Object.assign(new Error(`${code}: meddled`), { code });
};
syncBuiltinESMExports();
