/** The part of JSON Schema that tools use. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly $ref?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number | boolean;
}

export type Arguments = Readonly<Record<string, unknown>>;

/** Two sets of arguments for a tool: the required ones, and all of them if there are more. */
export function argumentsFor(schema: Schema): Arguments[] {
  const build = (all: boolean) => objectOf(schema, { root: schema, all, depth: 0 });
  const [few, many] = [build(false), build(true)];
  return JSON.stringify(few) === JSON.stringify(many) ? [few] : [few, many];
}

interface Building {
  readonly root: Schema;
  /** Optional properties too. */
  readonly all: boolean;
  readonly depth: number;
}

function objectOf(schema: Schema, building: Building): Record<string, unknown> {
  const required = new Set(schema.required);
  const deeper = { ...building, depth: building.depth + 1 };
  const entries = Object.entries(schema.properties ?? {})
    .filter(([name]) => required.has(name) || (building.all && building.depth < 4))
    .map(([name, property]) => [name, sampleOf(property, deeper)] as const);
  return Object.fromEntries(entries);
}

function sampleOf(given: Schema, building: Building): unknown {
  const schema = resolved(given, building.root);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum?.length) return schema.enum[0];
  const [variant] = schema.anyOf ?? schema.oneOf ?? [];
  if (variant) return sampleOf(variant, building);
  if (schema.allOf?.length) return sampleOf(Object.assign({}, ...schema.allOf) as Schema, building);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type ?? (schema.properties ? 'object' : undefined)) {
    case 'object':
      return objectOf(schema, building);
    case 'array':
      return Array.from({ length: Math.max(1, schema.minItems ?? 1) }, () =>
        sampleOf(schema.items ?? { type: 'string' }, building),
      );
    case 'number':
    case 'integer':
      return numberOf(schema);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return textOf(schema);
  }
}

function resolved(schema: Schema, root: Schema): Schema {
  if (!schema.$ref?.startsWith('#/')) return schema;
  const path = schema.$ref.slice(2).split('/');
  return path.reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], root) as Schema;
}

function numberOf({ minimum, maximum, exclusiveMinimum }: Schema): number {
  const above = typeof exclusiveMinimum === 'number' ? exclusiveMinimum + 1 : undefined;
  return Math.min(Math.max(3, minimum ?? above ?? 3), maximum ?? 3);
}

const BY_FORMAT: Readonly<Record<string, string>> = {
  date: '2026-05-01',
  'date-time': '2026-05-01T10:00:00Z',
  time: '10:00:00Z',
  email: 'someone@example.com',
  uri: 'https://example.com/page',
  url: 'https://example.com/page',
  uuid: '5f0c4f4e-6f35-4d2e-9c35-0d9ad8f6a001',
};

const BY_PATTERN = [
  'sample',
  'SAMPLE',
  'USD',
  'US',
  '2026-05-01',
  '2026-05',
  '10:00',
  '12345678',
  '123',
  '12',
  'a1b2c3d4e5f60718293a4b5c6d7e8f90',
  'https://example.com/page',
  '/path',
  '#a1b2c3',
  ...Object.values(BY_FORMAT),
];

function textOf({ format, pattern, minLength = 0, maxLength }: Schema): string {
  const known = format === undefined ? undefined : BY_FORMAT[format];
  if (known !== undefined) return known;
  const text = (pattern && BY_PATTERN.find((one) => new RegExp(pattern, 'u').test(one))) || 'sample';
  return text.padEnd(minLength, '0').slice(0, maxLength);
}
