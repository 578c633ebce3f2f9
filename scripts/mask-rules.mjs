// Generates the patterns in the runtime and the table in the guide from the mask's rules. It does not build
// first, because the runtime may not compile before it has run.
import { tsImport } from 'tsx/esm/api';

const { main } = await tsImport('../packages/observability/rules/main.ts', import.meta.url);
main();
