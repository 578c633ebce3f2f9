/** A change that is not possible with a splice. The planner shows a snippet to paste instead. */
export class NoPlaceError extends Error {}
