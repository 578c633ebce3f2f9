import * as z from 'zod';
import { list } from './figures.js';

export const SavedView = z.strictObject({
  name: z.string().trim().min(1, 'must not be empty').max(80, 'must have at most 80 characters'),
  query: z
    .string()
    .max(4000, 'must have at most 4000 characters')
    .describe('Query string of the page Traces: time, filters, order, columns'),
});
export type SavedView = z.infer<typeof SavedView>;

export const SavedViews = z.object({
  rows: list(SavedView),
  problem: z.string().nullable().describe('Why they cannot be read'),
});
export type SavedViews = z.infer<typeof SavedViews>;

/** `POST /change/saved-views` takes one of these as JSON. It responds like `GET /view/saved-views`. */
export const SavedViewChange = z.union([
  z.strictObject({ save: SavedView }),
  z.strictObject({ remove: z.string() }),
]);
export type SavedViewChange = z.infer<typeof SavedViewChange>;
