import { readFileSync } from 'node:fs';
import { sourceFiles } from './common.mjs';

for (const path of sourceFiles()) readFileSync(path, 'utf8');
