import { type CallExpression, type Expression, type NewExpression, ts } from '../syntax/syntax.js';

/** Functions of the Vercel AI SDK that call a language model and that the runtime can record. */
const RECORDED = new Set(['generateText', 'streamText', 'generateObject', 'streamObject']);

/** Functions that call another kind of model. */
const UNSEEN =
  /^(embed|embedMany|rerank|(experimental_)?(generateImage|transcribe|generateSpeech|generateVideo))$/;

/** Local name → exported name, for a file's imports from the SDK. */
export type AiSdkNames = ReadonlyMap<string, string>;

/** The SDK's function in a call, also under another local name: `generateText`, `ask`, `ai.generateText`. */
export function aiSdkFunction(call: CallExpression, names: AiSdkNames): Expression | undefined {
  const { expression } = call;
  const exported = exportedName(expression, names);
  return exported !== undefined && RECORDED.has(exported) ? expression : undefined;
}

export function unseenAiSdkCall(call: CallExpression | NewExpression, names: AiSdkNames): string | undefined {
  const exported = exportedName(call.expression, names);
  if (exported === undefined) return undefined;
  const isUnseen = ts.isNewExpression(call) ? /Agent$/.test(exported) : UNSEEN.test(exported);
  return isUnseen ? exported : undefined;
}

function exportedName(expression: Expression, names: AiSdkNames): string | undefined {
  if (ts.isIdentifier(expression)) {
    const exported = names.get(expression.text);
    return exported === '*' ? undefined : exported;
  }
  const isOfAll =
    ts.isPropertyAccessExpression(expression) && names.get(expression.expression.getText()) === '*';
  return isOfAll ? expression.name.text : undefined;
}
