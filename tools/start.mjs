import { setUp } from './set-up.mjs';

setUp();
// In this very process: a signal from the terminal or from npm then reaches the service itself.
await import('../apps/standalone/dist/main.js');
