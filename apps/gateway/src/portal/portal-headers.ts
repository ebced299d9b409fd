/** Of every answer of the portal, refusals included: what a browser may do with it. */
export const PORTAL_HEADERS = {
  /** Nothing but our own files, nothing inline, and nobody may frame the page. */
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;
