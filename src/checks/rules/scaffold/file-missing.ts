import { INIT } from '../../../core/plan.js';
import { defineRule } from '../../define-rule.js';
import { missing } from '../../missing-files.js';

export default defineRule({
  id: 'scaffold/file-missing',
  level: 'error',
  title: 'Set-up file is missing or incomplete',
  fixable: true,
  fix: INIT,
  find: missing('file'),
});
