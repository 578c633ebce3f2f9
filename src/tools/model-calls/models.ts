import type { ModelClient } from '../site.js';
import { type CallExpression, isInert, type Node, type SourceFile, ts, walk } from '../syntax/syntax.js';
import type { ValueReader } from '../values/values.js';
import { type AiSdkNames, aiSdkFunction } from './ai-sdk.js';
import { sdkClient } from './model-clients.js';
import { isModelFetch } from './model-fetch.js';
import { MODEL_METHOD } from './model-text.js';
import { workersAi } from './workers-ai.js';

/** A file without this text calls no model, so most files need no walk. */
const CALLS_MODEL = new RegExp(String.raw`\.run\b|\bfetch\b|['"]ai['"]|${MODEL_METHOD}`);

/**
 * Finds the client expressions of model calls: `this.env.AI` in `this.env.AI.run('@cf/…', …)`, `generateText` in
 * `generateText({ … })`.
 * @param aiBinding name of the Workers AI binding
 */
export function findModelClients(
  file: SourceFile,
  options: {
    aiBinding: string;
    modules: ReadonlySet<string>;
    aiSdkNames: AiSdkNames;
    values: ValueReader;
  },
): ModelClient[] {
  const found: ModelClient[] = [];
  if (!CALLS_MODEL.test(file.text)) return found;
  walk(file, (node) => {
    if (isInert(node)) return false;
    if (!ts.isCallExpression(node) || isOfAnotherEvent(node)) return true;
    const client = clientOf(node, options);
    if (client) found.push({ start: client.getStart(), end: client.end, by: 'observeModel' });
    else if (isModelFetch(node, options.values)) {
      found.push({ start: node.expression.getStart(), end: node.expression.end, by: 'observeFetch' });
    }
    return true;
  });
  return found;
}

function clientOf(call: CallExpression, options: Parameters<typeof findModelClients>[1]) {
  return (
    workersAi(call, options.aiBinding, options.values) ??
    sdkClient(call, options) ??
    aiSdkFunction(call, options.aiSdkNames)
  );
}

/** Handlers of a Worker's other events (Cloudflare Workers runtime API). No tool call runs them. */
const OTHER_EVENTS = new Set(['scheduled', 'queue', 'email', 'tail', 'alarm', 'test']);

function isOfAnotherEvent(node: Node): boolean {
  for (let around: Node | undefined = node.parent; around; around = around.parent) {
    if (!ts.isMethodDeclaration(around) && !ts.isPropertyAssignment(around)) continue;
    if (OTHER_EVENTS.has(around.name.getText())) {
      const parent: Node = around.parent;
      const isWorkers = ts.isObjectLiteralExpression(parent) || ts.isClassLike(parent);
      if (isWorkers && isExportedWorker(parent)) return true;
    }
  }
  return false;
}

/** Returns true for `export default { … }` and exported classes. */
function isExportedWorker(node: Node): boolean {
  for (let around: Node | undefined = node; around; around = around.parent) {
    if (ts.isExportAssignment(around)) return true;
    if (ts.isFunctionLike(around)) return false;
  }
  const isExport = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined;
  return isExport?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}
