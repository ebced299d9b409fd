import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ConfigurationError, parseConfiguration } from './configuration.js';

const schema = z.object({
  PORT: z.coerce.number().int().min(1).max(65_535).default(8080),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  INTERNAL_TOKEN: z.string().min(16),
  LOG_LEVEL: z.enum(['info', 'debug']).default('info'),
});

const complete = { DATABASE_URL: 'postgres://db/sluice', INTERNAL_TOKEN: '0123456789abcdef' };

const mistakesOf = (environment: Record<string, string | undefined>): readonly string[] => {
  try {
    parseConfiguration(schema, environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.mistakes;
    throw error;
  }
};

describe('parseConfiguration', () => {
  test('reads what is named and nothing else', () => {
    expect(parseConfiguration(schema, { ...complete, PORT: '81', HOME: '/root' })).toEqual({
      ...complete,
      PORT: 81,
      LOG_LEVEL: 'info',
    });
  });

  test('takes an empty variable for one that is not set', () => {
    expect(parseConfiguration(schema, { ...complete, PORT: '', LOG_LEVEL: '' })).toMatchObject({ PORT: 8080 });
    expect(mistakesOf({ ...complete, DATABASE_URL: '' })).toEqual(['DATABASE_URL: is required and not set']);
  });

  test('lists every mistake by name', () => {
    const mistakes = mistakesOf({ PORT: 'eighty', INTERNAL_TOKEN: 'short', LOG_LEVEL: 'loud' });
    expect(mistakes.map((mistake) => mistake.split(':')[0])).toEqual([
      'PORT',
      'DATABASE_URL',
      'INTERNAL_TOKEN',
      'LOG_LEVEL',
    ]);
  });

  test('repeats no value: it may be a secret', () => {
    const mistakes = mistakesOf({
      PORT: 'value-1',
      DATABASE_URL: 'value-2',
      INTERNAL_TOKEN: 'value-3',
      LOG_LEVEL: 'value-4',
    });
    expect(mistakes).toHaveLength(4);
    expect(mistakes.join('\n')).not.toContain('value-');
  });
});
