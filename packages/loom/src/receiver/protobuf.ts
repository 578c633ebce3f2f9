import { PbfReader, PbfWriter } from 'pbf';
import { Refused } from '../http/refused.js';

/*
 * Reads the protobuf messages of OTLP exports into OTLP/JSON objects, so that one check and one decoder
 * handle both (opentelemetry-proto: trace.proto, logs.proto, metrics.proto, common.proto, resource.proto).
 */

interface Field {
  readonly key: string;
  /** Wire type. 0: varint, 1: 64 bits, 2: with a length. */
  readonly wire: 0 | 1 | 2;
  /** Reads the value; the reader is positioned before it. */
  readonly read: (pbf: PbfReader, depth: number) => unknown;
  readonly repeated?: true;
}

type Message = Readonly<Record<number, Field>>;

/** Maximum nesting of messages, such as values in lists. Real exports have about ten levels. */
const MAX_DEPTH = 200;

const text = (key: string): Field => ({ key, wire: 2, read: readText });
const id = (key: string): Field => ({ key, wire: 2, read: (pbf) => hex(readBytes(pbf)) });
const nanos = (key: string): Field => ({ key, wire: 1, read: readFixed64 });
/** The message is a function, because values may contain values. */
const one = (key: string, message: () => Message): Field => ({
  key,
  wire: 2,
  read: (pbf, depth) => readMessage(pbf, message(), endOf(pbf), depth + 1),
});
const list = (key: string, message: () => Message): Field => ({ ...one(key, message), repeated: true });

const ANY_VALUE: Message = {
  1: text('stringValue'),
  2: { key: 'boolValue', wire: 0, read: (pbf) => pbf.readBoolean() },
  3: { key: 'intValue', wire: 0, read: (pbf) => String(pbf.readVarint(true)) },
  4: { key: 'doubleValue', wire: 1, read: readDouble },
  5: one('arrayValue', () => ARRAY_VALUE),
  6: one('kvlistValue', () => KEY_VALUE_LIST),
  7: { key: 'bytesValue', wire: 2, read: (pbf) => base64(readBytes(pbf)) },
};
const ARRAY_VALUE: Message = { 1: list('values', () => ANY_VALUE) };
const KEY_VALUE: Message = { 1: text('key'), 2: one('value', () => ANY_VALUE) };
const KEY_VALUE_LIST: Message = { 1: list('values', () => KEY_VALUE) };
const ATTRIBUTES = list('attributes', () => KEY_VALUE);
const STATUS: Message = {
  2: text('message'),
  3: { key: 'code', wire: 0, read: (pbf) => pbf.readVarint() },
};
const EVENT: Message = { 1: nanos('timeUnixNano'), 2: text('name'), 3: ATTRIBUTES };
const SPAN: Message = {
  1: id('traceId'),
  2: id('spanId'),
  4: id('parentSpanId'),
  5: text('name'),
  7: nanos('startTimeUnixNano'),
  8: nanos('endTimeUnixNano'),
  9: ATTRIBUTES,
  11: list('events', () => EVENT),
  15: one('status', () => STATUS),
};
const SCOPE: Message = { 1: text('name') };
const SCOPE_SPANS: Message = { 1: one('scope', () => SCOPE), 2: list('spans', () => SPAN) };
const RESOURCE: Message = { 1: ATTRIBUTES };
const RESOURCE_SPANS: Message = {
  1: one('resource', () => RESOURCE),
  2: list('scopeSpans', () => SCOPE_SPANS),
};
const LOG_RECORD: Message = {
  1: nanos('timeUnixNano'),
  2: { key: 'severityNumber', wire: 0, read: (pbf) => pbf.readVarint() },
  3: text('severityText'),
  5: one('body', () => ANY_VALUE),
  6: ATTRIBUTES,
  9: id('traceId'),
  10: id('spanId'),
  11: nanos('observedTimeUnixNano'),
  12: text('eventName'),
};
const SCOPE_LOGS: Message = { 1: one('scope', () => SCOPE), 2: list('logRecords', () => LOG_RECORD) };
const RESOURCE_LOGS: Message = {
  1: one('resource', () => RESOURCE),
  2: list('scopeLogs', () => SCOPE_LOGS),
};
/** Points of metrics are only counted. */
const POINTS: Message = { 1: list('dataPoints', () => ({})) };
const METRIC: Message = {
  1: text('name'),
  5: one('gauge', () => POINTS),
  7: one('sum', () => POINTS),
  9: one('histogram', () => POINTS),
  10: one('exponentialHistogram', () => POINTS),
  11: one('summary', () => POINTS),
};
const SCOPE_METRICS: Message = { 1: one('scope', () => SCOPE), 2: list('metrics', () => METRIC) };
const RESOURCE_METRICS: Message = {
  1: one('resource', () => RESOURCE),
  2: list('scopeMetrics', () => SCOPE_METRICS),
};

