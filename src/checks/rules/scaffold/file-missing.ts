import { INIT } from '../../../core/plan.js';
import { defineRule } from '../../define-rule.js';
import { missing } from '../../missing-files.js';

export default defineRule({
  id: 'scaffold/file-missing',
  level: 'error',
  title: 'A file or an entry of the set-up is missing',
  fixable: true,
  fix: INIT,
  find: missing('file'),
});
