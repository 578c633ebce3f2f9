// Made by scripts/rules.mjs from the files in src/checks/rules: do not edit.
import langfuseModelCallUnobserved from './rules/langfuse/model-call-unobserved.js';
import langfuseRetiredClient from './rules/langfuse/retired-client.js';
import langfuseServerUnobserved from './rules/langfuse/server-unobserved.js';
import langfuseToolUntraced from './rules/langfuse/tool-untraced.js';
import loomFileMissing from './rules/loom/file-missing.js';
import packageDependencyMissing from './rules/package/dependency-missing.js';
import runtimeVendoredCopyStale from './rules/runtime/vendored-copy-stale.js';
import scaffoldFileMissing from './rules/scaffold/file-missing.js';

export const CHECK_RULES = [
  langfuseToolUntraced,
  langfuseServerUnobserved,
  langfuseModelCallUnobserved,
  langfuseRetiredClient,
  loomFileMissing,
  packageDependencyMissing,
  runtimeVendoredCopyStale,
  scaffoldFileMissing,
] as const;
