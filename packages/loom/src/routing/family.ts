import { modelName } from '../prices/model-names.js';

/**
 * Model family of all versions: `claude-sonnet` for `claude-sonnet-4-5-20250929`, `gpt-codex` for
 * `gpt-5.1-codex`.
 */
export function familyOf(model: string): string {
  const own = modelName(model).split('/').at(-1) ?? model;
  const parts = own
    .toLowerCase()
    .replace(/^(?:[a-z]{2,6}\.)?anthropic\./, '')
    .replace(/[-@]\d{8}|-\d{4}-\d{2}-\d{2}|-v\d+(?::\d+)?$|:\w+$|-latest$/g, '')
    .split('-')
    .filter((part) => !/^v?\d+(?:\.\d+)*[a-z]?$/.test(part));
  return parts.join('-') || own;
}
