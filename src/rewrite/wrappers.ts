import { type CallExpression, type SourceFile, ts, walk } from '../tools/syntax/syntax.js';
import { recogniseBody } from './shapes/body.js';
import { recogniseMessage } from './shapes/message.js';
import { recogniseModel } from './shapes/model.js';
import { recogniseServer } from './shapes/server.js';
import { recogniseStatements } from './shapes/statements.js';
import { recogniseTasks } from './shapes/tasks.js';
import { tracedFunction, writtenTask } from './shapes/trace.js';
import { recogniseValue } from './shapes/value.js';
import type { ImportedNames, Wrapper } from './wrapper.js';

/** Finds every wrapper of `init` by its shape. The values inside it may have changed since. */
export function findWrappers(file: SourceFile, names: ImportedNames): Wrapper[] {
  if (names.size === 0) return [];
  const found: Wrapper[] = [];
  walk(file, (node) => {
    const wrapper = ts.isCallExpression(node) ? recognise(node, names) : recogniseTasks(node);
    if (wrapper) found.push(wrapper);
  });
  return found;
}

function recognise(call: CallExpression, names: ImportedNames): Wrapper | undefined {
  const value = recogniseValue(call, names);
  if (value) return { ...value, isTrace: true };
  const around = recogniseModel(call, names) ?? recogniseServer(call, names);
  if (around) return around;
  const message = recogniseMessage(call, names);
  if (message) return message;
  const inner = tracedFunction(call, names);
  const wrapper = inner && (recogniseStatements(call, inner) ?? recogniseBody(call, inner));
  if (!wrapper) return undefined;
  const task = writtenTask(call, names);
  return { ...wrapper, isTrace: true, ...(task ? { task } : {}) };
}
