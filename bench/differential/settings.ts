/** The settings of a project that its sources do not show. They apply to the copy. */
export interface Settings {
  /** Endpoint of the Worker, or the entry file of a Node server. Default `/mcp`. */
  readonly at?: string;
  /** `raw`: a dispatcher written by hand that an SDK client can't connect to. Default `http`. */
  readonly transport?: 'http' | 'raw' | 'sse' | 'stdio';
  readonly headers?: Readonly<Record<string, string>>;
  /** Test values for the Worker's secrets. */
  readonly vars?: Readonly<Record<string, string>>;
  /** Serves this agent class without its login. */
  readonly mount?: Mount;
  /** An example config that replaces the uncommitted one. */
  readonly configFrom?: string;
  /** Folders that a build would create, such as the assets. */
  readonly folders?: readonly string[];
  /** Files that a build would create, by their path in the project, with our data. */
  readonly files?: Readonly<Record<string, string>>;
  /** Its config starts a build with npm that the copy can't run. */
  readonly withoutBuild?: true;
  /** Compatibility flags that the config leaves to the command line. */
  readonly flags?: readonly string[];
  /** More fields of the response to every request to other hosts. */
  readonly answer?: Readonly<Record<string, unknown>>;
  /** Versions that replace those of package.json, such as a workspace's package from the registry; null removes one. */
  readonly packages?: Readonly<Record<string, string | null>>;
}

export interface Mount {
  /** Name of the class that extends `McpAgent`. */
  readonly agent: string;
  /** Its module, relative to the entry. Default the entry itself. */
  readonly from?: string;
  /** The method that returns its handler. Default `serve`, at `/mcp`. */
  readonly by?: 'serve' | 'mount';
  /** Its Durable Object binding. */
  readonly binding?: string;
  /** Session data that the login would have set. */
  readonly props?: Readonly<Record<string, unknown>>;
}

/** Replaces a base config of an unpublished package. */
const TSCONFIG =
  '{ "compilerOptions": { "target": "es2022", "module": "esnext", "moduleResolution": "bundler", "strict": true, "skipLibCheck": true } }';

/** By `owner/name folder`. A project without an entry runs with the defaults. */
export const SETTINGS: Readonly<Record<string, Settings>> = {
  'Kerry1020/calc-mcp-worker .': {},
  'Leander-Andersen/mal-mcp-worker .': { vars: { MAL_CLIENT_ID: 'test' } },
  'Joseph19820124/aws-mcp-cloudflare aws-docs-mcp-cloudflare': { at: '/mcp/message', transport: 'raw' },
  'jdevalk/specification.email mcp': { files: { 'src/data.json': manifest() } },
  'sprider/cloudflare-mcp-server-bible .': {
    at: '/sse',
    transport: 'raw',
    vars: { BIBLE_API_KEY: 'test', BIBLE_ID: 'test' },
  },
  'richfairhurst/cloudflare_mcp mcp_daemon': { at: '/', transport: 'raw' },
  'createsomethingtoday/create-something-monorepo packages/agency/clients/outerfields/mcp-remote': {
    at: '/sse',
    transport: 'raw',
  },
  'bill-ying/cloudflare-mcp-server-ts-bank-of-canada-valet .': { at: '/' },
  'fiberplane/mcp-lite templates/starter-mcp-cloudflare': {},
  'fiberplane/mcp-lite examples/cloudflare-worker-kv': { packages: { 'mcp-lite': '^0.8.2' } },
  'jordanburke/fastmcp-cloudflare-demo .': {
    packages: { 'ts-builds': null },
    files: { 'node_modules/ts-builds/tsconfig.json': TSCONFIG },
  },
  'adamcfield/Tesla-CF-MCP-Worker tesla-cf-mcp-worker': {
    vars: { MCP_AUTH_TOKEN: 'test-token' },
    headers: { authorization: 'Bearer test-token' },
  },
  'PostHog/mcp typescript': {
    headers: { authorization: 'Bearer phx_test' },
    answer: { scopes: ['*'], scoped_teams: [], scoped_organizations: [] },
  },
  'agents-txt/agents-txt app/mcp': {},
  'AojdevStudio/unified-remote-mcp .': {
    mount: { agent: 'MyMCP', props: { accessToken: 'test', email: 'someone@example.com', name: 'Someone' } },
  },
  'chroju/workflowy-remote-mcp .': {
    configFrom: 'wrangler.jsonc.example',
    vars: { WORKFLOWY_API_KEY: 'test' },
    mount: { agent: 'WorkflowyMCP', props: { login: 'someone' } },
  },
  'codewithpassion/cf-mcp-server-clerk .': {
    packages: { ai: '^5.0.0' },
    mount: { agent: 'MyMCP', props: { login: 'someone', name: 'Someone', accessToken: 'test' } },
  },
  'coleam00/remote-mcp-server-with-auth .': {
    mount: { agent: 'MyMCP', props: { login: 'someone', name: 'Someone', accessToken: 'test' } },
    folders: ['public'],
  },
  'silkyrich/freeagent-cloudflare-mcp .': {
    mount: { agent: 'FreeAgentMCP', from: './mcp', props: { userId: 'someone', accessToken: 'test' } },
  },
  'cloudflare-mcp-apps/opensky .': {
    mount: {
      agent: 'OpenSkyMcp',
      from: './server',
      props: { userId: 'someone', email: 'someone@example.com' },
    },
    folders: ['web/dist/widgets'],
    withoutBuild: true,
  },
  'przeprogramowani/ai-rules-builder mcp-server': {
    folders: ['public'],
    packages: { ai: '^5.0.0' },
    files: { 'src/preparedRules.json': '{ "hierarchy": [], "rules": { "sample": ["A sample of a rule"] } }' },
  },
  'PrashamTrivedi/agent-config-adapter .': {
    vars: { BETTER_AUTH_SECRET: 'test', JWT_SECRET: 'test' },
    packages: { 'hono-rate-limiter': '*' },
  },
  'beynar/cf-mcp .': { at: '/', transport: 'raw' },
  'mattzcarey/cloudflare-mcp .': {
    headers: { authorization: 'Bearer test' },
    answer: { success: true },
    files: {
      'src/data/spec.json': '{ "paths": {} }',
      'src/data/products.ts': "export const PRODUCTS = ['workers'];",
    },
  },
  'geelen/mcp-remote-examples 02-user-password': {
    at: '/sse',
    transport: 'sse',
    mount: { agent: 'MyMCP', by: 'mount' },
  },
  'eastlondoner/cloudflare-mcp .': {
    headers: { authorization: 'Bearer test' },
    answer: { success: true },
    files: {
      'src/data/spec.json': '{ "paths": {} }',
      'src/data/products.ts': "export const PRODUCTS = ['workers'];",
    },
  },
  'sirkirby/unifi-mcp-worker worker': {
    vars: { AGENT_TOKEN: 'test', ADMIN_TOKEN: 'test' },
    headers: { authorization: 'Bearer test' },
  },
  'geelen/mcp-remote-examples 11-mcp-server-in-worker': { at: '/sse', transport: 'sse' },
  'createsomethingtoday/create-something-monorepo packages/harness-mcp': { transport: 'stdio' },
  'createsomethingtoday/create-something-monorepo packages/social-mcp': { transport: 'stdio' },
  'createsomethingtoday/create-something-monorepo packages/webflow-mcp': { transport: 'stdio' },
  'createsomethingtoday/create-something-monorepo packages/community-mcp': { transport: 'stdio' },
};

