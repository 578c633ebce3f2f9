import { main } from '../hooks/main.js';
import { command } from './spec.js';

/** Reached by `lm --cwd ... hook` and the like; `lm hook` itself takes a shorter way, in bin/. */
export const hook = command({
  builder: (yargs) => yargs,
  run: async () => {
    await main().catch(() => {});
    return { data: null, text: '' };
  },
});
