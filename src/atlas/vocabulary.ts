/** `ai_task.type` of the AI Interaction Atlas, the terms that generated code may carry. */
export const AI_TASKS = [
  'generate',
  'classify',
  'verify',
  'transform',
  'summarize',
  'extract',
  'compare',
  'recommend',
  'predict',
  'explain',
  'translate',
  'rewrite',
  'analyze',
  'route',
  'orchestrate',
] as const;

export type AiTask = (typeof AI_TASKS)[number];

export function isAiTask(text: string): text is AiTask {
  return (AI_TASKS as readonly string[]).includes(text);
}
