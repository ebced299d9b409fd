import { setUp } from './set-up.js';

setUp();
// In this very process: a signal from the terminal or from npm then reaches the service itself.
await import('../apps/standalone/dist/main.js');
