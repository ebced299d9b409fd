import { expect, it } from 'vitest';
import { sluiceProgram } from '../program.js';

/** No key has a space: nothing is asked. */
const run = (...args: string[]) => sluiceProgram().parseAsync([...args, '--key', 'no key'], { from: 'user' });

it('refuses a second value where one is taken, and takes several where they are', async () => {
  await expect(run('deliveries', 'list', '--state', 'pending', '--state', 'delivered')).rejects.toThrow(
    'sluice: --state takes one value, and is there twice',
  );
  await expect(run('account', '--url', 'http://127.0.0.1:1', '--url', 'http://127.0.0.1:2')).rejects.toThrow('--url');
  await expect(run('resend', '--webhook', 'a', '--webhook', 'b', '--since', '1h')).rejects.toThrow('the API key has');
});
