import { z } from 'zod';

const integer = z.coerce.number().int();

export const positiveInteger = integer.positive();

export const notNegativeInteger = integer.min(0);

/** Where something listens; 0 takes a free one. */
export const port = notNegativeInteger.max(65_535);

/** A port that is told to others before anything listens on it. */
export const fixedPort = integer.min(1).max(65_535);

/** Parts separated by commas; white space around them does not matter, and empty ones are none. */
export const commaList = z.string().transform((text) => text.split(',').flatMap((part) => part.trim() || []));

export const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });

export const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres URL' });

/** What `read` makes of the text. What it throws says what is wrong, and must not repeat a secret. */
export const readBy = <T>(read: (text: string) => T) =>
  z.string().transform((text, context): T => {
    try {
      return read(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
      return z.NEVER;
    }
  });
