import { INIT } from '../../../core/plan.js';
import { defineRule } from '../../define-rule.js';
import { missing } from '../../missing-files.js';

export default defineRule({
  id: 'loom/file-missing',
  level: 'error',
  title: 'Loom file is missing or out of date',
  fixable: true,
  fix: INIT,
  find: missing('loom'),
});
