import { describe, expect, test } from 'vitest';
import { createLogger, type Logger } from './logger.js';
import { nestLogger } from './nest-logger.js';

function logged(write: (logger: Logger) => void, level: 'info' | 'trace' = 'info'): Record<string, unknown>[] {
  const lines: string[] = [];
  write(createLogger({ service: 'example', level, destination: { write: (line) => lines.push(line) } }));
  return lines.map((line) => JSON.parse(line));
}

describe('a line of the log', () => {
  test('is JSON with service, level by name, time and fact', () => {
    const [line] = logged((logger) => logger.info({ webhookId: 'w1', ms: 3 }, 'delivery.attempted'));
    expect(line).toMatchObject({
      service: 'example',
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      msg: 'delivery.attempted',
      webhookId: 'w1',
      ms: 3,
    });
  });
});

describe('a secret is hidden', () => {
  const secret = 'hush-hush';
  test.each<[string, (logger: Logger) => void]>([
    ['in a field', (logger) => logger.info({ credential: secret }, 'fact')],
    ['whatever the case of its name', (logger) => logger.info({ Authorization: secret }, 'fact')],
    ['at any depth', (logger) => logger.info({ a: { b: [{ c: { headers: { authorization: secret } } }] } }, 'fact')],
    ['with quotes in it', (logger) => logger.info({ password: `"\\"${secret}\\` }, 'fact')],
    ['in the static header', (logger) => logger.info({ headers: { 'x-airstack-webhook': secret } }, 'fact')],
    ['in a child logger', (logger) => logger.child({ token: secret }).info('fact')],
    ['in an error', (logger) => logger.error({ err: Object.assign(new Error('x'), { apiKey: secret }) }, 'fact')],
    ['as a bearer token in a message', (logger) => logger.info(`sent Authorization: Bearer ${secret}`)],
    ['as a signing secret in a message', (logger) => logger.info(`signs with whsec_${secret}==`)],
    ['as an API key in a message', (logger) => logger.info(`the key slk_live_${secret} is unknown`)],
    ['as a token in a path', (logger) => logger.info({ url: `/portal?a=b&token=${secret}&c=d` }, 'fact')],
    ['as a signing secret in a list', (logger) => logger.info({ secrets: [`whsec_${secret}`] }, 'fact')],
    ['as the secret of an Airtable webhook', (logger) => logger.info({ macSecretBase64: secret }, 'fact')],
    [
      'as a password in the URL of an error',
      (logger) => logger.error(new Error(`cannot reach postgres://sluice:${secret}@db:5432/sluice`)),
    ],
  ])('%s', (_where, write) => {
    const [line] = logged(write);
    expect(JSON.stringify(line)).not.toContain(secret);
    expect(JSON.stringify(line)).toContain('[hidden]');
  });

  test.each([
    ['personal access token', `patAbc012Def345GH.${'0a'.repeat(32)}`],
    ['user API key', `key${'Ab3'.repeat(14)}z`],
    ['OAuth token', 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmVk-_0'],
  ])('wherever it stands: a %s', (_kind, token) => {
    const lines = logged((logger) => {
      logger.info({ given: [token] }, `the token ${token} is unknown`);
      logger.error(new Error(`unknown: ${token}`));
    });
    expect(lines).toMatchObject([{ given: ['[hidden]'] }, { err: { message: 'unknown: [hidden]' } }]);
    expect(JSON.stringify(lines)).not.toContain(token);
  });

  test('and nothing else is', () => {
    const fields = { endpoint: 'https://hook.example/a@b', tokens: 3, note: 'bearer of news', token: null };
    expect(logged((logger) => logger.info(fields, 'fact'))[0]).toMatchObject(fields);
  });
});

describe('Nest’s messages', () => {
  test('are lines of the same log', () => {
    const lines = logged((logger) => {
      const nest = nestLogger(logger);
      nest.log('Nest application started', 'NestApplication');
      nest.warn('careful', 'Router');
      nest.error('it broke', 'Error: it broke\n  at x', 'ExceptionsHandler');
      nest.error(new Error('thrown'), 'Injector');
      nest.warn({ a: 1 }, 'Router');
    }, 'trace');
    expect(lines).toMatchObject([
      { level: 'debug', msg: 'Nest application started', context: 'NestApplication' },
      { level: 'warn', msg: 'careful', context: 'Router' },
      { level: 'error', msg: 'it broke', context: 'ExceptionsHandler', details: ['Error: it broke\n  at x'] },
      { level: 'error', msg: 'thrown', err: { message: 'thrown' }, context: 'Injector' },
      { level: 'warn', value: { a: 1 }, context: 'Router' },
    ]);
  });
});
