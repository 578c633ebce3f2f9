/** Control characters except tab and line break, and characters that change the writing direction. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The colours that this program itself uses: bold, dim, red to cyan, and their ends. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape begins each
const OWN_COLOUR = /(\u001b\[(?:1|2|22|3[1-6]|39)m)/;

/**
 * Makes a text safe to print. Names in sources could move the cursor, hide text, write to the clipboard, or
 * start a command in a CI log.
 */
export function escapeForTerminal(text: string): string {
  return text
    .split(OWN_COLOUR)
    .map((part) => (OWN_COLOUR.test(part) ? part : escapeControls(part).replace(COMMAND, escapeCommand)))
    .join('');
}

/**
 * Escapes only control characters, for text inside a line. Colours and commands of CI logs do not matter
 * there.
 */
export function escapeControls(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(CONTROL, escapeCharacter);
}

/**
 * Prefixes that GitHub's runner treats as a command anywhere in a log; it skips blanks before the first kind.
 */
const COMMAND = /^[ \t]*::|##\[/gm;

function escapeCommand(command: string): string {
  return command.endsWith('[') ? '#\\u0023[' : command.replace('::', '\\u003a:');
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
