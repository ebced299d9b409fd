import type { FastifyInstance } from 'fastify';

interface Route {
  segments: readonly string[];
  methods: readonly string[];
}

/** Which methods a path has. Collected from the routes as they are registered; answers 405 where Fastify says 404. */
export class AllowedMethods {
  private readonly routes: Route[] = [];

  /** Must be called before the first route is registered. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ url, method }) => {
      this.routes.push({ segments: segmentsOf(url), methods: [method].flat() });
    });
  }

  of(path: string): string[] {
    const segments = segmentsOf(path);
    const methods = this.routes.filter((route) => matches(route.segments, segments)).flatMap((route) => route.methods);
    return [...new Set(methods)].sort();
  }
}

const segmentsOf = (path: string): string[] => path.replace(/\/$/, '').split('/');

const matches = (route: readonly string[], path: readonly string[]): boolean =>
  route.length === path.length &&
  route.every((segment, index) => (segment.startsWith(':') ? path[index] !== '' : segment === path[index]));
