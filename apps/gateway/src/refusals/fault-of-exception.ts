import { HttpException, NotFoundException } from '@nestjs/common';
import { StreamUnavailable } from '@sluice/event-stream/event-stream';
import { JsonFault } from '@sluice/exact-json/json-fault';
import { ServiceUnavailable } from '@sluice/service-kit/service-unavailable';
import { Fault } from './fault.js';

/** What Fastify refuses on its own, by its error code. */
const FRAMEWORK_FAULTS: Readonly<Record<string, { status: number; message: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { status: 413, message: 'the request body is larger than this path accepts' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { status: 415, message: 'the Content-Type header is not a media type' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { status: 400, message: 'the body is not as long as Content-Length says' },
  FST_ERR_BAD_URL: { status: 400, message: 'the path holds a percent sign that starts no valid encoding' },
  FST_ERR_MAX_PARAM_LENGTH: { status: 404, message: 'there is nothing here: a part of the path is too long' },
};

/**
 * What was thrown while a request was handled, as an answer. `unexpected` is true for what nobody foresaw: that is
 * answered with 500 and must be logged with its cause, which the answer never shows.
 */
export function faultOfException(exception: unknown): { fault: Fault; unexpected: boolean } {
  const fault = foreseen(exception);
  return fault === null
    ? { fault: new Fault(500, 'an error on our side; it has been logged'), unexpected: true }
    : { fault, unexpected: false };
}

function foreseen(exception: unknown): Fault | null {
  if (exception instanceof Fault) return exception;
  if (exception instanceof JsonFault) return new Fault(400, `the body is not valid JSON: ${exception.message}`);
  if (exception instanceof StreamUnavailable) {
    return new Fault(503, 'the event stream is not reachable now: nothing was accepted, send it again later', {
      retryAfterSeconds: exception.retryAfterSeconds,
    });
  }
  if (exception instanceof ServiceUnavailable) {
    return new Fault(503, 'a part of the service is not reachable now, try again later', { retryAfterSeconds: 1 });
  }
  if (exception instanceof NotFoundException) return new Fault(404, 'there is nothing at this path');
  if (exception instanceof HttpException) return frameworkFault(exception.cause) ?? ofStatus(exception);
  return frameworkFault(exception);
}

function frameworkFault(error: unknown): Fault | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  const known = FRAMEWORK_FAULTS[error.code];
  if (known !== undefined) return new Fault(known.status, known.message);
  // The caller went away or broke the framing while it sent the body; Fastify marks such errors with a 4xx.
  const status = 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 && status < 500
    ? new Fault(status, 'the request could not be read')
    : null;
}

const ofStatus = (exception: HttpException): Fault | null =>
  exception.getStatus() < 500 ? new Fault(exception.getStatus(), exception.message) : null;
