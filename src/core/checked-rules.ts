// Made by scripts/rules.mjs from the files in src/checks/rules: do not edit.

export const CHECKED_RULES = {
  'langfuse/model-call-unobserved': {
    level: 'error',
    title: 'Model calls are not recorded',
    fixable: true,
  },
  'langfuse/retired-client': {
    level: 'warning',
    title: 'Code uses the retired langfuse v3 client',
  },
  'langfuse/server-unobserved': {
    level: 'error',
    title: 'Requests that reach no handler are not recorded',
    fixable: true,
  },
  'langfuse/tool-untraced': {
    level: 'error',
    title: 'A tool opens no trace',
    fixable: true,
  },
  'loom/file-missing': {
    level: 'error',
    title: 'A file of Loom is missing or out of date',
    fixable: true,
  },
  'package/dependency-missing': {
    level: 'error',
    title: 'package.json lacks what the set-up needs',
    fixable: true,
  },
  'runtime/vendored-copy-stale': {
    level: 'error',
    title: 'The vendored runtime is missing or out of date',
    fixable: true,
  },
  'scaffold/file-missing': {
    level: 'error',
    title: 'A file or an entry of the set-up is missing',
    fixable: true,
  },
} as const;
