const HIDDEN = '[hidden]';

/** Names of fields whose value never leaves the process, at whatever depth of a log line they stand. */
const SECRET_FIELDS = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-airstack-webhook',
  'credential',
  'password',
  'secret',
  'signingSecret',
  'signing_secret',
  'macSecretBase64',
  'token',
  'portalToken',
  'apiKey',
  'api_key',
  'encryptionKeys',
] as const;

const fieldPattern = new RegExp(`("(?:${SECRET_FIELDS.join('|')})":)"(?:[^"\\\\]|\\\\.)*"`, 'gi');
/** Signing secrets and API keys tell themselves by how they begin; tokens for Airtable's dialect by their form. */
const secretPattern = /\b(?:whsec_|slk_[a-z]+_)[A-Za-z0-9+/_=-]+/g;
const tokenPattern = /(?:pat[0-9A-Za-z]{14}\.[0-9a-f]{64}|key[0-9A-Za-z]{43}|eyJ[\w-]*\.[\w-]+\.[\w-]*)/g;
const urlTokenPattern = /([?&]token=)[^\s&"\\]+/g;
const bearerPattern = /\bBearer +[^\s"\\]{8,}/gi;
const urlCredentialPattern = /:\/\/[^\s/"@]+@/g;

/**
 * Hides secrets in one line of JSON log text: fields known by name at any depth, and signing secrets, API keys, tokens
 * and credentials of URLs wherever they stand, in messages and stack traces too (docs/architecture.md section 6).
 */
export function redact(line: string): string {
  return line
    .replace(fieldPattern, `$1"${HIDDEN}"`)
    .replace(secretPattern, HIDDEN)
    .replace(tokenPattern, HIDDEN)
    .replace(urlTokenPattern, `$1${HIDDEN}`)
    .replace(bearerPattern, `Bearer ${HIDDEN}`)
    .replace(urlCredentialPattern, `://${HIDDEN}@`);
}
