import { readFileSync, writeFileSync } from 'node:fs';
import { generate, generateIds, guideTable } from './generate.js';

const GUIDE = 'docs/guides/privacy.md';

/** Generates the module of the runtime and the table in the guide from the rules. */
export function main(): number {
  writeFileSync('packages/observability/src/mask/rules.ts', generate());
  writeFileSync('packages/observability/src/mask/rule-ids.ts', generateIds());
  const guide = readFileSync(GUIDE, 'utf8');
  writeFileSync(
    GUIDE,
    guide.replace(/\| rule \|.*\n(?:\|.*\n)*/, () => guideTable()),
  );
  return 0;
}
