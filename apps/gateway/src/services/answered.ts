import type { Commands, CommandTable } from '@sluice/contracts/commands';
import { ServiceUnavailable } from '@sluice/service-kit/service-unavailable';

/** How long each command may take, in milliseconds. */
export type CommandLimits<T extends CommandTable> = { otherwise: number } & { [K in keyof T]?: number };

/**
 * Another service's commands with a time limit, and one way of failing: whatever it throws, and silence, is
 * {@link ServiceUnavailable}. So a public request never hangs on a part that is away, and never answers 500 for it.
 */
export function answered<T extends CommandTable>(
  service: string,
  table: T,
  commands: Commands<T>,
  limits: CommandLimits<T>,
): Commands<T> {
  const ask = (name: keyof T & string) => (request: never) =>
    inTime(service, name, limits[name] ?? limits.otherwise, commands[name]?.(request));
  return Object.fromEntries(Object.keys(table).map((name) => [name, ask(name)])) as Commands<T>;
}

async function inTime<A>(service: string, name: string, limitMs: number, answer: Promise<A> | undefined): Promise<A> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const message = `${service} did not answer ${name} within ${limitMs} ms`;
    timer = setTimeout(() => reject(new ServiceUnavailable(message)), limitMs);
  });
  try {
    if (answer === undefined) throw new Error(`${service} has no command ${name}`);
    return await Promise.race([answer, late]);
  } catch (cause) {
    if (cause instanceof ServiceUnavailable) throw cause;
    throw new ServiceUnavailable(`${service} failed at ${name}`, { cause });
  } finally {
    clearTimeout(timer);
  }
}
