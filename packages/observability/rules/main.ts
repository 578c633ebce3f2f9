import { readFileSync, writeFileSync } from 'node:fs';
import { generate, guideTable } from './generate.js';

const GUIDE = 'docs/guides/privacy.md';

/** Writes what is made from the rules: the module of the runtime, and the table in the guide. */
export function main(): number {
  writeFileSync('packages/observability/src/mask/rules.ts', generate());
  const guide = readFileSync(GUIDE, 'utf8');
  writeFileSync(
    GUIDE,
    guide.replace(/\| rule \|.*\n(?:\|.*\n)*/, () => guideTable()),
  );
  return 0;
}
