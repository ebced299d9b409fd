import { endWithNpm } from './end-with-npm.mjs';
import { setUp } from './set-up.mjs';

endWithNpm('start');
setUp();
// In this very process: a signal from the terminal then reaches the service itself.
await import('../apps/standalone/dist/main.js');
