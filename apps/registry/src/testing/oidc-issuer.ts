import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, importJWK, type JWK, type JWTPayload, SignJWT } from 'jose';
import Provider, { type Configuration } from 'oidc-provider';

/** Of the access tokens, by the issuer's clock. */
const TOKEN_SECONDS = 3_600;
const REDIRECT_URI = 'https://client.example.org/callback';
const SCOPES = 'webhook:manage data.records:read schema.bases:read';

/** A real OpenID provider on loopback, and what its users and clients do to get access tokens from it. */
export class OidcIssuer {
  /** What it signs with, the newest first, private parts included. */
  private keys: JWK[] = [];
  private provider!: Provider;
  private readonly server = createServer((request, response) => void this.answer(request, response));
  private answering = true;
  url = '';
  /** Requests that asked for its keys or its discovery document. */
  readonly asked: string[] = [];

  private constructor(private readonly clients: readonly string[]) {}

  static async start(clients: readonly string[]): Promise<OidcIssuer> {
    const issuer = new OidcIssuer(clients);
    await new Promise<void>((resolve) => issuer.server.listen(0, '127.0.0.1', resolve));
    issuer.url = `http://127.0.0.1:${(issuer.server.address() as AddressInfo).port}`;
    await issuer.rotate('keep the old ones');
    return issuer;
  }

  /** From now on it signs with a new key. */
  async rotate(then: 'keep the old ones' | 'withdraw the old ones', alg: 'RS256' | 'ES256' = 'RS256'): Promise<void> {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    const key = { ...(await exportJWK(privateKey)), alg, use: 'sig', kid: randomBytes(6).toString('hex') };
    this.keys = then === 'keep the old ones' ? [key, ...this.keys] : [key];
    this.provider = new Provider(this.url, this.configuration(alg));
  }

  /** The key that it signs with now: private parts included. */
  get signingKey(): JWK {
    return this.keys[0]!;
  }

  /** The user signs in and lets the client act for them: the authorization code flow, with PKCE, for a resource. */
  async tokenFor(
    user: string,
    clientId: string,
    scope = SCOPES,
    resource = 'https://sluice.example.org',
  ): Promise<string> {
    const verifier = randomBytes(32).toString('base64url');
    const question = new URLSearchParams({
      client_id: clientId,
      response_type: 'code',
      redirect_uri: REDIRECT_URI,
      scope: `openid ${scope}`.trim(),
      resource,
      login_hint: user,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    const back = await this.browse(`${this.url}/auth?${question}`);
    const code = back.searchParams.get('code');
    if (code === null) throw new Error(`no code came back: ${back}`);
    return this.exchange({
      client_id: clientId,
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: REDIRECT_URI,
      resource,
    });
  }

  /** A token with any claims, signed by any of its keys: what it would not say itself. */
  async sign(claims: JWTPayload, key = this.signingKey): Promise<string> {
    const { alg, kid } = key;
    if (alg === undefined || kid === undefined) throw new Error('the key has no name');
    return new SignJWT(claims).setProtectedHeader({ alg, kid, typ: 'at+jwt' }).sign(await importJWK(key));
  }

  /** From now on nobody answers, until {@link comeBack}. */
  goAway(): void {
    this.answering = false;
  }

  comeBack(): void {
    this.answering = true;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    if (!this.answering) return void request.socket.destroy();
    if (path === '/jwks' || path.startsWith('/.well-known')) this.asked.push(path);
    if (!path.startsWith('/interaction/')) return void this.provider.callback()(request, response);
    // The page where the user signs in: whoever was hinted at does.
    const { params } = await this.provider.interactionDetails(request, response);
    await this.provider.interactionFinished(request, response, { login: { accountId: String(params.login_hint) } });
  }

  /** Follows redirections as a browser with cookies, to the one that leaves the issuer. */
  private async browse(from: string): Promise<URL> {
    const cookies = new Map<string, string>();
    let url = new URL(from);
    while (url.origin === this.url) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
      for (const set of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
        cookies.set(name, value);
      }
      const location = response.headers.get('location');
      if (location === null) throw new Error(`${url.pathname} answered ${response.status}: ${await response.text()}`);
      url = new URL(location, url);
    }
    return url;
  }

  private async exchange(form: Record<string, string>): Promise<string> {
    const response = await fetch(`${this.url}/token`, { method: 'POST', body: new URLSearchParams(form) });
    const answer = (await response.json()) as { access_token?: string };
    if (answer.access_token === undefined) throw new Error(`no token: ${JSON.stringify(answer)}`);
    return answer.access_token;
  }

  private configuration(alg: 'RS256' | 'ES256'): Configuration {
    return {
      jwks: { keys: this.keys as NonNullable<Configuration['jwks']>['keys'] },
      cookies: { keys: ['of-a-test'] },
      clients: this.clients.map((client_id) => ({
        client_id,
        redirect_uris: [REDIRECT_URI],
        token_endpoint_auth_method: 'none',
        id_token_signed_response_alg: alg,
      })),
      scopes: ['openid'],
      ttl: {
        AccessToken: TOKEN_SECONDS,
        AuthorizationCode: 60,
        Grant: TOKEN_SECONDS,
        IdToken: 60,
        Interaction: 60,
        Session: TOKEN_SECONDS,
      },
      findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
      // Consent is given: the user who signs in grants what the client asks for.
      loadExistingGrant: async ({ oidc: { provider, client, session, params } }) => {
        const grant = new provider.Grant({ clientId: client!.clientId, accountId: session!.accountId! });
        grant.addOIDCScope('openid');
        grant.addResourceScope(String(params!.resource), String(params!.scope));
        await grant.save();
        return grant;
      },
      features: {
        devInteractions: { enabled: false },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: (_context, audience) => ({
            audience,
            scope: SCOPES,
            accessTokenFormat: 'jwt',
            accessTokenTTL: TOKEN_SECONDS,
            jwt: { sign: { alg } },
          }),
        },
      },
    };
  }
}
