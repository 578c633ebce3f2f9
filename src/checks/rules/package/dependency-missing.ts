import { INIT } from '../../../core/plan.js';
import { defineRule } from '../../define-rule.js';
import { missing } from '../../missing-files.js';

export default defineRule({
  id: 'package/dependency-missing',
  level: 'error',
  title: 'package.json is missing an entry',
  fixable: true,
  fix: INIT,
  find: missing('dependency'),
});
