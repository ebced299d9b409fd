import type { FastifyRequest } from 'fastify';

const HOST = /^[A-Za-z0-9.-]+(?::\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](?::\d{1,5})?$/;

/** Absolute links to the portal: from the configured public URL, or else to the host that the request was sent to. */
export class PortalLinks {
  /** @param publicUrl without a trailing slash; null when none is configured. */
  constructor(private readonly publicUrl: string | null) {}

  of(token: string, request: FastifyRequest): string {
    return `${this.publicUrl ?? originOf(request)}/portal?token=${encodeURIComponent(token)}`;
  }

  /** Whether cookies may be limited to https. */
  secure(request: FastifyRequest): boolean {
    return (this.publicUrl ?? originOf(request)).startsWith('https://');
  }
}

/** A Host header is the caller's word: anything that is not a host and a port is not repeated. */
const originOf = ({ protocol, host }: FastifyRequest): string =>
  `${protocol}://${HOST.test(host) ? host : 'localhost'}`;
