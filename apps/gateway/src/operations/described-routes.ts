import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { OPERATION } from './asked.js';
import type { OperationDefinition } from './operation.js';

export interface DescribedRoute {
  /** In small letters, as OpenAPI has it. */
  method: string;
  /** As OpenAPI has it: `/v1/jobs/{id}`. */
  path: string;
  operation: OperationDefinition;
}

/**
 * All routes of these controllers with what they are.
 *
 * @throws {Error} when a route has no operation, or two have the same id: nothing is served that the reference doesn't show.
 */
export function describedRoutes(controllers: readonly Type[]): DescribedRoute[] {
  const routes = controllers.flatMap(routesOf);
  const ids = new Set<string>();
  for (const { operation } of routes) {
    if (ids.has(operation.id)) throw new Error(`two operations are called ${operation.id}`);
    ids.add(operation.id);
  }
  return routes;
}

function routesOf(controller: Type): DescribedRoute[] {
  const prefix: string = Reflect.getMetadata(PATH_METADATA, controller);
  return Object.entries(Object.getOwnPropertyDescriptors(controller.prototype)).flatMap(
    ([name, { value: handler }]) => {
      const method: RequestMethod | undefined =
        typeof handler === 'function' ? Reflect.getMetadata(METHOD_METADATA, handler) : undefined;
      if (method === undefined) return [];
      const operation: OperationDefinition | undefined = Reflect.getMetadata(OPERATION, handler);
      if (operation === undefined) throw new Error(`${controller.name}.${name} is a route without an operation`);
      const path = pathOf(prefix, Reflect.getMetadata(PATH_METADATA, handler));
      return [{ method: RequestMethod[method].toLowerCase(), path, operation }];
    },
  );
}

const pathOf = (...parts: string[]): string => {
  const segments = parts.flatMap((part) => part.split('/')).filter((segment) => segment !== '');
  return `/${segments.map((segment) => segment.replace(/^:(.+)$/, '{$1}')).join('/')}`;
};
