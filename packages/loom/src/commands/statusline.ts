import { statusFacts } from '../agents/statusline.js';
import { command } from './spec.js';

export const statusline = command({
  builder: (yargs) => yargs,
  run: (args) => {
    const { facts, line } = statusFacts(args.cwd);
    return { data: facts, text: line };
  },
});
