import { Controller, Get, Header } from '@nestjs/common';
import { Operation } from '../operations/operation.js';
import { asyncapiDocument } from './asyncapi-document.js';
import { ASYNCAPI_TYPE, getAsyncapi } from './asyncapi-operations.js';

const TEXT = JSON.stringify(asyncapiDocument);

/** What is on the topics, for people and programs. The same for everybody, so it needs no key. */
@Controller('v1/asyncapi.json')
export class AsyncapiController {
  @Get()
  @Operation(getAsyncapi)
  @Header('content-type', ASYNCAPI_TYPE)
  document(): string {
    return TEXT;
  }
}
