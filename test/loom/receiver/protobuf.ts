import { PbfWriter } from 'pbf';

/** An export of ./exports.ts in protobuf, with the numbers of opentelemetry-proto. */
export function protobuf(body: Record<string, unknown>): Uint8Array {
  const pbf = new PbfWriter();
  each(body.resourceSpans, (resourceSpans) => pbf.writeMessage(1, writeResourceSpans, resourceSpans));
  return pbf.finish();
}

type Json = Record<string, unknown>;

function each(list: unknown, write: (entry: Json) => void): void {
  for (const entry of (list ?? []) as Json[]) {
    write(entry);
  }
}

function writeResourceSpans(of: Json, pbf: PbfWriter): void {
  pbf.writeMessage(1, (resource: Json, inner) => writeAttributes(1, resource, inner), of.resource as Json);
  each(of.scopeSpans, (scopeSpans) => pbf.writeMessage(2, writeScopeSpans, scopeSpans));
}

function writeScopeSpans(of: Json, pbf: PbfWriter): void {
  pbf.writeMessage(
    1,
    (scope: Json, inner) => inner.writeStringField(1, String(scope.name)),
    of.scope as Json,
  );
  each(of.spans, (span) => pbf.writeMessage(2, writeSpan, span));
}

function writeSpan(span: Json, pbf: PbfWriter): void {
  const hex = (number: number, id: unknown) =>
    id === undefined ? undefined : pbf.writeBytesField(number, Buffer.from(String(id), 'hex'));
  hex(1, span.traceId);
  hex(2, span.spanId);
  hex(4, span.parentSpanId);
  pbf.writeStringField(5, String(span.name));
  pbf.writeVarintField(6, 1);
  writeNanos(7, span.startTimeUnixNano, pbf);
  writeNanos(8, span.endTimeUnixNano, pbf);
  writeAttributes(9, span, pbf);
  pbf.writeMessage(15, writeStatus, span.status as Json);
}

function writeStatus(status: Json, pbf: PbfWriter): void {
  if (status.message !== undefined) {
    pbf.writeStringField(2, String(status.message));
  }
  pbf.writeVarintField(3, Number(status.code));
}

function writeNanos(number: number, nanos: unknown, pbf: PbfWriter): void {
  const value = BigInt(String(nanos));
  pbf.writeTag(number, 1);
  pbf.writeFixed32(Number(value & 0xffffffffn));
  pbf.writeFixed32(Number(value >> 32n));
}

function writeAttributes(number: number, of: Json, pbf: PbfWriter): void {
  each(of.attributes, (attribute) =>
    pbf.writeMessage(
      number,
      ({ key, value }: Json, inner) => {
        inner.writeStringField(1, String(key));
        inner.writeMessage(2, writeValue, value as Json);
      },
      attribute,
    ),
  );
}

function writeValue(value: Json, pbf: PbfWriter): void {
  if (value.stringValue !== undefined) {
    pbf.writeStringField(1, String(value.stringValue));
  } else if (value.boolValue !== undefined) {
    pbf.writeBooleanField(2, Boolean(value.boolValue));
  } else if (value.intValue !== undefined) {
    pbf.writeVarintField(3, Number(value.intValue));
  } else if (value.doubleValue !== undefined) {
    pbf.writeDoubleField(4, Number(value.doubleValue));
  } else {
    pbf.writeMessage(
      5,
      (array: Json, inner) => each(array.values, (entry) => inner.writeMessage(1, writeValue, entry)),
      value.arrayValue as Json,
    );
  }
}
