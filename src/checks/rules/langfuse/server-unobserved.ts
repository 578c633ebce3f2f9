import { INIT } from '../../../core/plan.js';
import { defineRule } from '../../define-rule.js';

/** An unobserved server records nothing about requests that reach no handler. */
export default defineRule({
  id: 'langfuse/server-unobserved',
  level: 'error',
  title: 'MCP server is not observed',
  fixable: true,
  fix: INIT,
  order: 2,
  find: ({ workers }) =>
    workers
      .flatMap(({ servers }) => servers)
      .filter(({ status }) => status === 'planned')
      .map(({ name, file, line }) => ({
        file,
        line,
        message: `The server "${name}" is not observed: requests that reach no handler are not recorded.`,
      })),
});
