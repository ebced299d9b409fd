import 'reflect-metadata';
import { Controller, Get } from '@nestjs/common';
import { expect, it } from 'vitest';
import { describedRoutes } from './described-routes.js';
import { defineOperation, Operation } from './operation.js';

const described = defineOperation({
  ...{ id: 'listThings', tag: 'Webhooks', summary: 'List things', access: 'read', responses: {} },
});

/** A controller with one route, `list`, which has these decorators. */
function controllerOf(path: string, ...decorators: MethodDecorator[]) {
  class Things {
    list(): void {}
  }
  const list = Object.getOwnPropertyDescriptor(Things.prototype, 'list')!;
  for (const decorate of decorators) decorate(Things.prototype, 'list', list);
  Controller(path)(Things);
  return Things;
}
const things = controllerOf('v1/things', Get(':id'), Operation(described));

it('a route is served only with an operation, of which each has a name of its own', () => {
  expect(describedRoutes([things])).toEqual([{ method: 'get', path: '/v1/things/{id}', operation: described }]);
  const bare = controllerOf('v1/bare', Get());
  expect(() => describedRoutes([things, bare])).toThrow('Things.list is a route without an operation');
  const again = controllerOf('v1/again', Get(), Operation(described));
  expect(() => describedRoutes([things, again])).toThrow('two operations are called listThings');
});
