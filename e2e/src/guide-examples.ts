import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const EXAMPLE = /^```\w+ (\S+)\n([\s\S]*?)^```$/gm;

/** The examples of a page of docs/, by the name of the file that each is to be saved as. */
export function examplesOf(page: string): ReadonlyMap<string, string> {
  const text = readFileSync(fileURLToPath(new URL(`../../docs/${page}`, import.meta.url)), 'utf8');
  return new Map([...text.matchAll(EXAMPLE)].map(([, name = '', code = '']) => [name, code]));
}
