import { INIT } from '../../../core/plan.js';
import { defineRule } from '../../define-rule.js';
import { missing } from '../../missing-files.js';

export default defineRule({
  id: 'runtime/vendored-copy-stale',
  level: 'error',
  title: 'Vendored runtime is missing or out of date',
  fixable: true,
  fix: INIT,
  find: missing('vendor'),
});
