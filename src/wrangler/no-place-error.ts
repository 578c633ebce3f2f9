/** A change that can't be made by splicing this text. The planner turns it into a snippet to paste. */
export class NoPlaceError extends Error {}
