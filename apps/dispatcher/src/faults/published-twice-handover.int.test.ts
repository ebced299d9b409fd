import { describe } from 'vitest';
import { handoverCases } from '../testing/handover-cases.js';

describe('an event that is published again around a handover, on the Postgres stream, is delivered once', () => {
  handoverCases();
});
