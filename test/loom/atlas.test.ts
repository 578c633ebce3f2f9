import { expect, expectTypeOf, it } from 'vitest';
import { AI_TASK_TYPES } from '../../packages/loom/src/atlas.js';
import type { AITaskType } from '../../packages/observability/src/index.js';
import { AI_TASKS } from '../../src/atlas/vocabulary.js';

it('the task types are the same in the generator, the runtime and Loom, which share no code', () => {
  expect(AI_TASK_TYPES).toEqual(AI_TASKS);
  // tsc checks this, because the runtime has them only as a type.
  expectTypeOf<(typeof AI_TASKS)[number]>().toEqualTypeOf<AITaskType>();
});
