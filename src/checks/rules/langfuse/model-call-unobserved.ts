import { INIT } from '../../../core/plan.js';
import { defineRule } from '../../define-rule.js';

/**
 * Model calls that `init` would still record. Calls inside an untraced tool belong to that tool's finding.
 */
export default defineRule({
  id: 'langfuse/model-call-unobserved',
  level: 'error',
  title: 'Model call is not traced',
  fixable: true,
  fix: INIT,
  order: 3,
  find: ({ changes }) =>
    changes.flatMap(({ path, models = [] }) =>
      models.map((line) => ({
        file: path,
        line,
        message: 'This model call is not recorded as a generation.',
      })),
    ),
});
