import { command } from './spec.js';
import { traceText } from './trace-text.js';
import { REMOTE, withViews } from './views.js';

export const trace = command({
  builder: (yargs) =>
    yargs.option('remote', REMOTE).positional('trace', {
      type: 'string',
      demandOption: true,
      describe: 'Trace id, or its first characters',
    }),
  run: (args) =>
    withViews(args, async ({ ask, wholeId }) => {
      const view = await ask('traces/:id', { id: await wholeId(args.trace) });
      return { data: view, text: traceText(view) };
    }),
});
