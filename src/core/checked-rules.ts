// Made by scripts/rules.mjs from the files in src/checks/rules: do not edit.

export const CHECKED_RULES = {
  'langfuse/model-call-unobserved': {
    level: 'error',
    title: 'Model call is not traced',
    fixable: true,
  },
  'langfuse/retired-client': {
    level: 'warning',
    title: 'langfuse v3 client is retired',
  },
  'langfuse/server-unobserved': {
    level: 'error',
    title: 'MCP server is not observed',
    fixable: true,
  },
  'langfuse/tool-untraced': {
    level: 'error',
    title: 'Tool is not traced',
    fixable: true,
  },
  'loom/file-missing': {
    level: 'error',
    title: 'Loom file is missing or out of date',
    fixable: true,
  },
  'package/dependency-missing': {
    level: 'error',
    title: 'package.json is missing an entry',
    fixable: true,
  },
  'runtime/vendored-copy-stale': {
    level: 'error',
    title: 'Vendored runtime is missing or out of date',
    fixable: true,
  },
  'scaffold/file-missing': {
    level: 'error',
    title: 'Set-up file is missing or incomplete',
    fixable: true,
  },
} as const;
