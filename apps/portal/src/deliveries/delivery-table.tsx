import { Link, useSearch } from 'wouter';
import type { DeliverySummary } from '../api/answers.js';
import { DeliveryStateBadge } from '../parts/badge.js';
import { Ago, Due, Exact } from '../parts/moment.js';
import { plural } from '../parts/numbers.js';

interface TableProps {
  deliveries: DeliverySummary[];
  /** Nothing is sent now, whatever is due. */
  paused: boolean;
}

export function DeliveryTable({ deliveries, paused }: TableProps) {
  const log = useSearch();
  return (
    <div className="card table-card">
      <table className="table deliveries">
        <caption className="visually-hidden">Deliveries, the newest first</caption>
        <thead>
          <tr>
            <th scope="col">Event</th>
            <th scope="col">State</th>
            <th scope="col">Attempts</th>
            <th scope="col">Accepted</th>
            <th scope="col">Ended or due</th>
          </tr>
        </thead>
        <tbody>
          {deliveries.map((delivery) => (
            <DeliveryRow key={delivery.id} delivery={delivery} paused={paused} log={log} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  delivery: DeliverySummary;
  paused: boolean;
  log: string;
}

const DeliveryRow = ({ delivery, paused, log }: RowProps) => (
  <tr className="row-link">
    <th scope="row">
      <Link
        href={`/webhooks/${delivery.webhook_id}/deliveries/${delivery.id}`}
        state={{ log }}
        className="row-main mono clip"
      >
        {delivery.event?.id ?? delivery.id}
      </Link>
      {delivery.reason === null ? (
        <span className="row-sub clip">{delivery.event?.source}</span>
      ) : (
        <span className="row-sub clip" title={delivery.reason}>
          {delivery.reason}
        </span>
      )}
    </th>
    <td data-label="State">
      <DeliveryStateBadge state={delivery.state} retrying={delivery.attempts_made > 0} />
    </td>
    <td data-label="Attempts" className="nowrap">
      <span>
        {plural(delivery.attempts_made, 'attempt')}
        {delivery.last_status ? <span className="muted"> · {delivery.last_status}</span> : null}
      </span>
    </td>
    <td data-label="Accepted" className="nowrap">
      {delivery.event === null ? '–' : <Exact at={delivery.event.accepted_at} />}
    </td>
    <td data-label="Ended or due" className="nowrap">
      <EndedOrDue delivery={delivery} paused={paused} />
    </td>
  </tr>
);

function EndedOrDue({ delivery: { ended_at, next_attempt_at }, paused }: Omit<RowProps, 'log'>) {
  if (ended_at !== null) return <Ago at={ended_at} />;
  if (paused) return <span className="muted">when resumed</span>;
  if (next_attempt_at === null) return <span className="muted">under way</span>;
  return <Due at={next_attempt_at} />;
}
