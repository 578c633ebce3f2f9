import { main } from '../hooks/main.js';
import { command } from './spec.js';

/** Used for `lm --cwd ... hook` and similar. `lm hook` itself uses a faster entry in bin/. */
export const hook = command({
  builder: (yargs) => yargs,
  run: async () => {
    await main().catch(() => {});
    return { data: null, text: '' };
  },
});
