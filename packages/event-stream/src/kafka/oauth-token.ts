import {
  type AuthorizationServer,
  // biome-ignore lint/suspicious/noDeprecatedImports: marked so only to be noticed, and wanted where the configured URL is http.
  allowInsecureRequests,
  ClientSecretPost,
  clientCredentialsGrantRequest,
  processClientCredentialsResponse,
  ResponseBodyError,
} from 'oauth4webapi';
import type { OAuthLogin } from './settings.js';

/** A token is replaced so long before it ends: brokers end connections whose token has run out. */
const replacedBeforeEndMs = 30_000;
const requestLimitMs = 5_000;

interface Token {
  value: string;
  /** By the monotonic clock. */
  replaceAtMs: number;
}

/**
 * Tokens from an OAuth 2.0 token endpoint by client credentials (RFC 6749, section 4.4), for SASL/OAUTHBEARER (RFC 7628).
 * One is shared by all connections of a process, and asked for once however many want it.
 */
class TokenSource {
  #token: Promise<Token> | null = null;
  #replaceAtMs = 0;

  constructor(private readonly login: OAuthLogin) {}

  /** @throws Error with the endpoint's reason when it gives no token. */
  async value(): Promise<string> {
    if (this.#token === null || performance.now() >= this.#replaceAtMs) {
      this.#replaceAtMs = Number.POSITIVE_INFINITY;
      const asked = this.#ask();
      this.#token = asked;
      asked.then(
        ({ replaceAtMs }) => {
          this.#replaceAtMs = replaceAtMs;
        },
        () => {
          this.#token = null;
        },
      );
    }
    return (await this.#token).value;
  }

  async #ask(): Promise<Token> {
    const { tokenUrl, clientId, clientSecret, scope } = this.login;
    const server: AuthorizationServer = { issuer: new URL(tokenUrl).origin, token_endpoint: tokenUrl };
    const client = { client_id: clientId };
    const askedAtMs = performance.now();
    const response = await clientCredentialsGrantRequest(
      server,
      client,
      ClientSecretPost(clientSecret),
      scope === undefined ? {} : { scope },
      {
        signal: AbortSignal.timeout(requestLimitMs),
        // The configuration says http or https, and means it.
        [allowInsecureRequests]: tokenUrl.startsWith('http:'),
      },
    );
    const { access_token: value, expires_in: seconds = 0 } = await processClientCredentialsResponse(
      server,
      client,
      response,
    ).catch((error: unknown) => {
      if (!(error instanceof ResponseBodyError)) throw error;
      const { error: code, error_description: description = 'no description' } = error;
      throw new Error(`the token endpoint answered ${code}: ${description}`, { cause: error });
    });
    const lifeMs = seconds * 1_000;
    return { value, replaceAtMs: askedAtMs + Math.max(lifeMs - replacedBeforeEndMs, lifeMs / 2) };
  }
}

const sources = new WeakMap<OAuthLogin, TokenSource>();

/** A token that is valid for a while yet. */
export function oauthToken(login: OAuthLogin): Promise<string> {
  let source = sources.get(login);
  if (source === undefined) {
    source = new TokenSource(login);
    sources.set(login, source);
  }
  return source.value();
}
