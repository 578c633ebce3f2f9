import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A fixture folder: `fixtures/<room>/<name>/{input,expected}`. */
export interface Case {
  readonly name: string;
  readonly input: string;
  readonly expected: string;
}

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url));

export function casesOf(room: string): Case[] {
  return readdirSync(join(FIXTURES, room))
    .filter((name) => existsSync(join(FIXTURES, room, name, 'input')))
    .map((name) => ({
      name,
      input: join(FIXTURES, room, name, 'input'),
      expected: join(FIXTURES, room, name, 'expected'),
    }));
}

/** The relative paths of all files below a folder. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile())
    .map((path) => relative(folder, path))
    .sort();
}

export function read(folder: string, path: string): string {
  return readFileSync(join(folder, path), 'utf8');
}
