import { Controller, Get, Header, Inject } from '@nestjs/common';
import { Operation } from '../operations/operation.js';
import { getOpenapi } from './openapi-operations.js';
import { Reference } from './reference.js';

/** What can be asked here, for programs. The same for everybody, so it needs no key. */
@Controller('v1/openapi.json')
export class OpenapiController {
  constructor(@Inject(Reference) private readonly reference: Reference) {}

  @Get()
  @Operation(getOpenapi)
  @Header('content-type', 'application/json; charset=utf-8')
  document(): string {
    return this.reference.text;
  }
}
