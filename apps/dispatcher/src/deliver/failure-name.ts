/** Names for people, by the codes of Node, undici and the address guard. */
const BY_CODE: Readonly<Record<string, string>> = {
  ERR_REFUSED_ADDRESS: 'address refused',
  ECONNREFUSED: 'connection refused',
  UND_ERR_CONNECT_TIMEOUT: 'connect timeout',
  ETIMEDOUT: 'connect timeout',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'host unreachable',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  UND_ERR_SOCKET: 'connection closed',
  UND_ERR_HEADERS_OVERFLOW: 'response headers too large',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'response aborted',
  UND_ERR_INVALID_ARG: 'request refused by the HTTP client',
};

const DNS_CODES = /^(ENOTFOUND|ENODATA|ETIMEOUT|ESERVFAIL|EREFUSED|EFORMERR|ENOTIMP|EBADRESP|EAI_[A-Z]+)$/;
const TLS_CODES = /^(ERR_TLS|ERR_SSL|CERT_|EPROTO|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA)/;

/** Why an attempt had no answer, or, once a status had come, why the answer is not complete. */
export function failureName(error: Error, answering: boolean): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const isLookup =
    'syscall' in error && typeof error.syscall === 'string' && /^(query|getaddrinfo)/.test(error.syscall);
  if (isLookup || DNS_CODES.test(code)) return `dns: ${code}`;
  if (code.startsWith('HPE_')) return 'malformed response';
  if (answering) return 'response aborted';
  if (TLS_CODES.test(code)) return `tls: ${code}`;
  return BY_CODE[code] ?? `network error: ${code || error.name}`;
}
