/** What a code of the network says, in words for whoever owns the endpoint. */
const BY_CODE: Readonly<Record<string, string>> = {
  ERR_SSL_WRONG_VERSION_NUMBER: 'the endpoint does not speak TLS at this port',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the endpoint does not speak TLS at this port',
  ERR_TLS_CERT_ALTNAME_INVALID: "the endpoint's certificate is for another host",
  HOSTNAME_MISMATCH: "the endpoint's certificate is for another host",
  CERT_HAS_EXPIRED: "the endpoint's certificate has expired",
  CERT_NOT_YET_VALID: "the endpoint's certificate is not valid yet",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the endpoint's certificate is signed by itself",
  SELF_SIGNED_CERT_IN_CHAIN: "the endpoint's certificate comes from an authority that is not trusted",
  UNABLE_TO_GET_ISSUER_CERT: "the endpoint's certificate comes from an authority that is not trusted",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the endpoint's certificate comes from an authority that is not trusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the endpoint's certificate comes without the one that signed it",
  ENOTFOUND: 'the host name is not known to DNS',
  ENODATA: 'the host name has no address in DNS',
  HTTPParserError: 'the answer is not HTTP',
};

/** By the part of the network that failed, where the code says nothing that we know. */
const BY_PART: Readonly<Record<string, string>> = {
  tls: 'the TLS handshake failed',
  dns: 'the host name could not be looked up',
  'network error': 'the connection failed',
};

/** Why an attempt failed, readable: what the dispatcher names by a code is said in words, with the code behind. */
export function attemptError(error: string): string {
  const [, part, code] = /^(tls|dns|network error): (\w+)$/.exec(error) ?? [];
  if (part === undefined || code === undefined) return error;
  return `${BY_CODE[code] ?? BY_PART[part]} (${code})`;
}
