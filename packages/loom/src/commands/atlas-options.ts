/** Options of commands that add Atlas terms; `readTerms` reads them. */
export const TASK = { type: 'string', describe: 'Atlas ai_task.type, such as generate' } as const;

export const ATLAS = {
  type: 'string',
  array: true,
  default: [] as string[],
  describe: 'Atlas term, dimension=term',
} as const;
