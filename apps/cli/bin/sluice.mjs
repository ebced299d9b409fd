#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { endWithNpm } from '../../../tools/end-with-npm.mjs';

const built = new URL('../dist/main.js', import.meta.url);
endWithNpm('exec');
if (existsSync(built)) {
  await import(built.href);
} else if (process.argv[2] === 'dev') {
  // Which installs and builds everything, this program too.
  await import(new URL('../../../tools/start.mjs', import.meta.url).href);
} else {
  console.error('sluice is not built yet: run npm run build (or npx sluice dev, which builds and starts everything).');
  process.exit(1);
}
