import { INIT } from '../../../core/plan.js';
import { defineRule } from '../../define-rule.js';

/** Calls of an untraced tool are invisible. */
export default defineRule({
  id: 'langfuse/tool-untraced',
  level: 'error',
  title: 'Tool is not traced',
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
        message: `The ${kind} "${name}" is not traced.`,
      })),
});
