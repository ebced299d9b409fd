import { secretKey } from '@sluice/signatures/secret';
import { verify } from '@sluice/signatures/verify';
import type { Command } from 'commander';
import { CommandFailure, EXIT, misused } from '../failure/command-failure.js';
import { readSeconds } from '../input/durations.js';
import { readHeaders, splitDump } from '../input/http-dump.js';
import { collected } from '../input/numbers.js';
import { readBytes } from '../input/read-argument.js';
import { withExamples } from '../terminal/examples.js';
import { plain } from '../terminal/plain.js';
import { type Shown, say } from '../terminal/show.js';

interface VerifyOptions {
  secret: string[];
  headers?: string;
  body?: string;
  dump?: string;
  tolerance: number;
}

/** `verify`: on this machine alone; it ends with 1 when the signature does not hold. */
export function addVerify(program: Command): void {
  const verifying = program
    .command('verify')
    .description('check the signature of a delivery from files, and say which check fails')
    .requiredOption('--secret <secret>', 'whsec_…; several times when any of them will do', collected)
    .option('--headers <file>', 'the headers, a line each')
    .option('--body <file>', 'the body, exactly as it came')
    .option('--dump <file>', 'headers, an empty line, and the body in one file')
    .option('--tolerance <time>', 'how far its time may be from now: 5m, or in seconds', readSeconds, 300)
    .action((options: VerifyOptions, command: Command) => {
      for (const secret of options.secret) demandSecret(secret);
      const { headers, body } = readRequest(options);
      const request = {
        ...{ headers, secrets: options.secret, toleranceSeconds: options.tolerance },
        nowSeconds: Math.floor(Date.now() / 1_000),
      };
      const result = verify({ ...request, body });
      if (command.optsWithGlobals<Shown>().json) say(JSON.stringify(result));
      if (result.ok) {
        const age = request.nowSeconds - result.timestampSeconds;
        if (!command.optsWithGlobals<Shown>().json) say(`verified ${plain(result.id)}, signed ${age} s ago`);
        return;
      }
      const trimmed = Buffer.from(body.toString('latin1').replace(/\r?\n$/, ''), 'latin1');
      const hint = trimmed.length < body.length && verify({ ...request, body: trimmed }).ok;
      const told = hint ? `${result.reason}; without the last line break of the body one does` : result.reason;
      throw new CommandFailure(`not verified: ${told}`, EXIT.refused);
    });
  withExamples(
    verifying,
    'sluice verify --secret whsec_… --headers headers.txt --body body.json',
    'sluice verify --secret whsec_… --dump request.txt --tolerance 1d',
  );
}

function demandSecret(secret: string): void {
  try {
    secretKey(secret);
  } catch (error) {
    throw misused(`--secret: ${(error as Error).message}`);
  }
}

function readRequest({ headers, body, dump }: VerifyOptions) {
  if (dump !== undefined && headers === undefined && body === undefined) return splitDump(readBytes(dump));
  if (dump !== undefined || headers === undefined || body === undefined) {
    throw misused('give --headers and --body, or --dump alone');
  }
  return { headers: readHeaders(readBytes(headers).toString('latin1')), body: readBytes(body) };
}
