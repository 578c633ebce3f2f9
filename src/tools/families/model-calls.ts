import type { Family } from '../family.js';
import { unseenModelCall } from '../model-calls/model-clients.js';
import { MODEL_CALL } from '../model-calls/model-text.js';
import { lineOf } from '../syntax/syntax.js';

/** Calls of language models that can't be recorded where they stand; those that can be are found before. */
export const modelCalls: Family = {
  id: 'model call',
  prefilter: MODEL_CALL,
  visit: {
    call(node, { imports }) {
      const what = unseenModelCall(node, imports);
      if (what === undefined) return [];
      return [{ remark: { kind: 'model-call-unseen', line: lineOf(node), what } }];
    },
  },
};
