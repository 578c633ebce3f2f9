import type { Fact, Family } from '../family.js';
import { unseenAiSdkCall } from '../model-calls/ai-sdk.js';
import { unseenModelCall } from '../model-calls/model-clients.js';
import { MODEL_CALL } from '../model-calls/model-text.js';
import { unseenWorkersAi } from '../model-calls/workers-ai.js';
import { lineOf, type Node } from '../syntax/syntax.js';

/** Model calls that can't be recorded. The others are read before, as model clients. */
export const modelCalls: Family = {
  id: 'model call',
  prefilter: MODEL_CALL,
  visit: {
    call(node, { imports, aiBinding }) {
      const what =
        unseenModelCall(node, imports) ??
        unseenAiSdkCall(node, imports.aiSdkNames) ??
        unseenWorkersAi(node, aiBinding);
      return remarkFor(node, what);
    },
    new: (node, { imports }) => remarkFor(node, unseenAiSdkCall(node, imports.aiSdkNames)),
  },
};

function remarkFor(node: Node, what: string | undefined): Fact[] {
  return what === undefined ? [] : [{ remark: { kind: 'model-call-unseen', line: lineOf(node), what } }];
}
