/** The program's name on the command line. */
export const PROGRAM = 'create-something-observe';