/** Value that specification.email builds from its content. */
function manifest(): string {
  const topic = (slug: string, order: number) => ({
    slug,
    category: 'sample',
    title: `About ${slug}`,
    summary: 'A sample of a summary.',
    status: 'required',
    order,
    sources: [{ title: 'A source', url: 'https://example.com/source' }],
    url: `https://example.com/${slug}`,
    mdUrl: `https://example.com/${slug}.md`,
    body: 'A sample of a body.',
  });
  return JSON.stringify({
    generatedAt: '2026-01-01T00:00:00Z',
    site: 'https://example.com',
    categories: [{ slug: 'sample', title: 'Sample', summary: 'Samples', order: 1 }],
    topics: [topic('sample', 1), topic('other', 2)],
    changelog: [{ title: 'A change', date: '2026-01-01', type: 'added', relatedSlugs: ['sample'], body: '' }],
    considered: [],
  });
}

/** The reason why a project is skipped. */
export const SKIPPED: Readonly<Record<string, string>> = {
  'LloydVickeryASI/cf-mcp .': 'starts only with a full set of secrets',
  'dannwaneri/vectorize-mcp-worker .': 'its example config lacks the Durable Object it serves from',
  'null-shot/typescript-agent-framework examples/crud-mcp':
    'a workspace of pnpm, and its package is not published',
  'QuentinCody/mcp-codemode-templates .': 'a package it needs is not published',
  'levibe/zendesk-mcp-cloudflare .': 'a package it needs is not published',
  'patpil-cloudflare-mcp/youtube-transcript .': 'a package it needs is not published',
  'iotexproject/ai-graphql-main-agent .': 'a version it needs is not published',
  'irvinebroque/mcp-server-do .': 'its SSE endpoint answers 500 to the SDK client, before and after',
  'geelen/mcp-remote-examples 03-websockets-minimal': 'speaks MCP over a websocket',
  'geelen/mcp-remote-examples 05-mcp-math-websockets': 'speaks MCP over a websocket',
  'zueai/create-mcp template': 'its build lists the tools, and no list is published',
  'cloudflare/workers-mcp examples/01-hello-world': 'its build lists the tools, and no list is published',
};
