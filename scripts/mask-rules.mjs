// Writes what is made from the mask's rules: its patterns in the runtime, and the table in the guide. Builds nothing
// before: the runtime may not compile until this has run.
import { tsImport } from 'tsx/esm/api';

const { main } = await tsImport('../packages/observability/rules/main.ts', import.meta.url);
main();
