import { allChecks } from '../deploy/check.js';
import { requireServerConfig } from '../deploy/config.js';
import { type OptionArgs, optionsOf, planServer } from '../deploy/plan.js';
import { readRecord, removeServer, serverDir, writeServer } from '../deploy/record.js';
import type { ServerCheck } from '../deploy/server-check.js';
import { commandsOf, migrateAndDeploy, refuseBreaking, runDeploy, updateCommands } from '../deploy/steps.js';
import { teamDatabase } from '../deploy/team-database.js';
import { EXIT, LoomError } from '../errors.js';
import type { Outcome } from '../output.js';
import { requireLoomDir } from '../store/folder.js';
import { writeScaffold } from '../store/scaffold.js';
import { confirmed } from './ask.js';
import { command } from './spec.js';

interface DeployArgs extends OptionArgs {
  readonly json: boolean;
  readonly write: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly local: boolean;
}

export const deploy = command({
  builder: (yargs) =>
    yargs
      .option('name', { type: 'string', describe: 'Name of the Worker and its database' })
      .option('queue', { type: 'boolean', describe: 'Receive spans through a Queue, for a high load' })
      .option('live', { type: 'boolean', describe: 'Update open pages immediately, with a Durable Object' })
      .option('domain', { type: 'string', describe: 'A domain of the account (default: workers.dev)' })
      .option('access-team', {
        type: 'string',
        describe:
          'Protect the page with Cloudflare Access: its address, such as https://acme.cloudflareaccess.com',
      })
      .option('access-aud', { type: 'string', describe: "The Access application's AUD tag" })
      .option('write', { type: 'boolean', default: false, describe: 'Write the files without asking' })
      .option('yes', {
        alias: 'y',
        type: 'boolean',
        default: false,
        describe: 'Write the files and run the wrangler commands',
      })
      .option('dry-run', { type: 'boolean', default: false, describe: 'Only show the changes' })
      .option('check', { type: 'boolean', describe: 'Report what is missing' })
      .option('update', {
        type: 'boolean',
        describe: 'Update a deployed server to this version',
      })
      .option('remove', { type: 'boolean', describe: 'Remove the files, byte for byte' })
      .option('local', {
        type: 'boolean',
        default: false,
        describe: "With --check: check Wrangler's local database",
      })
      .conflicts('check', ['update', 'remove'])
      .conflicts('update', 'remove'),
  run: async ({ cwd, check, update, remove, ...args }): Promise<Outcome> => {
    const loomDir = requireLoomDir(cwd);
    if (check) {
      return checked(await allChecks(loomDir, { env: process.env, local: args.local }));
    }
    if (remove) {
      return removed(loomDir, args.dryRun);
    }
    return update ? updated(loomDir, args) : deployed(loomDir, args);
  },
});

async function deployed(loomDir: string, args: DeployArgs): Promise<Outcome> {
  const options = optionsOf(loomDir, args);
  const { texts, lines, left } = planServer(loomDir, options);
  const files = Object.keys(texts);
  const shown = [
    `Folder: ${serverDir(loomDir)}`,
    ...lines,
    ...left.map((name) => `  kept     ${name} (changed by hand)`),
  ];
  const isAsked = !args.yes && !args.write && !args.dryRun && files.length > 0;
  const isShown = isAsked && !args.json && process.stdin.isTTY;
  if (isShown) {
    process.stderr.write(`${shown.join('\n')}\n`);
  }
  const write =
    !args.dryRun && (args.yes || args.write || (isAsked && (await confirmed('Write these files?'))));
  if (!write && files.length > 0) {
    const text = [
      ...(isShown ? [] : shown),
      'Nothing was written. `lm deploy --write` writes, and `--yes` also deploys.',
    ];
    return {
      data: { dir: serverDir(loomDir), options, files: lines.map((line) => line.trim()), written: false },
      text: text.join('\n'),
      exitCode: args.dryRun ? EXIT.ok : EXIT.failed,
    };
  }
  if (write) {
    writeScaffold(loomDir);
    writeServer(loomDir, texts, { url: readRecord(loomDir)?.url ?? null, options });
  }
  const commands = commandsOf(requireServerConfig(loomDir));
  if (!args.yes) {
    const todo = [
      '',
      'To deploy it, run in this folder, or let `lm deploy --yes` do it:',
      ...commands.map((line) => `  ${line}`),
    ];
    return {
      data: { dir: serverDir(loomDir), options, files, written: write, commands, url: null },
      text: [...(isShown ? [] : shown), ...todo].join('\n'),
    };
  }
  const url = await runDeploy(loomDir);
  return {
    data: { dir: serverDir(loomDir), options, files, written: write, commands, url: url ?? null },
    text: [
      ...shown,
      `The server is deployed${url ? ` at ${url}` : ''}. No one has access yet. Create keys:`,
      '  lm keys add "shop worker"          a Worker can send traces',
      '  lm keys add "Your name" --kind login   a person can open the page',
      `Point Workers at it: npx --no-install create-something-observe init --server ${url ?? '<its address>'}`,
    ].join('\n'),
  };
}

async function updated(loomDir: string, args: DeployArgs): Promise<Outcome> {
  const config = requireServerConfig(loomDir);
  const options = optionsOf(loomDir, args);
  const { texts, lines, left } = planServer(loomDir, options);
  if (args.dryRun) {
    const commands = updateCommands(config);
    return {
      data: { files: Object.keys(texts), commands, url: null },
      text: [...lines, 'Would run:', ...commands.map((line) => `  ${line}`)].join('\n'),
    };
  }
  writeScaffold(loomDir);
  const db = teamDatabase(loomDir, config, { local: false, env: process.env });
  const pending = await refuseBreaking(db);
  writeServer(loomDir, texts, { url: readRecord(loomDir)?.url ?? null, options });
  const url = await migrateAndDeploy(loomDir);
  return {
    data: { files: Object.keys(texts), migrations: pending, url: url ?? null },
    text: [
      ...lines,
      ...left.map((name) => `  kept     ${name} (changed by hand)`),
      `${pending.length} migrations were applied, then the new version was deployed${url ? ` at ${url}` : ''}.`,
    ].join('\n'),
  };
}

function removed(loomDir: string, dryRun: boolean): Outcome {
  const record = readRecord(loomDir);
  if (!record) {
    throw new LoomError('There is no team server in this project.', 'Nothing was changed.', EXIT.notFound);
  }
  if (dryRun) {
    return { data: { files: Object.keys(record.files) }, text: `Would remove ${serverDir(loomDir)}.` };
  }
  const report = removeServer(loomDir, record);
  const { name } = record.options;
  return {
    data: report,
    text: [
      ...report.removed.map((file) => `  removed  ${file}`),
      ...report.kept.map((file) => `  kept     ${file} (changed by hand)`),
      'The Worker and its database are still in the account. To delete them:',
      `  npx wrangler delete --name ${name}`,
      `  npx wrangler d1 delete ${name}`,
    ].join('\n'),
  };
}

function checked(checks: readonly ServerCheck[]): Outcome {
  const problems = checks.filter(({ level }) => level === 'problem').length;
  const glyph = { ok: '✓', note: '·', problem: '✗' };
  return {
    data: { checks },
    text: checks
      .map(({ name, level, says, fix }) => `${glyph[level]} ${name}: ${says}${fix ? `\n    ${fix}` : ''}`)
      .join('\n'),
    exitCode: problems > 0 ? EXIT.failed : EXIT.ok,
  };
}
