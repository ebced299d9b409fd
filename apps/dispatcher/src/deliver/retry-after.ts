/**
 * How long an answer asks us to wait, in milliseconds: `Retry-After` in either form, seconds or an HTTP date (RFC 9110
 * section 10.2.3). Null when there is none or it can't be read; a date gone by is 0.
 */
export function retryAfterMs(header: string | readonly string[] | undefined, nowMs: number): number | null {
  const text = (typeof header === 'string' ? header : header?.[0])?.trim();
  if (text === undefined || text === '') return null;
  // Some servers answer fractions of a second; the standard knows whole ones.
  if (/^\d{1,12}(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1_000);
  // Only what looks like a date is handed to a parser that would also make something of `soon 5`.
  if (!/^[A-Z][a-z]+,? /.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}
