import { setUp } from './set-up.mjs';

/** On a fresh clone too. In this very process, so that a signal from the terminal or from npm ends what the bench started. */
setUp();
await import('../bench/dist/main.js');
