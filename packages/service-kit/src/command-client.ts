import type { Commands, CommandTable } from '@sluice/contracts/commands';
import { Agent, request } from 'undici';
import { ServiceUnavailable } from './service-unavailable.js';

export interface CommandClientOptions {
  /** Of the other service's internal port, `http://registry:9101`. */
  baseUrl: string;
  token: string;
  /** For one command, everything included. Longer than the longest wait that a command of the table asks for. */
  timeoutMs: number;
}

/**
 * Another service's commands as functions, over its internal port (the other end is `openInternalPort`). Request and
 * answer are checked against the table's schemas.
 *
 * @throws {ServiceUnavailable} from each function, when there is no usable answer; whether the command was carried out is
 * then unknown. A request that does not fit the table's schema throws zod's error, since it is a mistake of the caller.
 */
export function commandClient<T extends CommandTable>(table: T, options: CommandClientOptions): Commands<T> {
  // Closed idle sockets are the client's doing: it gives them up earlier (4 s) than the server does (72 s).
  const agent = new Agent({ connect: { timeout: Math.min(options.timeoutMs, 5_000) }, keepAliveTimeout: 4_000 });
  const functions = Object.entries(table).map(([name, shape]) => {
    const send = async (command: unknown): Promise<unknown> => {
      const answer = await post(agent, options, name, JSON.stringify(shape.request.parse(command)));
      const parsed = shape.response.safeParse(answer);
      if (parsed.success) return parsed.data;
      throw new ServiceUnavailable(`${name}: the answer does not fit its schema: ${parsed.error.message}`, {
        canRetry: false,
      });
    };
    return [name, send] as const;
  });
  return Object.fromEntries(functions) as Commands<T>;
}

async function post(agent: Agent, options: CommandClientOptions, name: string, body: string): Promise<unknown> {
  let status: number;
  let text: string;
  try {
    const response = await request(new URL(`/internal/${name}`, options.baseUrl), {
      method: 'POST',
      dispatcher: agent,
      headers: { authorization: `Bearer ${options.token}`, 'content-type': 'application/json' },
      body,
      headersTimeout: 0,
      bodyTimeout: 0,
      signal: AbortSignal.timeout(options.timeoutMs),
    });
    status = response.statusCode;
    text = await response.body.text();
  } catch (cause) {
    throw new ServiceUnavailable(`${name}: ${options.baseUrl} did not answer: ${reason(cause)}`, { cause });
  }
  if (status !== 200) {
    throw new ServiceUnavailable(`${name}: ${options.baseUrl} answered ${status}: ${text.slice(0, 500)}`, {
      canRetry: status >= 500,
    });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ServiceUnavailable(`${name}: the answer is not JSON`, { canRetry: false, cause });
  }
}

const reason = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause);
  return 'code' in cause && typeof cause.code === 'string' ? `${cause.code} ${cause.message}` : cause.message;
};
