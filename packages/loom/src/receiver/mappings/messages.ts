import { isRecord, recordsOf } from '../../json-values.js';
import { jsonOrText } from '../attributes.js';
import type { WireSpan } from './row.js';

/** The messages, after the system instructions if those are separate. */
export function withInstructions(value: unknown, { attributes, events }: WireSpan): unknown {
  const messages = jsonOrText(value);
  const instructions =
    attributes['gen_ai.system_instructions'] ??
    events.find((event) => event.attributes['gen_ai.system_instructions'])?.attributes[
      'gen_ai.system_instructions'
    ];
  const system = systemMessages(jsonOrText(instructions));
  const hasOwn = recordsOf(messages).some(({ role }) => role === 'system');
  return Array.isArray(messages) && !hasOwn ? [...system, ...messages] : messages;
}

/** Parts of one message, complete messages, or a text. */
function systemMessages(instructions: unknown): unknown[] {
  if (typeof instructions === 'string' && instructions !== '') {
    return [{ role: 'system', content: instructions }];
  }
  const entries = recordsOf(instructions);
  if (entries.length > 0 && entries.every((entry) => Array.isArray(entry.parts))) {
    return entries.map((entry) => ({ role: 'system', ...entry }));
  }
  const texts = entries.flatMap((entry) => [entry, ...recordsOf(entry.parts)]).flatMap(textOf);
  return texts.length > 0 ? [{ role: 'system', content: texts.join('\n') }] : [];
}

function textOf({ content, text }: Record<string, unknown>): string[] {
  const parts = content ?? text;
  return typeof parts === 'string' ? [parts] : [];
}

const INPUT_EVENTS = /^gen_ai\.(system|user|assistant|tool)\.message$/;

/** Events of the conventions before 1.37, one for each message. */
export function messagesOfEvents(_value: unknown, { events }: WireSpan): unknown {
  const messages = events.flatMap(({ name, attributes }) => {
    const role = INPUT_EVENTS.exec(name)?.[1];
    return role === undefined ? [] : [{ role, ...contentOf(attributes) }];
  });
  return messages.length > 0 ? messages : undefined;
}

/** `gen_ai.choice`: one choice or a list. */
export function choicesOfEvents(value: unknown): unknown {
  const choices = recordsOf(value).map(contentOf);
  return choices.length === 1 ? choices[0] : choices;
}

function contentOf(attributes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  // Azure's SDKs put the whole body into one attribute. The provider is not a part of the message.
  const {
    'gen_ai.event.content': body,
    'gen_ai.system': _system,
    'gen_ai.provider.name': _provider,
    'event.name': _name,
    ...rest
  } = attributes;
  const content = jsonOrText(body);
  const all = isRecord(content)
    ? { ...rest, ...content }
    : content === undefined
      ? rest
      : { ...rest, content };
  return Object.fromEntries(Object.entries(all).map(([key, entry]) => [key, structured(key, entry)]));
}

/** Tool calls are JSON. Text stays text, and an id of digits stays text too. */
function structured(key: string, entry: unknown): unknown {
  return key !== 'content' && typeof entry === 'string' && /^\s*[{[]/.test(entry) ? jsonOrText(entry) : entry;
}

/** Reads the first existing attribute of these from an event. */
export function fromEvent(...names: string[]): (value: unknown) => unknown {
  return (value) => {
    const parts = recordsOf(value).flatMap((attributes) => names.map((name) => attributes[name]));
    const found = parts.find((entry) => entry !== undefined);
    return found === undefined ? undefined : jsonOrText(found);
  };
}

/** Turns `[{ message: { role } }]` into `[{ role }]`. Parses texts that are JSON. */
export function unwrapped(value: unknown): unknown {
  return Array.isArray(value)
    ? value.map((entry) => (isRecord(entry) && isRecord(entry.message) ? entry.message : entry))
    : value;
}
