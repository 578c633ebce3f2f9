/** A model's id without a note on the context window. The note does not change the model. */
export function modelName(model: string): string {
  return model.replace(/\[[^\]]*\]$/, '');
}

/** An id that a price table may have for a model, and the provider of the table. */
export interface Spelling {
  readonly id: string;
  readonly provider?: string;
  /** The call's provider is ignored, because it is unknown or uses its own names. */
  readonly alone: boolean;
}

/** Vendor names of OpenRouter and gateways, and the provider names of the price tables. */
const VENDORS: Readonly<Record<string, string>> = {
  anthropic: 'anthropic',
  openai: 'openai',
  google: 'google',
  'x-ai': 'x-ai',
  xai: 'x-ai',
  deepseek: 'deepseek',
  mistralai: 'mistral',
  moonshotai: 'moonshotai',
  groq: 'groq',
};

/** Prefixes that gateways and SDKs add to an id. */
const ROUTE =
  /^(bedrock(\/[a-z]{2}(-[a-z]+)+-\d)?(\/(converse|invoke))?|amazon-bedrock|vertex_ai|vertex|google-vertex(-anthropic)?|azure|azure_ai|openrouter|litellm|models|projects\/[^/]+\/locations\/[^/]+|publishers\/[^/]+\/models|github_copilot|gateway)\//i;
/** Amazon's ids: the regions of an inference profile, a vendor, a model and a version. */
const BEDROCK = /^(?:(?:us|eu|apac|jp|au|ca|sa|global|us-gov)\.)?([a-z0-9]+)\.(.+)$/;
/** Suffixes for transport or date that do not change the price. */
const ENDINGS = [
  /-v\d+(:\d+)?$/,
  /:(thinking|beta|extended|online)$/,
  /-thinking$/,
  /-latest$/,
  /[-@]\d{8}$/,
  /-\d{4}-\d{2}-\d{2}$/,
];

/**
 * The ids that may have a price for the model, most reliable first: the spelling of the call's provider, then
 * of Amazon, OpenRouter or Google's Vertex, then of the model's vendor.
 */
export function spellings(model: string, provider: string | null): Spelling[] {
  // An ARN ends with the id. A user's own profile contains no information about the model.
  const base = modelName(model).replace(/^arn:.*\//, '');
  const plain = withoutRoute(base);
  const list: Spelling[] = provider === null ? [] : [{ id: plain, provider, alone: false }];
  const amazon = BEDROCK.exec(plain);
  const [vendor, name] = /^([a-z0-9-]+)\/(.+)$/.exec(plain)?.slice(1) ?? [];
  if (amazon && vendor === undefined && isVendor(amazon[1])) {
    list.push({ id: plain, provider: 'aws', alone: false });
  }
  if (vendor !== undefined && name !== undefined) {
    list.push({ id: plain, provider: 'openrouter', alone: false });
    list.push(...endings(name).map((id) => ({ id, provider: VENDORS[vendor] ?? vendor, alone: true })));
  }
  const own = amazon && isVendor(amazon[1]) ? (amazon[2] ?? plain) : (name ?? plain);
  list.push(...endings(own).map((id) => ({ id, alone: provider !== null })));
  return list;
}

function withoutRoute(id: string): string {
  return ROUTE.test(id) ? withoutRoute(id.replace(ROUTE, '')) : id;
}

function isVendor(name: string | undefined): boolean {
  return (
    name !== undefined &&
    /^(anthropic|amazon|meta|mistral|cohere|ai21|deepseek|openai|qwen|moonshot)$/.test(name)
  );
}

/** The id, and the shorter ids after removing one suffix after the other. */
function endings(id: string): string[] {
  // Only Claude's numbers are spelled both with dots and with dashes.
  const spelled = /^claude/.test(id) ? id.replaceAll('.', '-') : id;
  const list = [id, spelled];
  let rest = spelled;
  for (const ending of ENDINGS) {
    rest = rest.replace(ending, '');
    list.push(rest);
  }
  return [...new Set(list)];
}

/** Whether an id has a region of Vertex other than the global one. No table has their surcharges. */
export function hasRegion(model: string): boolean {
  return /(^|\/)locations\/(?!global\/)/.test(model);
}