export type Signal = 'traces' | 'logs' | 'metrics';

const EXPORTS: Readonly<Record<Signal, Message>> = {
  traces: { 1: list('resourceSpans', () => RESOURCE_SPANS) },
  logs: { 1: list('resourceLogs', () => RESOURCE_LOGS) },
  metrics: { 1: list('resourceMetrics', () => RESOURCE_METRICS) },
};

/** Fields that a span must have, but that proto3 omits if they are 0 or empty. */
const SPAN_DEFAULTS = { startTimeUnixNano: '0', endTimeUnixNano: '0' };

/** An export in the shape of OTLP/JSON. Throws if the body is not such a message. */
export function readProtobuf(bytes: Uint8Array, signal: Signal = 'traces'): unknown {
  try {
    return readMessage(new PbfReader(bytes), EXPORTS[signal], bytes.length, 0);
  } catch (error) {
    throw new Refused(
      400,
      `The body is not an OTLP ${signal} export in protobuf: ${(error as Error).message}`,
    );
  }
}

function readMessage(pbf: PbfReader, message: Message, end: number, depth: number): Record<string, unknown> {
  if (depth > MAX_DEPTH) {
    throw new Error(`nested more than ${MAX_DEPTH} levels deep`);
  }
  const result: Record<string, unknown> = message === SPAN ? { ...SPAN_DEFAULTS } : {};
  for (let number = pbf.nextField(end); number !== 0; number = pbf.nextField(end)) {
    const field = message[number];
    if (!field) {
      continue;
    }
    if (pbf.type !== field.wire) {
      throw new Error(`${field.key} has wire type ${pbf.type}`);
    }
    const value = field.read(pbf, depth);
    if (!field.repeated) {
      result[field.key] = value;
    } else if (Array.isArray(result[field.key])) {
      (result[field.key] as unknown[]).push(value);
    } else {
      result[field.key] = [value];
    }
  }
  if (pbf.pos !== end) {
    throw new Error(`a message ends at ${pbf.pos}, not at ${end}`);
  }
  return result;
}

function readBytes(pbf: PbfReader): Uint8Array {
  const end = endOf(pbf);
  const bytes = pbf.buf.subarray(pbf.pos, end);
  pbf.pos = end;
  return bytes;
}

const UTF8 = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });
/** Decoding by hand is faster for ASCII texts that are shorter than this. */
const DECODED_FROM = 24;

function readText(pbf: PbfReader): string {
  const bytes = readBytes(pbf);
  if (bytes.length >= DECODED_FROM) {
    return UTF8.decode(bytes);
  }
  let text = '';
  for (const byte of bytes) {
    if (byte > 127) {
      return UTF8.decode(bytes);
    }
    text += String.fromCharCode(byte);
  }
  return text;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    text += HEX[byte];
  }
  return text;
}

const CHARACTERS_AT_ONCE = 8192;

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHARACTERS_AT_ONCE) {
    text += String.fromCharCode(...bytes.subarray(at, at + CHARACTERS_AT_ONCE));
  }
  return btoa(text);
}

/** The end of a message of this length. pbf itself would read past the last byte. */
function endOf(pbf: PbfReader): number {
  const length = pbf.readVarint();
  const end = pbf.pos + length;
  if (length < 0 || end > pbf.length) {
    throw new Error(`${length} bytes are announced, but ${pbf.length - pbf.pos} are left`);
  }
  return end;
}

/** As text, because a double would not be exact. */
function readFixed64(pbf: PbfReader): string {
  const low = BigInt(pbf.readFixed32());
  return String((BigInt(pbf.readFixed32()) << 32n) | low);
}

function readDouble(pbf: PbfReader): number | string {
  const value = pbf.readDouble();
  // As in proto3's JSON.
  return Number.isFinite(value) ? value : String(value);
}

/** Rejected parts of an export, and the reason; or only a warning. */
export interface PartialSuccess {
  readonly rejected: number;
  readonly message: string;
}

/**
 * ExportTraceServiceResponse, and the responses for logs and metrics, which have the same fields. Empty
 * without a message.
 */
export function writeExportResponse(partial: PartialSuccess | undefined): Uint8Array {
  const pbf = new PbfWriter();
  if (partial !== undefined) {
    const write = ({ rejected, message }: PartialSuccess, inner: PbfWriter) => {
      if (rejected > 0) {
        inner.writeVarintField(1, rejected);
      }
      inner.writeStringField(2, message);
    };
    pbf.writeMessage(1, write, partial);
  }
  return pbf.finish();
}

/** google.rpc.Status: OTLP's response to a rejected request. */
export function writeStatus(message: string): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeStringField(2, message);
  return pbf.finish();
}
