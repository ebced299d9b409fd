import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** A client that the endpoint knows. */
interface Client {
  id: string;
  secret: string;
}

/** An OAuth 2.0 token endpoint (client credentials) that signs real tokens, and the keys by which a broker checks them. */
export class TokenEndpoint {
  /** So long tokens live from now on, in seconds. */
  lifeSeconds = 600;
  /** Tokens that were given. */
  given = 0;

  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    /** A JSON Web Key Set. */
    readonly keys: string,
  ) {}

  static readonly issuer = 'https://issuer.example';
  static readonly audience = 'kafka';

  static async start(client: Client): Promise<TokenEndpoint> {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: '1', use: 'sig', alg: 'RS256' }] });
    const endpoint = new TokenEndpoint(createServer(), keys);
    endpoint.server.on('request', async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const form = new URLSearchParams(Buffer.concat(parts).toString());
      const known = form.get('client_id') === client.id && form.get('client_secret') === client.secret;
      response.setHeader('content-type', 'application/json');
      if (!known || form.get('grant_type') !== 'client_credentials') {
        response.writeHead(known ? 400 : 401);
        response.end(JSON.stringify({ error: known ? 'unsupported_grant_type' : 'invalid_client' }));
        return;
      }
      endpoint.given += 1;
      const now = Math.floor(Date.now() / 1_000);
      const token = await new SignJWT({ scope: form.get('scope') ?? '' })
        .setProtectedHeader({ alg: 'RS256', kid: '1' })
        .setIssuer(TokenEndpoint.issuer)
        .setAudience(TokenEndpoint.audience)
        .setSubject(client.id)
        .setIssuedAt(now)
        .setExpirationTime(now + endpoint.lifeSeconds)
        .sign(privateKey);
      response.end(JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: endpoint.lifeSeconds }));
    });
    endpoint.server.listen(0, '127.0.0.1');
    await once(endpoint.server, 'listening');
    return endpoint;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/token`;
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}
