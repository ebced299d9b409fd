const NO_TLS = 'What listens there does not speak TLS. Serve TLS at this port, or begin the endpoint with http://.';
const CUT =
  'The connection was taken, and cut before an answer came. See whether your service broke or was restarted, or a proxy before it ended the connection.';
const UNTRUSTED = 'Use a certificate of a public authority.';
const UNREACHABLE = 'No way leads to the host. See whether it is up, and whether its address in DNS is right.';

/** What to do about a failure that has no status, by how the API names it: `words (CODE)`, or words alone. */
const HINTS: Readonly<Record<string, string>> = {
  'connection refused':
    'The host is there, and nothing listens at this port. See whether your service runs, and whether the port of the endpoint is right.',
  'connect timeout':
    'Nothing took the connection within 5 seconds. See whether the host is up, and whether a firewall drops what comes from outside.',
  timeout: 'It took longer than 20 seconds. Answer with 2xx at once, and do the work afterwards.',
  'connection reset': CUT,
  'connection closed': CUT,
  'host unreachable': UNREACHABLE,
  'address refused':
    'The endpoint leads to an address to which nothing is sent, a private one for example. It must be reachable by a public address.',
  'response aborted':
    'The answer had begun, and the connection was cut before its end. See whether your service broke while it answered.',
  'malformed response':
    'What listens there does not answer by HTTP. If it takes TLS, begin the endpoint with https://; else compare the port.',
  'response headers too large': 'Answer with fewer or shorter headers.',
  'request refused by the HTTP client':
    'No request can be made of this endpoint. Compare its address, character by character, with that of your service.',
  'protocol upgrade': 'Answer with a status of 2xx, not with a change of protocol.',
  ENOTFOUND: 'DNS knows no such host. Compare the endpoint’s host name, and see whether its record is published.',
  ENODATA: 'DNS knows the host, and has no address for it. Publish an A or AAAA record.',
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  ERR_TLS_CERT_ALTNAME_INVALID: 'Use a certificate that names the endpoint’s host.',
  HOSTNAME_MISMATCH: 'Use a certificate that names the endpoint’s host.',
  CERT_HAS_EXPIRED: 'Renew the certificate.',
  CERT_NOT_YET_VALID:
    'Wait until the certificate is valid, or use the one before. The clock of your server may be wrong.',
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'Serve the certificate with those that it is signed by: the whole chain.',
};

/** Where the code says nothing that is known here, by what the words before it say. */
const BY_PART: readonly (readonly [RegExp, string])[] = [
  [/looked up/, 'The name servers of the host did not answer as they should. See whether they work.'],
  [
    /TLS|certificate/,
    'The TLS connection could not be made. Look at the certificate and the versions of TLS that your server takes.',
  ],
];

const NOTHING_CAME = 'Nothing came back. See whether your endpoint runs, and can be reached from outside.';

/** What usually lies behind a failure of the network, and what to do about it. */
export function networkHint(error: string): string {
  const code = /\((\w+)\)$/.exec(error)?.[1] ?? error;
  return HINTS[code] ?? BY_PART.find(([words]) => words.test(error))?.[1] ?? NOTHING_CAME;
}
