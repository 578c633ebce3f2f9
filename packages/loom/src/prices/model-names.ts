/** A model's id as it is recorded: without a note on the context window, which changes nothing about the model. */
export function modelName(model: string): string {
  return model.replace(/\[[^\]]*\]$/, '');
}

/** An id under which a price table may know a model, and the provider whose table it is. */
export interface Spelling {
  readonly id: string;
  readonly provider?: string;
  /** The provider that the call names is left out: it is not known, or its own naming. */
  readonly alone: boolean;
}

/** Vendors as OpenRouter and gateways spell them, and as the price tables name the provider. */
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

/** Prefixes of gateways and SDKs before an id. */
const ROUTE =
  /^(bedrock(\/[a-z]{2}(-[a-z]+)+-\d)?(\/(converse|invoke))?|amazon-bedrock|vertex_ai|vertex|google-vertex(-anthropic)?|azure|azure_ai|openrouter|litellm|models|projects\/[^/]+\/locations\/[^/]+|publishers\/[^/]+\/models|github_copilot|gateway)\//i;
/** Amazon's ids: a vendor, before it the regions of an inference profile, after it a version. */
const BEDROCK = /^(?:(?:us|eu|apac|jp|au|ca|sa|global|us-gov)\.)?([a-z0-9]+)\.(.+)$/;
/** Parts of a name about transport or date that do not change the price. */
const ENDINGS = [
  /-v\d+(:\d+)?$/,
  /:(thinking|beta|extended|online)$/,
  /-thinking$/,
  /-latest$/,
  /[-@]\d{8}$/,
  /-\d{4}-\d{2}-\d{2}$/,
];

/**
 * The ids under which a model may have a price, the most certain first: as the provider that the call names has it, as
 * Amazon, OpenRouter or Google's Vertex spell it, then as its maker does.
 */
export function spellings(model: string, provider: string | null): Spelling[] {
  // An ARN ends with the id; a profile of the user's own says nothing about the model.
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

/** The id, and what is left of it when one ending after the other is cut off. */
function endings(id: string): string[] {
  // Only Claude's numbers are spelled with dots in one place and dashes in another.
  const spelled = /^claude/.test(id) ? id.replaceAll('.', '-') : id;
  const list = [id, spelled];
  let rest = spelled;
  for (const ending of ENDINGS) {
    rest = rest.replace(ending, '');
    list.push(rest);
  }
  return [...new Set(list)];
}

/** Whether an id names a place of Vertex other than the global one: what is charged more there is in no table. */
export function namesPlace(model: string): boolean {
  return /(^|\/)locations\/(?!global\/)/.test(model);
}
