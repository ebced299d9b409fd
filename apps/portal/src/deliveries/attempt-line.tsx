import type { Attempt } from '../api/answers.js';
import { prettyText } from '../json/pretty-json.js';
import { Code } from '../parts/code.js';
import { Icon } from '../parts/icon.js';
import { Due, Exact } from '../parts/moment.js';
import { meaningOf } from './attempt-meaning.js';
import { AttemptResult, succeeded } from './attempt-result.js';
import { HeaderTable } from './header-table.js';

interface NextAttempt {
  /** Null: as soon as possible. */
  at: string | null;
  because: string;
}

interface LineProps {
  attempts: Attempt[];
  next: NextAttempt | null;
}

/** Every attempt on a line of time, the newest above, and on top the one that comes. */
export function AttemptLine({ attempts, next }: LineProps) {
  const newestFirst = attempts.toReversed();
  if (attempts.length === 0 && next === null) return <p className="muted">No attempt was made.</p>;
  return (
    <ol className="timeline">
      {next === null ? null : (
        <li className="moment moment-next">
          <span className="moment-dot">
            <Icon name="clock" size={14} />
          </span>
          <div className="moment-body">
            <p className="moment-head">
              <strong>Next attempt</strong>
              <span className="muted">{next.at === null ? 'as soon as possible' : <Due at={next.at} />}</span>
            </p>
            <p className="muted because">{next.because}.</p>
          </div>
        </li>
      )}
      {newestFirst.map((attempt, index) => (
        <li key={attempt.number} className={succeeded(attempt) ? 'moment moment-good' : 'moment moment-bad'}>
          <span className="moment-dot">
            <Icon name={succeeded(attempt) ? 'check' : 'cross'} size={14} />
          </span>
          <div className="moment-body">
            <p className="moment-head">
              <strong>Attempt {attempt.number}</strong>
              <span className="muted">
                <Exact at={attempt.at} />
              </span>
            </p>
            <AttemptResult attempt={attempt} />
            <Meaning attempt={attempt} newer={newestFirst[index - 1]} />
            <Response attempt={attempt} open={index === 0} />
          </div>
        </li>
      ))}
    </ol>
  );
}

/** What is meant by an attempt is not said again if the one after it meant the same. */
function Meaning({ attempt, newer }: { attempt: Attempt; newer: Attempt | undefined }) {
  const meaning = meaningOf(attempt);
  if (meaning === null || (newer !== undefined && meaningOf(newer) === meaning)) return null;
  return <p className="muted">{meaning}</p>;
}

function Response({
  attempt: { response_excerpt, response_headers, number },
  open,
}: {
  attempt: Attempt;
  open: boolean;
}) {
  if (!response_excerpt && response_headers === null) return null;
  return (
    <details className="more" open={open}>
      <summary>Response</summary>
      {response_excerpt ? (
        <Code label={`Body of the response to attempt ${number}`} text={prettyText(response_excerpt)} bare />
      ) : null}
      {response_headers === null ? null : (
        <HeaderTable headers={response_headers} label={`Headers of the response to attempt ${number}`} />
      )}
    </details>
  );
}
