import type { Attempt } from '../api/answers.js';
import { Badge } from '../parts/badge.js';
import { milliseconds } from '../parts/numbers.js';

export const succeeded = ({ status, error }: Attempt): boolean =>
  status !== null && status >= 200 && status < 300 && error === null;

/** What one attempt led to, in a line. */
export function AttemptResult({ attempt }: { attempt: Attempt }) {
  const good = succeeded(attempt);
  return (
    <p className="attempt-result">
      <Badge tone={good ? 'good' : 'bad'} icon={good ? 'check' : 'cross'}>
        {attempt.status === null ? 'No answer' : `Status ${attempt.status}`}
      </Badge>
      <span>in {milliseconds(attempt.latency_ms)}</span>
      {attempt.error === null ? null : <span>{attempt.error}</span>}
    </p>
  );
}
