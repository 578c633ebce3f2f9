import type { McpClient, ToolResult } from './client.js';

export interface Call {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** The text of the result. */
  readonly says: string;
  /** `isError`: the tool returned it. `throws`: the tool threw, and the SDK returned `isError`. */
  readonly fails?: 'isError' | 'throws';
}

export interface Answer {
  readonly call: Call;
  readonly result: ToolResult;
}

const NOTES = ['1. Marsh harrier over the east dyke', '2. Water level down by 12 cm'] as const;

/**
 * The calls for each fixture. Later calls need the earlier ones. They include every tool, and every way a tool can end.
 */
export const CALLS = {
  demo: [
    {
      tool: 'add_note',
      input: { text: 'Marsh harrier over the east dyke', tags: ['birds'] },
      says: 'Saved note 1.',
    },
    { tool: 'add_note', input: { text: 'Water level down by 12 cm' }, says: 'Saved note 2.' },
    { tool: 'list_notes', input: {}, says: NOTES.join('\n') },
    { tool: 'search_notes', input: { query: 'harrier' }, says: NOTES[0] },
    { tool: 'summarize_notes', input: {}, says: 'The notebook holds 2 notes.' },
    { tool: 'share_note', input: { id: 1, audience: 'team' }, says: 'Shared note 1 with team.' },
    {
      tool: 'share_note',
      input: { id: 99, audience: 'public' },
      says: 'There is no note 99.',
      fails: 'isError',
    },
    { tool: 'print_notes', input: { copies: 2 }, says: 'Printed 2 of 2 notes.' },
    {
      tool: 'print_notes',
      input: { copies: 50 },
      says: 'The printer refused 50 copies: out of paper',
      fails: 'throws',
    },
  ],
  'sdk-v2': [
    { tool: 'list_stations', input: {}, says: 'brest, cuxhaven, dover' },
    {
      tool: 'get_high_waters',
      input: { station: 'brest', day: '2026-05-01' },
      says: '04:35 2.5 m\n17:00 2.5 m',
    },
    {
      tool: 'get_high_waters',
      input: { station: 'atlantis', day: '2026-05-01' },
      says: 'Unknown station: atlantis',
      fails: 'isError',
    },
    {
      tool: 'compare_stations',
      input: { first: 'dover', second: 'brest' },
      says: 'dover has the larger range.',
    },
    {
      tool: 'compare_stations',
      input: { first: 'dover', second: 'atlantis' },
      says: 'No range is known for atlantis',
      fails: 'throws',
    },
  ],
  platform: [
    { tool: 'ask_carrier', input: { parcel: 'p-17' }, says: 'p-17 is on its way' },
    { tool: 'register_parcel', input: { parcel: 'p-17' }, says: '1 in the book' },
    { tool: 'set_route', input: { parcel: 'p-17', route: 'north' }, says: 'north' },
    { tool: 'print_label', input: { parcel: 'p-17' }, says: 'To: p-17' },
    { tool: 'draw_number', input: {}, says: 'Number 1' },
  ],
} satisfies Record<string, readonly Call[]>;

/**
 * Makes the calls one after the other.
 * @throws Error if the server lists a tool that is never called, so that a new tool gets a test
 */
export async function callEverything(client: McpClient, calls: readonly Call[]): Promise<Answer[]> {
  const listed = (await client.listTools()).map((tool) => tool.name);
  const missed = listed.filter((name) => !calls.some((call) => call.tool === name));
  if (missed.length > 0) throw new Error(`No call is made to: ${missed.join(', ')}`);
  const answers: Answer[] = [];
  for (const call of calls) {
    answers.push({ call, result: await client.callTool(call.tool, call.input) });
  }
  return answers;
}

/** Describes the answers that are not expected. Empty if all are expected. */
export function unexpectedAnswers(answers: readonly Answer[]): string[] {
  return answers.flatMap(({ call, result }) => {
    const said = textOf(result);
    const failed = result.isError === true;
    if (said === call.says && failed === (call.fails !== undefined)) return [];
    return [
      `${call.tool} ${failed ? 'failed with' : 'answered'} ${JSON.stringify(said)}, not ${JSON.stringify(call.says)}`,
    ];
  });
}

function textOf(result: ToolResult): string {
  const content = result.content as readonly { type: string; text?: string }[];
  return content.map((part) => part.text ?? `<${part.type}>`).join('\n');
}
