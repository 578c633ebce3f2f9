import { INIT } from '../../../core/plan.js';
import { defineRule } from '../../define-rule.js';

/** A tool whose calls leave no trace is the gap that nobody notices until it is needed. */
export default defineRule({
  id: 'langfuse/tool-untraced',
  level: 'error',
  title: 'A tool opens no trace',
  fixable: true,
  fix: INIT,
  order: 1,
  find: ({ workers }) =>
    workers
      .flatMap(({ tools }) => tools)
      .filter(({ status }) => status === 'planned')
      .map(({ kind, name, file, line }) => ({
        file,
        line,
        message: `The ${kind} "${name}" opens no trace.`,
      })),
});
