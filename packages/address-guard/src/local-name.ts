/** A host name without the full stop that marks it as complete: `example.com.` is `example.com`. */
export const bareName = (hostname: string): string =>
  (hostname.endsWith('.') ? hostname.slice(0, -1) : hostname).toLowerCase();

/** Whether DNS could know a name at all (RFC 1035 section 2.3.4): its length, and that of each label. */
export function isName(hostname: string): boolean {
  const name = bareName(hostname);
  return name.length <= 253 && name.split('.').every((label) => label.length >= 1 && label.length <= 63);
}

/** Names that are this machine by definition (RFC 6761 section 6.3), whatever a name server says. */
export const isLocalName = (hostname: string): boolean => /(?:^|\.)localhost$/.test(bareName(hostname));
