import { Controller, Get, Header } from '@nestjs/common';
import { asyncapiDocument } from './asyncapi-document.js';

const TEXT = JSON.stringify(asyncapiDocument);

/** What is on the topics, for people and programs. The same for everybody, so it needs no key. */
@Controller('v1/asyncapi.json')
export class AsyncapiController {
  @Get()
  @Header('content-type', 'application/vnd.aai.asyncapi+json;version=3.0.0')
  document(): string {
    return TEXT;
  }
}
