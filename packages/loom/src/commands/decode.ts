import { loadPricer } from '../prices/pricer.js';
import { decodeAgain } from '../receiver/sqlite/decode-again.js';
import { command, withLoom } from './spec.js';

export const decode = command({
  builder: (yargs) => yargs,
  run: (args) =>
    withLoom(args, async (db, loomDir) => {
      const result = decodeAgain(db, await loadPricer(loomDir));
      const { read, changed, sent } = result;
      const lines = [
        read === 0 ? 'No spans are stored.' : `${read} spans were read again; ${changed} changed.`,
        ...(sent > 0
          ? [`${sent} of these were sent to Langfuse before. Langfuse keeps the old values.`]
          : []),
      ];
      return { data: result, text: lines.join('\n') };
    }),
});
